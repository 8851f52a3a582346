"""Findings in the AWS Security Finding Format, as BatchImportFindings of Security Hub takes them.

Required attributes and lengths: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from bot.messages.evidence import in_words
from bot.reports.origin import Origin, account_of, is_suppressed, plain
from checks.model import Check, Finding, Severity, Status

_LABELS = {
    Severity.INFO: "INFORMATIONAL",
    Severity.LOW: "LOW",
    Severity.MEDIUM: "MEDIUM",
    Severity.HIGH: "HIGH",
    Severity.CRITICAL: "CRITICAL",
}
_TYPES = ["Software and Configuration Checks/AWS Security Best Practices"]
_KINDS = {
    "acm:certificate": "AwsCertificateManagerCertificate",
    "cloudfront:distribution": "AwsCloudFrontDistribution",
    "cloudtrail:trail": "AwsCloudTrailTrail",
    "ec2:image": "Other",
    "ec2:instance": "AwsEc2Instance",
    "ec2:launch-template": "AwsEc2LaunchTemplate",
    "ec2:security-group": "AwsEc2SecurityGroup",
    "ec2:volume": "AwsEc2Volume",
    "ec2:vpc": "AwsEc2Vpc",
    "iam:group": "AwsIamGroup",
    "iam:policy": "AwsIamPolicy",
    "iam:role": "AwsIamRole",
    "iam:user": "AwsIamUser",
    "lambda:function": "AwsLambdaFunction",
    "rds:cluster": "AwsRdsDbCluster",
    "rds:cluster-snapshot": "AwsRdsDbClusterSnapshot",
    "rds:db": "AwsRdsDbInstance",
    "rds:snapshot": "AwsRdsDbSnapshot",
    "redshift:cluster": "AwsRedshiftCluster",
    "s3:": "AwsS3Bucket",
}
"""ASFF's types of resources, by service and kind in the ARN; what is not here is `Other`."""
_OURS = (
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "Types",
    "CreatedAt",
    "Severity",
    "FindingProviderFields",
    "Title",
    "Description",
    "Remediation",
    "Resources",
    "Compliance",
)
"""What is said again of a finding that is archived: Security Hub adds more, and does not take all of it back."""


GENERATOR = "picket/"
"""How the generator's id begins; the check follows."""
FINDING, REGION = "picket/finding_id", "picket/region"
"""The product's fields that hold a finding's id and its region, `global` for what is everywhere."""


def finding_of(finding: Finding, origin: Origin) -> dict[str, Any]:
    """One finding, JSON-able, with every text cut to what Security Hub takes.

    What passes is informational and resolved; what is suppressed is a failure whose workflow says so.
    """
    check = origin.checks.get(finding.check)
    at = _moment(origin)
    severity = {
        "Label": "INFORMATIONAL" if finding.status is Status.PASS else _LABELS[finding.severity],
        "Original": str(finding.severity),
    }
    partition, region = origin.partition_of(finding), origin.region_of(finding)
    said: dict[str, Any] = {
        "SchemaVersion": "2018-10-08",
        "Id": f"{GENERATOR}{finding.account}/{finding.check}/{finding.id}"[:512],
        "ProductArn": f"arn:{partition}:securityhub:{region}:{finding.account}:product/{finding.account}/default",
        "GeneratorId": _cut(GENERATOR + finding.check, 512),
        "AwsAccountId": finding.account,
        "Types": _TYPES,
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": _TYPES},
        "Title": _cut(finding.title, 256),
        "Description": _cut(_description(finding, check), 1024),
        "Resources": [_resource(finding, partition, region)],
        "Compliance": _compliance(finding, check),
        "Workflow": {"Status": _workflow(finding)},
        "RecordState": "ACTIVE",
        "ProductFields": {"picket/version": origin.version, FINDING: finding.id, REGION: finding.region},
    }
    if check:
        said["Remediation"] = {"Recommendation": {"Text": _cut(check.fix, 512)}}
    if name := origin.account_names.get(finding.account):
        said["AwsAccountName"] = _cut(name, 50)
    if is_suppressed(finding):
        by = _cut(str(finding.evidence["muted"]["owner"]), 512)
        said["Note"] = {"Text": _cut(finding.reason, 512), "UpdatedBy": by, "UpdatedAt": at}
    return said


def archived(item: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """A finding that was imported before, as Security Hub gives it, to be imported as no longer there."""
    ours = {key: value for key, value in item.items() if key in _OURS}
    fields = {key: value for key, value in item.get("ProductFields", {}).items() if key.startswith(GENERATOR)}
    return {**ours, "ProductFields": fields, "RecordState": "ARCHIVED", "UpdatedAt": _moment(origin)}


def _moment(origin: Origin) -> str:
    return origin.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _description(finding: Finding, check: Check | None) -> str:
    parts = (finding.reason, in_words(plain(finding.evidence)), check.why if check else "")
    return " — ".join(part for part in parts if part.strip()) or finding.title


def _resource(finding: Finding, partition: str, region: str) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "Type": _kind(finding),
        "Id": _cut(finding.resource, 512),
        "Partition": partition,
        "Region": region,
    }
    if facts := _facts(plain(finding.evidence)):
        resource["Details"] = {"Other": facts}
    return resource


def _kind(finding: Finding) -> str:
    if account_of(finding):
        return "AwsAccount"
    parts = finding.resource.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        return "Other"
    kind = "" if parts[2] == "s3" else parts[5].replace("/", ":").split(":")[0]
    return _KINDS.get(f"{parts[2]}:{kind}", "Other")


def _facts(evidence: Mapping[str, Any]) -> dict[str, str]:
    """At most 50 pairs of text."""
    texts = {
        _cut(key, 127): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for key, value in list(evidence.items())[:50]
    }
    return {key: _cut(text, 1023) for key, text in texts.items()}


def _compliance(finding: Finding, check: Check | None) -> dict[str, Any]:
    said: dict[str, Any] = {"Status": _status(finding), "SecurityControlId": finding.check}
    if check and check.references:
        said["RelatedRequirements"] = [_cut(reference, 64) for reference in check.references[:32]]
    if finding.reason:
        said["StatusReasons"] = [{"ReasonCode": f"PICKET_{finding.status}", "Description": _cut(finding.reason, 2048)}]
    return said


def _status(finding: Finding) -> str:
    """WARNING: some information is missing; NOT_AVAILABLE: AWS failed to answer."""
    if is_suppressed(finding):
        return "FAILED"
    if finding.status is Status.UNKNOWN:
        refused = "missing_permission" in finding.evidence or "not_read" not in finding.evidence
        return "WARNING" if refused else "NOT_AVAILABLE"
    return {Status.PASS: "PASSED", Status.FAIL: "FAILED", Status.MUTED: "WARNING"}[finding.status]


def _workflow(finding: Finding) -> str:
    return {Status.PASS: "RESOLVED", Status.MUTED: "SUPPRESSED"}.get(finding.status, "NEW")


def _cut(text: str, most: int) -> str:
    """At most so many characters, and never blank: Security Hub refuses a finding for either."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return short if short.strip() else "-"
