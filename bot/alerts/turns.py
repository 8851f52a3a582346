"""Whether an alert's source goes off again and again: then one card says so, and nothing is repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.alerts.model import Alert

MOST = 50
"""Turns that are kept, the newest."""


def joined(parts: Iterable[Iterable[str]]) -> list[str]:
    """The newest turns of all `parts`, in order: the same whichever came first."""
    return sorted({turn for part in parts for turn in part})[-MOST:]


def flaps(facts: Mapping[str, Any], at: datetime) -> int:
    """How often its source went off in the setting's minutes before `at`; 0 when that is not often enough to flap."""
    changes, minutes = facts.get("flap_limit") or (0, 0)
    if not changes:
        return 0
    moments = (datetime.fromisoformat(turn) for turn in facts.get("turns") or ())
    count = sum(at - timedelta(minutes=minutes) <= moment <= at for moment in moments)
    return count if count >= changes else 0


def lately(facts: Mapping[str, Any]) -> int:
    """`flaps` as of the last time that its source went off."""
    turns = facts.get("turns")
    return flaps(facts, datetime.fromisoformat(turns[-1])) if turns else 0


def said(alert: Alert) -> str:
    """That one of its sources flaps, in words, with until when; empty when none does."""
    worst = max((member.facts for member in alert.members), key=lately, default={})
    if not (count := lately(worst)):
        return ""
    until = datetime.fromisoformat(worst["turns"][-1])
    return f"{words(worst, count)}, to {until:%Y-%m-%d %H:%M} UTC"


def words(facts: Mapping[str, Any], count: int) -> str:
    """`flapping: 4 changes into ALARM in the last hour`."""
    minutes = facts["flap_limit"][1]
    span = "hour" if minutes == 60 else f"{minutes} minutes"
    return f"flapping: {count} changes into ALARM in the last {span}"
