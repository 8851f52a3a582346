"""What is wrong, in the same words whichever source noticed: the table by which signals join (pure).

Names are check ids where an audit looks for the same. Security Hub's controls follow from the references of the checks
(`fsbp/EC2.2`), so there is no second list of them. Sources of the rest: GuardDuty's finding types
(https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html), AWS Config's managed rules
(https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html), CloudTrail's event names.

A signal's facts may help: `practice` (the check that an alarm serves), `control_id` (Security Hub's, `EC2.2`), `check`
(of Picket's own finding there), `guardduty_type` (of GuardDuty's finding there), `rule` (Config's, when the type is
another name for it), `event_name`, `user_type`, `metrics` (an alarm's, as GetMetricData takes them), `resource_type`
(`AWS::S3::Bucket`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from bot.alerts.model import Problem, Signal, Source
from bot.alerts.resources import account_of, canonical, region_of
from checks.catalog import CATALOG
from checks.inventory.account import Account, AccountRegion
from checks.inventory.ebs import EbsDefaults
from checks.inventory.iam import AccessKey, PasswordPolicy, Root

PRACTICE, CONTROL, CHECK, GUARDDUTY_TYPE, RULE = "practice", "control_id", "check", "guardduty_type", "rule"
"""Facts by which the parsers of other sources help."""


class _Of(Enum):
    """What a problem is of."""

    RESOURCE = "resource"
    REGION = "region"
    """The account in one region."""
    ACCOUNT = "account"
    USER = "user"
    """The user whose key it is: only audits tell of each key."""


@dataclass(frozen=True, slots=True)
class _Known:
    of: _Of
    words: str
    """After "each says that"."""


_OWN = {
    "cloudtrail-stopped": _Known(_Of.ACCOUNT, "CloudTrail does not record everything in this account"),
    "guardduty-off": _Known(_Of.REGION, "GuardDuty does not watch this region"),
    "config-not-recording": _Known(_Of.REGION, "AWS Config does not record in this region"),
    "iam-root-used": _Known(_Of.ACCOUNT, "the root user of this account was used"),
    "iam-root-key": _Known(_Of.ACCOUNT, "the root user of this account has an access key"),
    "iam-password-policy-weak": _Known(_Of.ACCOUNT, "the password policy of this account is weak"),
    "s3-bucket-public": _Known(_Of.RESOURCE, "everybody can reach this bucket"),
    "s3-bucket-unblocked": _Known(_Of.RESOURCE, "nothing blocks public access to this bucket"),
    "s3-account-unblocked": _Known(_Of.ACCOUNT, "nothing blocks public access to the buckets of this account"),
    "s3-access-log-off": _Known(_Of.RESOURCE, "access to this bucket is not logged"),
    "instance-abused": _Known(_Of.RESOURCE, "this instance's capacity is used up as by somebody else's work"),
}
"""Problems that are more than one check's, or none's, or said better here than by a check's title."""

_CHECKS = {
    "cloudtrail-region-uncovered": "cloudtrail-stopped",
    "cloudtrail-bucket-public": "s3-bucket-public",
    "config-bucket-public": "s3-bucket-public",
    "cloudtrail-bucket-no-access-log": "s3-access-log-off",
}
_PRACTICES = {
    "cloudwatch-no-alarm-root-use": "iam-root-used",
    "cloudwatch-no-alarm-cloudtrail-change": "cloudtrail-stopped",
    "cloudwatch-no-alarm-config-change": "config-not-recording",
}
"""An alarm of that practice went off: what it watches for happened."""
_CONTROLS = {
    "CloudTrail.1": "cloudtrail-stopped",
    "CloudTrail.3": "cloudtrail-stopped",
    "CloudTrail.6": "s3-bucket-public",
    "CloudTrail.7": "s3-access-log-off",
    "CloudFront.10": "cloudfront-old-tls",
    "Config.1": "config-not-recording",
    "EC2.13": "ec2-sg-open-ssh",
    "EC2.14": "ec2-sg-open-rdp",
    "IAM.9": "iam-root-no-mfa",
    "IAM.10": "iam-password-policy-weak",
    "IAM.15": "iam-password-policy-weak",
    "IAM.16": "iam-password-reuse",
    "IAM.19": "iam-user-no-mfa",
    "IAM.20": "iam-root-used",
    "RDS.3": "rds-unencrypted",
    "S3.1": "s3-account-unblocked",
    "S3.2": "s3-bucket-public",
    "S3.3": "s3-bucket-public",
    "S3.8": "s3-bucket-unblocked",
    "S3.9": "s3-access-log-off",
}
"""Controls that no check refers to, or more than one."""
_RULES = {
    "access-keys-rotated": "iam-key-old",
    "acm-certificate-expiration-check": "acm-certificate-expiring",
    "cloudfront-no-deprecated-ssl-protocols": "cloudfront-old-tls",
    "cloudfront-traffic-to-origin-encrypted": "cloudfront-origin-http",
    "cloudfront-viewer-policy-https": "cloudfront-http-allowed",
    "cloud-trail-cloud-watch-logs-enabled": "cloudtrail-no-cloudwatch-logs",
    "cloud-trail-encryption-enabled": "cloudtrail-not-encrypted",
    "cloud-trail-log-file-validation-enabled": "cloudtrail-no-log-validation",
    "cloudtrail-enabled": "cloudtrail-stopped",
    "cloud-trail-enabled": "cloudtrail-stopped",
    "multi-region-cloudtrail-enabled": "cloudtrail-stopped",
    "multi-region-cloud-trail-enabled": "cloudtrail-stopped",
    "docdb-cluster-encrypted": "rds-unencrypted",
    "docdb-cluster-snapshot-public-prohibited": "rds-snapshot-public",
    "ebs-snapshot-public-restorable-check": "ebs-snapshot-public",
    "ec2-ebs-encryption-by-default": "ebs-no-default-encryption",
    "ec2-instance-profile-attached": "ec2-no-instance-profile",
    "ec2-security-group-attached-to-eni": "ec2-sg-unused",
    "ec2-security-group-attached-to-eni-periodic": "ec2-sg-unused",
    "encrypted-volumes": "ebs-volume-unencrypted",
    "guardduty-enabled-centralized": "guardduty-off",
    "iam-group-has-users-check": "iam-group-empty",
    "iam-password-policy": "iam-password-policy-weak",
    "iam-policy-no-statements-with-admin-access": "iam-policy-admin",
    "iam-policy-no-statements-with-full-access": "iam-policy-service-admin",
    "iam-root-access-key-check": "iam-root-key",
    "iam-server-certificate-expiration-check": "iam-certificate-expired",
    "iam-user-mfa-enabled": "iam-user-no-mfa",
    "iam-user-no-policies-check": "iam-user-direct-policy",
    "mfa-enabled-for-iam-console-access": "iam-user-no-mfa",
    "neptune-cluster-encrypted": "rds-unencrypted",
    "neptune-cluster-snapshot-encrypted": "rds-snapshot-unencrypted",
    "neptune-cluster-snapshot-public-prohibited": "rds-snapshot-public",
    "rds-cluster-encrypted-at-rest": "rds-unencrypted",
    "rds-instance-public-access-check": "rds-public",
    "rds-snapshot-encrypted": "rds-snapshot-unencrypted",
    "rds-snapshots-public-prohibited": "rds-snapshot-public",
    "rds-storage-encrypted": "rds-unencrypted",
    "redshift-cluster-kms-enabled": "redshift-unencrypted",
    "redshift-cluster-public-access-check": "redshift-public",
    "required-tags": "tag-missing",
    "restricted-ssh": "ec2-sg-open-ssh",
    "incoming-ssh-disabled": "ec2-sg-open-ssh",
    "root-account-hardware-mfa-enabled": "iam-root-virtual-mfa",
    "root-account-mfa-enabled": "iam-root-no-mfa",
    "s3-account-level-public-access-blocks": "s3-account-unblocked",
    "s3-account-level-public-access-blocks-periodic": "s3-account-unblocked",
    "s3-bucket-level-public-access-prohibited": "s3-bucket-unblocked",
    "s3-bucket-logging-enabled": "s3-access-log-off",
    "s3-bucket-public-read-prohibited": "s3-bucket-public",
    "s3-bucket-public-write-prohibited": "s3-bucket-public",
    "vpc-default-security-group-closed": "ec2-default-sg-open",
    "vpc-flow-logs-enabled": "vpc-no-flow-log",
}
_FINDINGS = (
    ("Stealth:IAMUser/CloudTrailLoggingDisabled", "cloudtrail-stopped"),
    ("Stealth:IAMUser/PasswordPolicyChange", "iam-password-policy-weak"),
    ("Stealth:S3/ServerAccessLoggingDisabled", "s3-access-log-off"),
    ("Policy:IAMUser/RootCredentialUsage", "iam-root-used"),
    ("Policy:S3/AccountBlockPublicAccessDisabled", "s3-account-unblocked"),
    ("Policy:S3/BucketBlockPublicAccessDisabled", "s3-bucket-unblocked"),
    ("Policy:S3/BucketAnonymousAccessGranted", "s3-bucket-public"),
    ("Policy:S3/BucketPublicAccessGranted", "s3-bucket-public"),
    ("CryptoCurrency:EC2/*", "instance-abused"),
    ("CryptoCurrency:Runtime/*", "instance-abused"),
    ("Impact:EC2/BitcoinDomainRequest.Reputation", "instance-abused"),
    ("Impact:Runtime/BitcoinDomainRequest.Reputation", "instance-abused"),
    ("Impact:Runtime/CryptoMinerExecuted", "instance-abused"),
    ("Backdoor:EC2/DenialOfService.*", "instance-abused"),
    ("Backdoor:EC2/Spambot", "instance-abused"),
    ("Behavior:EC2/TrafficVolumeUnusual", "instance-abused"),
)
_EVENTS = {
    "StopLogging": "cloudtrail-stopped",
    "DeleteTrail": "cloudtrail-stopped",
    "StartLogging": "cloudtrail-stopped",
    "DeleteDetector": "guardduty-off",
    "UpdateDetector": "guardduty-off",
    "CreateDetector": "guardduty-off",
    "StopConfigurationRecorder": "config-not-recording",
    "DeleteConfigurationRecorder": "config-not-recording",
    "StartConfigurationRecorder": "config-not-recording",
    "DeleteDeliveryChannel": "config-not-recording",
    "UpdateAccountPasswordPolicy": "iam-password-policy-weak",
    "DeleteAccountPasswordPolicy": "iam-password-policy-weak",
}
"""Also what ends them, so that a source which tells of the end ends its own part."""
_ROOT_EVENTS = {"ConsoleLogin": "iam-root-used", "CreateAccessKey": "iam-root-key", "DeleteAccessKey": "iam-root-key"}
_LOAD = {"CPUUtilization", "NetworkOut", "NetworkIn", "NetworkPacketsOut", "NetworkPacketsIn", "CPUCreditBalance",
         "CPUSurplusCreditBalance"}  # fmt: skip
_PREFIX = re.compile(r"^(?:securityhub|orgconfigrule|awsconfigrule)-", re.IGNORECASE)
_SUFFIX = re.compile(r"-(?:[0-9a-f]{6,8}|[a-z0-9]{6,8}|conformance-pack-[a-z0-9]+)$")


def problem(signal: Signal) -> Problem:
    """What is wrong by `signal`, as every source would say it; the source's own where no other tells of the same."""
    name = _TELLERS.get(signal.source, _none)(signal)
    if name:
        return _placed(signal, name)
    kind = signal.facts.get(GUARDDUTY_TYPE)
    if signal.source is Source.SECURITYHUB and isinstance(kind, str) and kind:
        return _one_resource(signal, f"{Source.GUARDDUTY}:{kind}", _FORWARDED)
    own = f"{signal.source}:{signal.type}"
    why = _FORWARDED if signal.source is Source.GUARDDUTY else ""
    return _one_resource(signal, own, why)


def known(name: str) -> bool:
    """Whether more sources than one may tell of the problem of that name."""
    return name in _OWN or name in CATALOG


_FORWARDED = "Security Hub passes on what GuardDuty found"


def _placed(signal: Signal, name: str) -> Problem:
    kind = _kind(name)
    why = f"each says that {kind.words}"
    if kind.of is _Of.ACCOUNT:
        return Problem(name=name, region="global", resource=account_of(signal.account), why=why)
    if kind.of is _Of.REGION:
        return Problem(name=name, region=signal.region, resource=account_of(signal.account), why=why)
    placed = _one_resource(signal, name, why)
    if kind.of is _Of.USER:
        user = placed.resource.partition("/access-key/")[0]
        return Problem(name=name, region=placed.region, resource=user, why=why)
    return placed


def _one_resource(signal: Signal, name: str, why: str) -> Problem:
    resource = _resource(signal, name)
    return Problem(name=name, region=region_of(resource, signal.region), resource=resource, why=why)


def _resource(signal: Signal, name: str) -> str:
    facts = signal.facts
    instance = _loaded(facts) if name == "instance-abused" and signal.source is Source.CLOUDWATCH else ""
    return canonical(
        instance or signal.resource,
        signal.account,
        signal.region,
        kind="" if instance else _text(facts, "resource_type"),
        partition=_text(facts, "partition"),
    )


@lru_cache(maxsize=512)
def _kind(name: str) -> _Known:
    """Of what a problem is: a check's follows from what it judges."""
    if name in _OWN:
        return _OWN[name]
    check = CATALOG[name]
    judged = set(check.judges)
    if judged <= {Account, Root, PasswordPolicy}:
        of = _Of.ACCOUNT
    elif judged <= {AccountRegion, EbsDefaults}:
        of = _Of.REGION
    elif judged == {AccessKey}:
        of = _Of.USER
    else:
        of = _Of.RESOURCE
    return _Known(of, f"“{check.title}”")


@lru_cache(maxsize=1)
def _by_control() -> Mapping[str, str]:
    """A check's id by Security Hub's control, for controls that one check alone refers to."""
    named = [
        (reference.removeprefix("fsbp/"), check.id)
        for check in CATALOG.values()
        for reference in check.references
        if reference.startswith("fsbp/")
    ]
    often = Counter(control for control, _ in named)
    return {**{control: check for control, check in named if often[control] == 1}, **_CONTROLS}


def problem_of_check(check: str) -> str:
    """The name of the problem that a check looks for; empty for a check that is not known."""
    name = _CHECKS.get(check, check)
    return name if known(name) else ""


def _audit(signal: Signal) -> str:
    return problem_of_check(signal.type)


def _guardduty(signal: Signal) -> str:
    return _of_finding(signal.type)


def _of_finding(kind: str) -> str:
    return next((name for pattern, name in _FINDINGS if fnmatchcase(kind, pattern)), "")


def _securityhub(signal: Signal) -> str:
    facts = signal.facts
    if kind := _text(facts, GUARDDUTY_TYPE):
        return _of_finding(kind)
    if check := _text(facts, CHECK):
        return problem_of_check(check)
    control = _text(facts, CONTROL) or signal.type
    return problem_of_check(_by_control().get(control, ""))


def _config(signal: Signal) -> str:
    return _of_rule(_text(signal.facts, RULE)) or _of_rule(signal.type)


def _of_rule(rule: str) -> str:
    """A managed rule by its name or identifier, with what Security Hub and conformance packs put around it."""
    plain = _PREFIX.sub("", rule.strip().lower().replace("_", "-"))
    return _RULES.get(plain) or _RULES.get(_SUFFIX.sub("", plain)) or ""


def _cloudtrail(signal: Signal) -> str:
    event = _text(signal.facts, "event_name") or signal.type.rpartition(":")[2].strip()
    event = event.split(" ")[0].split("/")[-1]
    if event in _EVENTS:
        return _EVENTS[event]
    root = _text(signal.facts, "user_type") == "Root" or signal.resource.endswith(":root")
    return _ROOT_EVENTS.get(event, "") if root else ""


def _cloudwatch(signal: Signal) -> str:
    if practice := _text(signal.facts, PRACTICE):
        return _PRACTICES.get(practice, "")
    return "instance-abused" if _loaded(signal.facts) else ""


def _loaded(facts: Mapping[str, Any]) -> str:
    """The id of the one instance whose load an alarm measures; empty when it measures something else, or more."""
    found = set()
    for query in facts.get("metrics") or ():
        metric = (query.get("MetricStat") or {}).get("Metric") if isinstance(query, dict) else None
        if metric is None:
            continue  # an expression, over the others
        if metric["Namespace"] != "AWS/EC2" or metric["MetricName"] not in _LOAD:
            return ""
        found.add(next((each["Value"] for each in metric["Dimensions"] if each["Name"] == "InstanceId"), ""))
    return found.pop() if len(found) == 1 else ""


def _none(_signal: Signal) -> str:
    return ""


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


_TELLERS: Mapping[Source, Callable[[Signal], str]] = {
    Source.AUDIT: _audit,
    Source.GUARDDUTY: _guardduty,
    Source.SECURITYHUB: _securityhub,
    Source.CONFIG: _config,
    Source.CLOUDTRAIL: _cloudtrail,
    Source.CLOUDWATCH: _cloudwatch,
}
