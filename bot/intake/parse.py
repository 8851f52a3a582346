"""From the body of a queue's message to what it says: signals for alerts, or why it is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.alerts import Ignored, Signal
from bot.config import Alarms
from bot.intake import cloudtrail, cloudwatch, config, drill, guardduty, securityhub, unknown
from bot.intake.shapes import LARGEST, Event, Malformed, Node, unwrap

__all__ = ["Malformed", "parse"]


def parse(
    body: str,
    received_at: datetime,
    message_id: str = "",
    alarms: Alarms = Alarms(),  # noqa: B008 - it is frozen
    *,
    largest: int = LARGEST,
) -> list[Signal | Ignored]:
    """What `body` says, an element an event, in order.

    `body` is an event in any shape that the queue may bring (EventBridge, an alarm's Lambda action, either in an SNS
    envelope or an SQS message around it), a bare finding or notification, an answer of
    GetFindings, or an array of those.
    `received_at` stands in where an event has no time, `message_id` where it has neither id nor time; `alarms` are the
    settings of CloudWatch's; `largest` is in bytes.

    Raises Malformed, in words, and nothing else.
    """
    return [said for event in unwrap(body, message_id, largest) for said in _said(event, received_at, alarms)]


def _said(event: Event, received_at: datetime, alarms: Alarms) -> list[Signal | Ignored]:
    if isinstance(event.body, dict) and securityhub.is_event(event.body):
        return securityhub.from_event(event.body, event.id, received_at)
    return [_one(event, received_at, alarms)]


def _one(event: Event, received_at: datetime, alarms: Alarms) -> Signal | Ignored:
    body = event.body
    if not isinstance(body, dict):
        return unknown.parse(event, received_at)
    kind, sender = body.get("detail-type"), body.get("source")
    if sender == "aws.guardduty" and kind == "GuardDuty Finding":
        detail = body.get("detail")
        if not isinstance(detail, dict):
            raise Malformed("`detail` is missing or no object; it must be the finding.")
        envelope = {"region": Node(body).text("region"), "accountId": Node(body).text("account")}
        return guardduty.parse({**{k: v for k, v in envelope.items() if v}, **detail}, event.id, received_at)
    for fits, read in _READERS:
        if fits(body):
            return read(body, event.id, received_at)
    for fits, of_alarm in _ALARMS:
        if fits(body):
            return of_alarm(body, event.id, received_at, alarms)
    return unknown.parse(event, received_at)


_Fits = Callable[[Mapping[str, Any]], bool]
_READERS: tuple[tuple[_Fits, Callable[[Mapping[str, Any], str, datetime], Signal | Ignored]], ...] = (
    (config.is_event, config.parse),
    (config.is_notification, config.parse),
    (cloudtrail.is_event, cloudtrail.parse),
    (cloudtrail.is_record, cloudtrail.parse),
    (securityhub.is_finding, securityhub.parse),
    (guardduty.is_finding, guardduty.parse),
    (drill.is_event, drill.parse),
)
_ALARMS: tuple[tuple[_Fits, Callable[[Mapping[str, Any], str, datetime, Alarms], Signal | Ignored]], ...] = (
    (cloudwatch.is_event, cloudwatch.from_eventbridge),
    (cloudwatch.is_lambda_alarm, cloudwatch.from_lambda),
    (cloudwatch.is_sns_alarm, cloudwatch.from_sns),
)
