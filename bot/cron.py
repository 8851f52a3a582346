"""When lines of cron fire, in zones whose clocks change (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from apscheduler.triggers.cron import CronTrigger


def fires(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The moments not before `after`, aware, at which `cron` fires in `zone`, in UTC and in order, without an end.

    The hour that comes twice in autumn counts once, as the first.
    """
    trigger = _trigger(cron, zone)
    while (next_ := trigger.get_next_fire_time(None, after)) is not None:
        # always forward, whatever the trigger names
        after = max(next_.astimezone(UTC), after) + timedelta(minutes=1)
        yield next_.replace(fold=0).astimezone(UTC)


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
