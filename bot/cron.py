"""When lines of cron fire, in zones whose clocks change (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from apscheduler.triggers.cron import CronTrigger

_SHIFT = timedelta(hours=3)
"""More than any clock is ever set forward."""


def fires(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The moments not before `after`, aware, at which `cron` fires in `zone`, in UTC and in order, without an end.

    The hour that comes twice in autumn counts once, as the first; a time that spring leaves out is an hour later.
    """
    trigger = _trigger(cron, zone)
    at = after - _SHIFT  # what falls into the hour that is left out is not found from behind it
    while (next_ := trigger.get_next_fire_time(None, at)) is not None:
        # always forward, whatever the trigger names
        at = max(next_.astimezone(UTC), at) + timedelta(minutes=1)
        if (moment := next_.replace(fold=0).astimezone(UTC)) >= after:
            yield moment


def latest(cron: str, zone: str, now: datetime, within: timedelta) -> datetime | None:
    """The last moment not after `now` at which `cron` fired in `zone`; None when it is further back than `within`."""
    last = None
    for moment in fires(cron, zone, now - within):
        if moment > now:
            break
        last = moment
    return last


@lru_cache
def _trigger(cron: str, zone: str) -> CronTrigger:
    return CronTrigger.from_crontab(cron, timezone=zone)
