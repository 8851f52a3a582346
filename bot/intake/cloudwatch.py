"""CloudWatch alarms in their three shapes: from EventBridge, from SNS, and as an alarm's Lambda action.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html,
.../AlarmThatSendsEmail.html and .../alarms-and-actions-Lambda.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.alerts import Ignored, Signal, Source
from bot.config import AlarmRule, Alarms
from bot.intake import alarm_metrics, practices
from bot.intake.facts import Facts
from bot.intake.shapes import Malformed, Node, account, console, is_region
from checks.model import Severity
from checks.partitions import partition_of
from checks.policy import matches

STATE_CHANGE = "CloudWatch Alarm State Change"
CONFIGURATION_CHANGE = "CloudWatch Alarm Configuration Change"
_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_CHILDREN = 20
_SCALING = "DO NOT EDIT OR DELETE. For TargetTrackingScaling"
"""How auto scaling describes its alarms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A change of state, whatever shape told of it."""

    arn: str
    name: str
    state: str
    previous: str
    reason: str
    data: Node
    """What the reason was drawn from, where the shape has it."""
    at: datetime
    description: str
    metrics: list[alarm_metrics.Query]
    operator: str = ""
    threshold: float | None = None
    rule: str = ""
    """Of a composite alarm."""
    children: list[str] = field(default_factory=list)
    """ARNs of the alarms that moved a composite one."""
    silenced: str = ""
    """Why its actions are not taken."""
    tags: Mapping[str, Any] = field(default_factory=dict)


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether it is an event of CloudWatch's about an alarm."""
    return value.get("source") == "aws.cloudwatch" and value.get("detail-type") in (STATE_CHANGE, CONFIGURATION_CHANGE)


def is_sns_alarm(value: Mapping[str, Any]) -> bool:
    """Whether it is what an alarm publishes to a topic."""
    return {"AlarmName", "NewStateValue"} <= value.keys()


def is_lambda_alarm(value: Mapping[str, Any]) -> bool:
    """Whether it is what an alarm invokes a function with."""
    return {"alarmArn", "alarmData"} <= value.keys()


def from_eventbridge(
    value: Mapping[str, Any], event_id: str, received_at: datetime, alarms: Alarms
) -> Signal | Ignored:
    """An event of source `aws.cloudwatch`; a change of the alarm's configuration is none of its state."""
    event = Node(value)
    detail = event.node("detail")
    if event.text("detail-type") == CONFIGURATION_CHANGE:
        name, operation = detail.text("alarmName"), detail.text("operation") or "change"
        why = f"the configuration of the alarm {name} changed ({operation}), not its state"
        return Ignored(event_id=event_id, source=Source.CLOUDWATCH, why=why)
    name = detail.need("alarmName")
    arn = next(iter(event.texts("resources")), "")
    if not arn.startswith("arn:"):
        arn = _arn(event.need("region"), account("account", event.need("account")), name)
    return _signal(value, _change(detail, arn, name, event.moment("time") or received_at), event_id, alarms)


def from_lambda(value: Mapping[str, Any], event_id: str, received_at: datetime, alarms: Alarms) -> Signal | Ignored:
    """What an alarm invokes a function with."""
    event = Node(value)
    data = event.node("alarmData")
    change = _change(data, event.need("alarmArn"), data.need("alarmName"), event.moment("time") or received_at)
    return _signal(value, change, event_id, alarms)


def from_sns(value: Mapping[str, Any], event_id: str, received_at: datetime, alarms: Alarms) -> Signal | Ignored:
    """What an alarm publishes to a topic. Its region is a name ("US West - Oregon"): the ARN has the code."""
    message = Node(value)
    name, arn, trigger = message.need("AlarmName"), message.text("AlarmArn"), message.node("Trigger")
    if not arn:
        region = message.text("Region")
        if not is_region(region):
            raise Malformed("`AlarmArn` is missing, and `Region` is no region's code.")
        arn = _arn(region, account("AWSAccountId", message.text("AWSAccountId")), name)
    change = _Change(
        arn=arn,
        name=name,
        state=message.need("NewStateValue"),
        previous=message.text("OldStateValue"),
        reason=message.text("NewStateReason"),
        data=Node({}),
        at=message.moment("StateChangeTime") or received_at,
        description=message.text("AlarmDescription"),
        metrics=alarm_metrics.triggered(trigger),
        operator=trigger.text("ComparisonOperator"),
        threshold=trigger.number("Threshold"),
        rule=message.text("AlarmRule"),
        children=[arn for child in message.nodes("TriggeringChildren") if (arn := child.text("Arn"))],
        tags=(message.node("AlarmTags") or message.node("alarmTags")).value,
    )
    return _signal(value, change, event_id, alarms)


def _change(detail: Node, arn: str, name: str, at: datetime) -> _Change:
    """EventBridge and Lambda tell alike, but for where they put it."""
    state, configuration = detail.node("state"), detail.node("configuration")
    data = Node(_json(state.text("reasonData")))
    return _Change(
        arn=arn,
        name=name,
        state=state.need("value"),
        previous=detail.node("previousState").text("value"),
        reason=state.text("reason"),
        data=data,
        at=state.moment("timestamp") or at,
        description=configuration.text("description"),
        metrics=alarm_metrics.configured(configuration),
        threshold=data.number("threshold"),
        rule=configuration.text("alarmRule"),
        children=[arn for child in data.nodes("triggeringAlarms") if (arn := child.text("arn"))],
        silenced=state.text("actionsSuppressedReason"),
        tags=detail.node("alarmTags").value,
    )


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _arn(region: str, owner: str, name: str) -> str:
    return f"arn:{partition_of(region)}:cloudwatch:{region}:{owner}:alarm:{name}"


def _signal(raw: Mapping[str, Any], change: _Change, event_id: str, alarms: Alarms) -> Signal | Ignored:
    if change.state not in _STATES:
        raise Malformed(f"The alarm's state is {change.state[:40]!r}; it must be one of {', '.join(_STATES)}.")
    parts = change.arn.split(":", 6)
    if len(parts) < 7 or parts[0] != "arn" or not is_region(parts[3]):
        raise Malformed(f"The alarm's ARN is {change.arn[:80]!r}, which names no alarm in a region.")
    partition, region = parts[1], parts[3]
    owner = account("the account in the alarm's ARN", parts[4])
    if why := _left_out(change, alarms):
        return Ignored(event_id=event_id, source=Source.CLOUDWATCH, why=why)
    return Signal(
        event_id=event_id,
        source=Source.CLOUDWATCH,
        type=change.name,
        account=owner,
        region=region,
        resource=change.arn,
        severity=_severity(change, alarms),
        title=_title(change),
        at=change.at,
        member_id=change.arn,
        active=change.state != "OK",
        facts=dict(_facts(change, partition, region, alarms)),
        raw=raw,
    )


def _left_out(change: _Change, alarms: Alarms) -> str:
    """Why the change is deliberately no alert; empty when it is one."""
    words = (change.name, *alarm_metrics.namespaces(change.metrics))
    if change.description.startswith(_SCALING) or _fits(alarms.leave_out, words):
        return f"the alarm {change.name} is left out by the setting alarms.leave_out, as auto scaling's own"
    if change.state == "INSUFFICIENT_DATA" and change.previous != "ALARM":
        return f"the alarm {change.name} has too little data to tell, and was not in ALARM"
    return ""


def _facts(change: _Change, partition: str, region: str, alarms: Alarms) -> Facts:
    reason = alarm_metrics.without_arn(change.reason)
    place = f"cloudwatch/home?region={region}#alarmsV2:alarm/{quote(change.name, safe='')}"
    practice = practices.of_alarm(
        change.name,
        change.description,
        alarm_metrics.namespaces(change.metrics),
        alarm_metrics.names(change.metrics),
    )
    facts: Facts = {
        "what": reason,
        "details": _details(change, practice),
        "advice": [],
        "last_seen": change.at.isoformat(),
        "end": reason or "the alarm is OK",
        "partition": partition,
        "console": console(partition, region, place),
        "metrics": change.metrics,
        "turns": [change.at.astimezone(UTC).isoformat()] if change.state == "ALARM" else [],
        "flap_limit": [alarms.flap_changes, alarms.flap_minutes],
    }
    if change.state == "INSUFFICIENT_DATA":
        facts["unsure"] = True
    if tags := {key: value for key, value in change.tags.items() if isinstance(value, str)}:
        facts["tags"] = tags
    if practice:
        facts["practice"] = practice
    if change.threshold is not None:
        facts["threshold"] = change.threshold
    if change.rule:
        moved = [alarm_metrics.without_arn(arn) for arn in change.children]
        facts["children"] = list(dict.fromkeys([*moved, *alarm_metrics.children(change.rule)]))[:_CHILDREN]
    return facts


def _details(change: _Change, practice: str) -> list[list[str]]:
    children = ", ".join(alarm_metrics.without_arn(arn) for arn in change.children[:10])
    lines = [
        ["Description", change.description],
        ["Practice", practices.said(practice)],
        *alarm_metrics.crossed(change.reason, change.data, change.operator, change.threshold),
        *alarm_metrics.lines(change.metrics),
        ["Rule", alarm_metrics.rule(change.rule)],
        ["Moved by", children],
        ["Its actions", change.silenced],
    ]
    return [line for line in lines if line[1]]


def _severity(change: _Change, alarms: Alarms) -> Severity:
    """What the first rule that fits says. Too little data after ALARM is no sign that it is over, so it stays."""
    found = next((rule.severity for rule in alarms.rules if _applies(rule, change)), alarms.severity)
    return Severity(found)


def _applies(rule: AlarmRule, change: _Change) -> bool:
    tags = [f"{key}={value}" for key, value in change.tags.items()]
    return (
        (not rule.names or _fits(rule.names, [change.name]))
        and (not rule.namespaces or _fits(rule.namespaces, alarm_metrics.namespaces(change.metrics)))
        and (not rule.tags or _fits(rule.tags, tags))
    )


def _fits(patterns: Iterable[str], words: Iterable[str]) -> bool:
    texts = list(words)
    return any(matches(pattern, text) for pattern in patterns for text in texts)


def _title(change: _Change) -> str:
    if change.state == "INSUFFICIENT_DATA":
        return f"Alarm {change.name} has too little data to tell; it was in ALARM"
    return f"Alarm {change.name} is {'OK' if change.state == 'OK' else 'in ALARM'}"
