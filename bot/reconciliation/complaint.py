"""Picket's own alert that the queue does not bring what it should, of all places in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot import relay
from bot.alerts import Member, Signal, Source
from bot.intake.facts import Facts
from bot.services import Services
from bot.store import Tx, looks
from bot.store.looks import Look
from checks.catalog import CATALOG
from checks.model import Severity

ENOUGH = 2
"""So many events missed in a row are no accident."""
_TYPE = "events missed"
_ALARMS = (
    "For alarms: let the rule of the region pass source aws.cloudwatch with detail-type CloudWatch Alarm State Change."
)


def complain(services: Services, tx: Tx) -> None:
    """Raise the alert, bring it up to date, or end it, by what the looks say."""
    places = [look for look in looks.every(tx) if look.missed >= ENOUGH]
    before = looks.known(tx, Source.PICKET, _TYPE)
    signal = complaint(places, services.settings.account_name, services.now())
    if _is_news(signal, before[1] if before else None):
        relay.take(services, tx, signal)


def _is_news(signal: Signal, told: Member | None) -> bool:
    """Whether it says anything that its alert does not."""
    if told is None or not signal.active:
        return signal.active or (told is not None and told.active)
    return not told.active or told.facts.get("details") != signal.facts["details"]


def complaint(places: Sequence[Look], name: Callable[[str], str], now: datetime) -> Signal:
    """The alert as it is for these places, where events were missed; over when there are none."""
    details = [
        [f"{name(look.account)} {look.region}", f"{look.missed:,} of {Source(look.source).label}"]
        for look in sorted(places, key=lambda look: (-look.missed, look.key))
    ]
    guardduty = any(look.source == Source.GUARDDUTY for look in places)
    alarms = any(look.source == Source.CLOUDWATCH for look in places)
    facts: Facts = {
        "what": (
            "AWS holds findings or alarms that did not come by the queue; Picket found them by looking, and so late. "
            "Where: see below."
        ),
        "details": details,
        "advice": [
            *([CATALOG["guardduty-not-relayed"].fix] if guardduty else []),
            *([_ALARMS] if alarms else []),
            "The audit of guardduty-not-relayed says which rule does not lead to the queue.",
            "If they are not meant to come, leave their source out of the setting reconciliation.sources.",
        ],
        "end": "the queue brings what AWS holds again",
        "last_seen": now.isoformat(),
    }
    return Signal(
        event_id=f"{_TYPE} {now.isoformat()}",
        source=Source.PICKET,
        type=_TYPE,
        account="",
        region="global",
        resource="the queue of events",
        severity=Severity.HIGH,
        title="Events of AWS do not reach Picket's queue",
        at=now,
        member_id=_TYPE,
        active=bool(places),
        count=max(1, sum(look.missed for look in places)),
        facts=dict(facts),
    )
