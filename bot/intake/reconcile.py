"""What AWS holds beside what is known of it: in the shape that the queue brings, and whether that should have come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.alerts import Alert, Member, Signal, Source
from bot.intake.cloudwatch import STATE_CHANGE
from bot.intake.shapes import digest

_AGREE = timedelta(seconds=5)
"""An event and a description may tell the moment of one change a little differently."""


class Verdict(StrEnum):
    """What to make of a thing that AWS holds."""

    KNOWN = "known"
    """The alerts have it."""
    WAITING = "waiting"
    """Not yet, but its event may still be on its way."""
    MISSED = "missed"
    """Its event should have come by now."""
    OVER = "over"
    """It is over, of which AWS sends no event."""


def judge(known: Member | None, signal: Signal, now: datetime, grace: timedelta, pace: timedelta) -> Verdict:
    """What to make of `signal`, read from what AWS holds, where the alerts know `known` of the same.

    `grace` is how long an event may be on its way, `pace` how long the source may keep a repetition to itself.
    """
    late = now - signal.at > grace
    if known is None:
        return (Verdict.MISSED if late else Verdict.WAITING) if signal.active else Verdict.KNOWN
    if known.active and not signal.active and signal.source is Source.GUARDDUTY:
        return Verdict.OVER
    if signal.at <= known.updated_at + _AGREE:
        return Verdict.KNOWN
    if known.active and signal.active and signal.severity <= known.severity:
        # it may move on forever, so that no change of it is ever old: then two rounds without an event are too many
        late = now - min(signal.at, known.updated_at + pace) > pace + grace
    return Verdict.MISSED if late else Verdict.WAITING


def found(signal: Signal, now: datetime) -> Signal:
    """`signal` as one that was found by looking."""
    return replace(signal, facts={**signal.facts, "looked": now.isoformat()})


_GONE = {
    Source.CLOUDWATCH: "the alarm no longer exists: somebody deleted it",
    Source.GUARDDUTY: "GuardDuty no longer has the finding; it keeps them for 90 days",
}


def gone(alert: Alert, member: Member, now: datetime) -> Signal:
    """That AWS no longer has what a member of an alert tells of."""
    return Signal(
        event_id=digest(f"gone\n{member.source_id}\n{member.updated_at.isoformat()}"),
        source=member.source,
        type=member.type,
        account=alert.account,
        region=member.region,
        resource=member.resource,
        severity=member.severity,
        title=f"Alarm {member.type} no longer exists" if member.source is Source.CLOUDWATCH else member.title,
        at=now,
        member_id=member.source_id,
        active=False,
        count=member.count,
        sample=member.sample,
        facts={**member.facts, "end": _GONE[member.source]},
    )


def of_finding(item: Mapping[str, Any]) -> str:
    """A finding of GetFindings as the body of a message."""
    return json.dumps(item, default=_said)


def of_alarm(item: Mapping[str, Any], previous: str) -> str:
    """An alarm of DescribeAlarms as the body of a message: the event of its last change of state.

    `previous` is the state that it is known to have been in; empty when that is not known.
    """
    _, _, _, region, account, *_ = item["AlarmArn"].split(":", 6)
    at = item.get("StateTransitionedTimestamp") or item["StateUpdatedTimestamp"]
    state = {"value": item["StateValue"], "reason": item.get("StateReason", ""), "timestamp": at}
    for name, key in (("reasonData", "StateReasonData"), ("actionsSuppressedReason", "ActionsSuppressedReason")):
        if item.get(key):
            state[name] = item[key]
    tags = {one["Key"]: one["Value"] for one in item.get("Tags", ())}
    event = {
        "version": "0",
        "detail-type": STATE_CHANGE,
        "source": "aws.cloudwatch",
        "account": account,
        "region": region,
        "time": at,
        "resources": [item["AlarmArn"]],
        "detail": {
            "alarmName": item["AlarmName"],
            "state": state,
            "previousState": {"value": previous} if previous else {},
            "configuration": _configuration(item),
            "alarmTags": tags,
        },
    }
    return json.dumps(event, default=_said)


def _configuration(item: Mapping[str, Any]) -> dict[str, Any]:
    description = {"description": item["AlarmDescription"]} if item.get("AlarmDescription") else {}
    if item.get("AlarmRule"):
        return {**description, "alarmRule": item["AlarmRule"]}
    return {**description, "metrics": item.get("Metrics") or [_metric(item)]}


def _metric(item: Mapping[str, Any]) -> dict[str, Any]:
    metric = {
        "namespace": item.get("Namespace", ""),
        "name": item.get("MetricName", ""),
        "dimensions": {one["Name"]: one["Value"] for one in item.get("Dimensions", ())},
    }
    statistic = item.get("ExtendedStatistic") or item.get("Statistic", "Average")
    return {
        "id": "m1",
        "metricStat": {"metric": metric, "period": item.get("Period", 300), "stat": statistic},
        "returnData": True,
    }


def _said(value: object) -> str:
    """A moment, which is all that AWS answers besides what JSON has."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
