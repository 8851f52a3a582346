"""Events that Picket has no words for: kept and shown, never dropped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts import Signal, Source
from bot.intake.facts import Facts
from bot.intake.shapes import ACCOUNT, Event, Node, is_region
from checks.model import Severity

_SHOWN = 6


def parse(event: Event, received_at: datetime) -> Signal:
    """The signal of an event of any shape: by its detail-type and source, or by the topic that carried it."""
    body = Node(event.body) if isinstance(event.body, dict) else Node({})
    sender = body.text("source") or event.topic
    kind = body.text("detail-type", "detailType") or event.subject or "an event of an unknown kind"
    topic = Node(dict(zip(("arn", "partition", "service", "region", "account"), event.topic.split(":"), strict=False)))
    owner = next((text for text in (body.text("account"), topic.text("account")) if ACCOUNT.fullmatch(text)), "")
    region = next((text for text in (body.text("region"), topic.text("region")) if is_region(text)), "global")
    resource = next(iter(body.texts("resources")), "") or sender or "an unknown sender"
    at = body.moment("time", "Timestamp") or received_at
    facts: Facts = {
        "what": _what(event, kind, sender),
        "details": _details(body.node("detail") or body),
        "advice": [],
        "last_seen": at.isoformat(),
    }
    title = f"{kind} from {sender}" if sender and sender != kind else kind
    return Signal(
        event_id=event.id,
        source=Source.UNKNOWN,
        type=kind,
        account=owner,
        region=region,
        resource=resource,
        severity=Severity.MEDIUM,
        title=title,
        at=at,
        member_id=f"{sender} {kind}",
        adds=True,
        facts=dict(facts),
        raw=event.body,
    )


def _what(event: Event, kind: str, sender: str) -> str:
    if isinstance(event.body, str):
        return event.body
    if isinstance(event.body, Mapping) and event.body.get("Type") == "SubscriptionConfirmation":
        return "An SNS topic asks whether its messages may come to Picket's queue. Confirm it in AWS if it is yours."
    return f"Picket has no words yet for “{kind}”{f' of {sender}' if sender else ''}; the whole event is in the thread."


def _details(body: Node) -> list[list[str]]:
    """The first few plain values, so that the card says something of its own."""
    skip = {"version", "id", "source", "detail-type", "account", "region", "time"}
    plain: list[list[str]] = [[name, _text(value)] for name, value in body.value.items() if name not in skip]
    return [line for line in plain if line[1]][:_SHOWN]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str | int | float) else ""
