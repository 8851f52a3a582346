"""How Picket itself is, in two lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages.style import style
from bot.messages.text import count, date, escape, fit
from bot.store.drills import Drill
from bot.store.looks import Look

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
    given_up: bool = False
    """Whether Slack would not take messages of the last week: how many would change with each Home that it refuses."""
    why: str = ""
    """What Slack said to the newest of those."""
    running: int = 0
    """Audits that run or wait to."""
    looks: Sequence[Look] = ()
    """How far AWS was compared with what the queue brought."""
    drill: Drill | None = None
    """The last one."""


def lines(health: Health) -> str:
    """Whether all is well, or what is not; then what it does and did."""
    troubles = _troubles(health)
    first = f":warning: {' '.join(troubles)}" if troubles else ":white_check_mark: Slack is heard and all is sent."
    return f"*{escape(style().product)} {health.version}* {first}\n{' · '.join(_deeds(health))}"


def _deeds(health: Health) -> Iterator[str]:
    yield count(health.running, "audit runs", "audits run") if health.running else "No audit runs"
    if looked := [look.looked_at for look in health.looks if look.looked_at]:
        yield f"AWS was last compared with the queue {date(min(looked))}"
    if health.drill and health.drill.posted_at:
        yield f"the last drill came through {date(health.drill.posted_at)}"


def _troubles(health: Health) -> list[str]:
    said = []
    if health.deaf:
        since, why = health.deaf
        said.append(f"Slack is not heard since {date(since)} ({fit(why, 150)}): clicks may be lost.")
    if health.oldest and health.now - health.oldest > _SLOW:
        said.append(f"Messages wait to be sent since {date(health.oldest)}.")
    if health.given_up:
        said.append(f"Messages of the last week could not be posted; the newest: {fit(health.why, 150)}.")
    if health.drill and health.drill.failed_at and not health.drill.posted_at:
        said.append(f"The drill of {date(health.drill.asked_at)} was lost: events of AWS may not come through.")
    if missed := sum(look.missed for look in health.looks):
        said.append(f"The queue did not bring {count(missed, 'thing')} that looking at AWS found.")
    if blind := len({(look.account, look.region) for look in health.looks if look.failed_at}):
        said.append(f"{count(blind, 'region')} cannot be compared with AWS.")
    return said
