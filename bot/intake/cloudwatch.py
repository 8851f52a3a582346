"""CloudWatch alarms in their three shapes: from EventBridge, from SNS, and as an alarm's Lambda action.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html,
.../AlarmThatSendsEmail.html and .../alarms-and-actions-Lambda.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.alerts import Ignored, Signal, Source
from bot.intake.facts import Facts
from bot.intake.shapes import Malformed, Node, account, console, is_region
from checks.model import Severity
from checks.partitions import partition_of

STATE_CHANGE = "CloudWatch Alarm State Change"
CONFIGURATION_CHANGE = "CloudWatch Alarm Configuration Change"
_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_SIGNS = {
    "GreaterThanOrEqualToThreshold": "at least",
    "GreaterThanThreshold": "more than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "at most",
    "LessThanLowerOrGreaterThanUpperThreshold": "outside the band",
    "LessThanLowerThreshold": "below the band",
    "GreaterThanUpperThreshold": "above the band",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A change of state, whatever shape told of it."""

    arn: str
    name: str
    state: str
    previous: str
    reason: str
    at: datetime
    description: str
    details: list[list[str]]


def is_sns_alarm(value: Mapping[str, Any]) -> bool:
    """Whether it is what an alarm publishes to a topic."""
    return {"AlarmName", "NewStateValue"} <= value.keys()


def is_lambda_alarm(value: Mapping[str, Any]) -> bool:
    """Whether it is what an alarm invokes a function with."""
    return {"alarmArn", "alarmData"} <= value.keys()


def from_eventbridge(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal | Ignored:
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
    return _signal(value, _change(detail, arn, name, event.moment("time") or received_at), event_id)


def from_lambda(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal:
    """What an alarm invokes a function with."""
    event = Node(value)
    data = event.node("alarmData")
    change = _change(data, event.need("alarmArn"), data.need("alarmName"), event.moment("time") or received_at)
    return _signal(value, change, event_id)


def from_sns(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal:
    """What an alarm publishes to a topic. Its region is a name ("US West - Oregon"): the ARN has the code."""
    message = Node(value)
    name, arn = message.need("AlarmName"), message.text("AlarmArn")
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
        at=message.moment("StateChangeTime") or received_at,
        description=message.text("AlarmDescription"),
        details=_trigger(message.node("Trigger"), message.text("AlarmRule")),
    )
    return _signal(value, change, event_id)


def _change(detail: Node, arn: str, name: str, at: datetime) -> _Change:
    """EventBridge and Lambda tell alike, but for where they put it."""
    state, configuration = detail.node("state"), detail.node("configuration")
    return _Change(
        arn=arn,
        name=name,
        state=state.need("value"),
        previous=detail.node("previousState").text("value"),
        reason=state.text("reason"),
        at=state.moment("timestamp") or at,
        description=configuration.text("description"),
        details=_configured(configuration, Node(_json(state.text("reasonData")))),
    )


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _arn(region: str, owner: str, name: str) -> str:
    return f"arn:{partition_of(region)}:cloudwatch:{region}:{owner}:alarm:{name}"


def _signal(raw: Mapping[str, Any], change: _Change, event_id: str) -> Signal:
    if change.state not in _STATES:
        raise Malformed(f"The alarm's state is {change.state[:40]!r}; it must be one of {', '.join(_STATES)}.")
    parts = change.arn.split(":", 6)
    if len(parts) < 7 or parts[0] != "arn" or not is_region(parts[3]):
        raise Malformed(f"The alarm's ARN is {change.arn[:80]!r}, which names no alarm in a region.")
    partition, region = parts[1], parts[3]
    owner = account("the account in the alarm's ARN", parts[4])
    facts: Facts = {
        "what": change.reason,
        "details": [*([["Description", change.description]] if change.description else []), *change.details],
        "advice": [],
        "last_seen": change.at.isoformat(),
        "end": change.reason or "the alarm is OK",
        "partition": partition,
        "console": console(partition, region, f"cloudwatch/home?region={region}#alarmsV2:alarm/{quote(change.name)}"),
    }
    return Signal(
        event_id=event_id,
        source=Source.CLOUDWATCH,
        type=change.name,
        account=owner,
        region=region,
        resource=change.arn,
        severity=_severity(change),
        title=_title(change),
        at=change.at,
        member_id=change.arn,
        active=change.state != "OK",
        facts=dict(facts),
        raw=raw,
    )


def _severity(change: _Change) -> Severity:
    """High in ALARM. No data after ALARM is no sign that it is over; no data else is a small matter of its own."""
    return Severity.HIGH if "ALARM" in (change.state, change.previous) else Severity.LOW


def _title(change: _Change) -> str:
    if change.state == "INSUFFICIENT_DATA":
        before = "; it was in ALARM" if change.previous == "ALARM" else ""
        return f"Alarm {change.name} has too little data to tell{before}"
    return f"Alarm {change.name} is {'OK' if change.state == 'OK' else 'in ALARM'}"


def _configured(configuration: Node, reason: Node) -> list[list[str]]:
    """Metrics, threshold and newest value; a composite alarm has a rule instead."""
    lines: list[list[str]] = []
    for metric in configuration.nodes("metrics")[:5]:
        stat = metric.node("metricStat")
        inner = stat.node("metric")
        dimensions = ", ".join(f"{key}={value}" for key, value in inner.node("dimensions").value.items())
        if expression := metric.text("expression"):
            lines.append(["Expression", expression])
        elif inner.text("name"):
            lines.append(["Metric", _metric(inner.text("namespace"), inner.text("name"), stat.text("stat"))])
            lines += [["Dimensions", dimensions]] if dimensions else []
    if rule := configuration.text("alarmRule"):
        lines.append(["Rule", rule])
    if (threshold := reason.number("threshold")) is not None:
        lines.append(["Threshold", f"{threshold:g}"])
    recent = reason.value.get("recentDatapoints")
    values = [each for each in recent if isinstance(each, int | float)] if isinstance(recent, list) else []
    if values:
        lines.append(["Newest values", ", ".join(f"{each:g}" for each in values[-3:])])
    return lines


def _trigger(trigger: Node, rule: str) -> list[list[str]]:
    lines: list[list[str]] = []
    if name := trigger.text("MetricName"):
        lines.append(["Metric", _metric(trigger.text("Namespace"), name, trigger.text("Statistic"))])
    dimensions = [f"{each.text('name', 'Name')}={each.text('value', 'Value')}" for each in trigger.nodes("Dimensions")]
    if dimensions:
        lines.append(["Dimensions", ", ".join(dimensions)])
    lines += [["Expression", text] for each in trigger.nodes("Metrics")[:5] if (text := each.text("Expression"))]
    if (threshold := trigger.number("Threshold")) is not None:
        sign = _SIGNS.get(trigger.text("ComparisonOperator"), "")
        lines.append(["Threshold", f"{sign} {threshold:g}".strip()])
    return [*lines, *([["Rule", rule]] if rule else [])]


def _metric(namespace: str, name: str, statistic: str) -> str:
    full = f"{namespace} {name}".strip()
    return f"{full} ({statistic.lower()})" if statistic else full
