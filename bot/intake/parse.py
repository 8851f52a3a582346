"""From the body of a queue's message to what it says: signals for alerts, or why it is none."""

from __future__ import annotations

from datetime import datetime

from bot.alerts import Ignored, Signal
from bot.config import Alarms
from bot.intake import cloudwatch, guardduty, unknown
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
    envelope or an SQS message around it), a bare GuardDuty finding, an answer of GetFindings, or an array of those.
    `received_at` stands in where an event has no time, `message_id` where it has neither id nor time; `alarms` are the
    settings of CloudWatch's; `largest` is in bytes.

    Raises Malformed, in words, and nothing else.
    """
    return [_one(event, received_at, alarms) for event in unwrap(body, message_id, largest)]


def _one(event: Event, received_at: datetime, alarms: Alarms) -> Signal | Ignored:
    if not isinstance(event.body, dict):
        return unknown.parse(event, received_at)
    body = event.body
    kind, sender = body.get("detail-type"), body.get("source")
    if sender == "aws.guardduty" and kind == "GuardDuty Finding":
        detail = body.get("detail")
        if not isinstance(detail, dict):
            raise Malformed("`detail` is missing or no object; it must be the finding.")
        envelope = {"region": Node(body).text("region"), "accountId": Node(body).text("account")}
        return guardduty.parse({**{k: v for k, v in envelope.items() if v}, **detail}, event.id, received_at)
    if sender == "aws.cloudwatch" and kind in (cloudwatch.STATE_CHANGE, cloudwatch.CONFIGURATION_CHANGE):
        return cloudwatch.from_eventbridge(body, event.id, received_at, alarms)
    if cloudwatch.is_lambda_alarm(body):
        return cloudwatch.from_lambda(body, event.id, received_at, alarms)
    if cloudwatch.is_sns_alarm(body):
        return cloudwatch.from_sns(body, event.id, received_at, alarms)
    if guardduty.is_finding(body):
        return guardduty.parse(body, event.id, received_at)
    return unknown.parse(event, received_at)
