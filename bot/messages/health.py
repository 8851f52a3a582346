"""How Picket itself is, in two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages.style import style
from bot.messages.text import count, date, escape, fit

_SLOW = timedelta(minutes=1)
"""What waits to be sent for longer than this is worth a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The facts, as of `now`."""

    now: datetime
    version: str
    deaf: tuple[datetime, str] | None = None
    """Since when, and why, Slack is not heard."""
    oldest: datetime | None = None
    """Since when the oldest message waits to be sent."""
    given_up: int = 0
    """Messages of the last week that Slack would not take."""
    why: str = ""
    """What Slack said to the newest of those."""
    running: int = 0
    """Audits that run or wait to."""
    looked: datetime | None = None
    """When AWS was last compared with what the queue brought, in the place where that is longest ago; None: nowhere."""


def lines(health: Health) -> str:
    """Whether all is well, or what is not; then what it does."""
    troubles = _troubles(health)
    first = f":warning: {' '.join(troubles)}" if troubles else ":white_check_mark: Slack is heard and all is sent."
    audits = count(health.running, "audit runs", "audits run") if health.running else "No audit runs"
    looked = f" · AWS was last compared with the queue {date(health.looked)}" if health.looked else ""
    return f"*{escape(style().product)} {health.version}* {first}\n{audits}{looked}"


def _troubles(health: Health) -> Sequence[str]:
    said = []
    if health.deaf:
        since, why = health.deaf
        said.append(f"Slack is not heard since {date(since)} ({fit(why, 150)}): clicks may be lost.")
    if health.oldest and health.now - health.oldest > _SLOW:
        said.append(f"Messages wait to be sent since {date(health.oldest)}.")
    if health.given_up:
        these = count(health.given_up, "message")
        said.append(f"{these} of the last week could not be posted; the newest: {fit(health.why, 150)}.")
    return said
