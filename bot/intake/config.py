"""AWS Config: what its rules say of resources, and whether its history and snapshots arrive; from EventBridge and SNS.

https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html and
.../notifications-for-AWS-Config.html: the event's `detail` is what the topic is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.alerts import Ignored, Signal, Source
from bot.alerts.resources import canonical, region_of
from bot.intake.facts import Facts
from bot.intake.shapes import Malformed, Node, account, console, is_region
from checks.model import Severity
from checks.partitions import partition_of

SENDER = "aws.config"
_COMPLIANCE = "ComplianceChangeNotification"
_DELIVERY = {
    "ConfigurationSnapshotDeliveryFailed": ("snapshot", False),
    "ConfigurationSnapshotDeliveryCompleted": ("snapshot", True),
    "ConfigurationHistoryDeliveryFailed": ("history", False),
    "ConfigurationHistoryDeliveryCompleted": ("history", True),
}
"""What was to be delivered, and whether it was."""
_ELSE = {
    "ConfigurationItemChangeNotification": "a resource's configuration changed; rules judge that",
    "OversizedConfigurationItemChangeNotification": "a resource's configuration changed; rules judge that",
    "ConfigurationSnapshotDeliveryStarted": "a snapshot is on its way",
    "ConfigurationHistoryDeliveryStarted": "history is on its way",
    "ConfigRulesEvaluationStarted": "a rule begins to judge",
    "ScheduledNotification": "a rule is asked to judge",
}
_OVER = {
    "COMPLIANT": "it complies",
    "NOT_APPLICABLE": "the rule no longer applies to it",
    "INSUFFICIENT_DATA": "AWS Config has no result for it any more",
}
_TYPES = ("Config Rules Compliance Change", "Config Configuration Item Change", "Config Rules Re-evaluation Status",
          "Config Configuration Snapshot Delivery Status", "Config Configuration History Delivery Status")  # fmt: skip


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether it is an event of AWS Config's that this module reads."""
    return value.get("source") == SENDER and value.get("detail-type") in _TYPES


def is_notification(value: Mapping[str, Any]) -> bool:
    """Whether it is what AWS Config sends to its topic."""
    kind = value.get("messageType")
    return isinstance(kind, str) and (kind == _COMPLIANCE or kind in _DELIVERY or kind in _ELSE)


def parse(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal | Ignored:
    """An event, or a notification without an envelope. Raises Malformed."""
    event = Node(value)
    enveloped = "detail" in value
    detail = event.node("detail") if enveloped else event
    if enveloped and not detail:
        raise Malformed("`detail` is missing or no object; it must be the notification.")
    kind = detail.text("messageType")
    at = detail.moment("notificationCreationTime") or event.moment("time") or received_at
    owner = detail.text("awsAccountId") or event.text("account")
    region = detail.text("awsRegion") or event.text("region")
    if kind == _COMPLIANCE:
        owner = account("awsAccountId", owner)
        if not is_region(region):
            raise Malformed(f"`awsRegion` is {region[:40]!r}, which is no region.")
        return _judged(value, detail, event_id, owner, region, at)
    if kind in _DELIVERY:
        return _delivered(value, detail, event_id, owner, region, at)
    name = kind or event.text("detail-type")
    why = f"{name} of AWS Config: {_ELSE.get(kind, 'it tells of no finding')}"
    return Ignored(event_id=event_id, source=Source.CONFIG, why=why)


def _judged(
    raw: Mapping[str, Any], detail: Node, event_id: str, owner: str, region: str, at: datetime
) -> Signal | Ignored:
    new = detail.node("newEvaluationResult")
    rule, verdict = detail.need("configRuleName"), new.text("complianceType")
    kind, id_ = detail.text("resourceType"), detail.need("resourceId")
    if not verdict:  # the resource or the rule was deleted: the old result is all there is
        verdict = "NOT_APPLICABLE"
    partition = partition_of(region)
    resource = canonical(id_, owner, region, kind=kind, partition=partition)
    before = detail.node("oldEvaluationResult").text("complianceType")
    annotation = new.text("annotation")
    called = f"{kind.removeprefix('AWS::').replace('::', ' ')} {id_}".strip()
    path = f"config/home?region={region}#/rules/details?configRuleName={quote(rule, safe='')}"
    facts: Facts = {
        "what": annotation or f"The rule {rule} of AWS Config says that {called} does not comply.",
        "details": [
            line
            for line in (
                ["Rule", rule],
                ["Resource type", kind],
                ["Resource", id_ if id_ != resource else ""],
                ["Said", annotation],
                ["Before", before.replace("_", " ").lower()],
            )
            if line[1]
        ],
        "advice": [
            "Ask the owner of the resource whether this is meant.",
            "If it is not: change it, and AWS Config judges it again by itself.",
            "If it is: make an exception of the rule, or resolve this as accepted.",
        ],
        "first_seen": at.isoformat(),
        "last_seen": at.isoformat(),
        "reported_in": [region],
        "end": _OVER.get(verdict, verdict),
        "partition": partition,
        "console": console(partition, region, path),
        "rule": rule,
        "resource_type": kind,
    }
    return Signal(
        event_id=event_id,
        source=Source.CONFIG,
        type=rule,
        account=owner,
        region=_region(kind, resource, region),
        resource=resource,
        severity=Severity.MEDIUM,
        title=f"{called} does not comply with {rule}" if verdict not in _OVER else f"{called} complies with {rule}",
        at=new.moment("resultRecordedTime") or at,
        member_id="\n".join((detail.text("configRuleARN", "configRuleArn") or rule, region, kind, id_)),
        active=verdict not in _OVER,
        facts=dict(facts),
        raw=raw,
    )


def _region(kind: str, resource: str, region: str) -> str:
    """A bucket lies in a region though its ARN names none; IAM and CloudFront do not."""
    if kind.startswith(("AWS::IAM::", "AWS::CloudFront::")):
        return "global"
    return region if kind.startswith("AWS::S3::") else region_of(resource, region)


def _delivered(
    raw: Mapping[str, Any], detail: Node, event_id: str, owner: str, region: str, at: datetime
) -> Signal | Ignored:
    what, done = _DELIVERY[detail.text("messageType")]
    bucket = detail.text("s3Bucket")
    arn = _bucket(region, bucket)
    owner = owner if owner.isdecimal() and len(owner) == 12 else ""
    code, message = detail.text("errorCode"), detail.text("errorMessage")
    facts: Facts = {
        "what": ": ".join(part for part in (code, message) if part)
        or f"AWS Config could not deliver its {what} to {bucket or 'its bucket'}.",
        "details": [line for line in (["Bucket", bucket], ["Object", detail.text("s3ObjectKey")]) if line[1]],
        "advice": [
            "Look whether the bucket is there, and whether its policy and key let config.amazonaws.com write.",
            "Until it is mended, what changes in the account is not kept.",
        ],
        "last_seen": at.isoformat(),
        "end": f"the {what} was delivered",
        "partition": partition_of(region),
    }
    return Signal(
        event_id=event_id,
        source=Source.CONFIG,
        type=f"{what} delivery",
        account=owner,
        region=region if is_region(region) else "global",
        resource=arn or "the delivery channel of AWS Config",
        severity=Severity.MEDIUM,
        title=f"AWS Config {'delivered' if done else 'could not deliver'} its {what}",
        at=at,
        member_id=f"{what} delivery {region}",
        active=not done,
        facts=dict(facts),
        raw=raw,
    )


def _bucket(region: str, name: str) -> str:
    return f"arn:{partition_of(region)}:s3:::{name}" if name else ""
