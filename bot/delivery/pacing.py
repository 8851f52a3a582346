"""How fast Slack may be called: a token bucket for each channel and each method.

Picket makes no more than thirty calls a minute in a channel, of whatever kind, so that people can read it. Slack takes
about one post a second there, with short bursts, and each method so many calls a minute in a workspace
(https://docs.slack.dev/apis/web-api/rate-limits). Keeping below them keeps 429 the exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_second` calls on the average, at most `burst` at once."""

    per_second: float
    burst: int
    reserve: int = 0
    """How many of the burst are for what is urgent."""


CHANNEL = Pace(24 / 60, 6, reserve=3)
"""Its burst and its share of a minute are thirty."""
POSTS = Pace(1.0, 3)
METHODS: Mapping[str, Pace] = {
    "chat.update": Pace(50 / 60, 10),
    "chat.postEphemeral": Pace(100 / 60, 10),
    "files": Pace(20 / 60, 6),
    "views.publish": Pace(100 / 60, 10),
}


@dataclass(slots=True)
class Pacer:
    """Says when a call may be made. Not for several threads at once."""

    _full_at: dict[str, datetime] = field(default_factory=dict)
    """By bucket: when it will be full again; one time is all that a token bucket needs."""

    def wait(self, buckets: Sequence[tuple[str, Pace]], now: datetime, *, urgent: bool = False) -> timedelta:
        """Zero, and the call is counted in each of the buckets; or how long to wait, and it is in none."""
        waits = [self._over(bucket, pace, now, urgent=urgent) for bucket, pace in buckets]
        if (longest := max(waits)) > timedelta(0):
            return longest
        for bucket, pace in buckets:
            self._full_at[bucket] = self._full(bucket, now) + _cost(pace)
        return timedelta(0)

    def _over(self, bucket: str, pace: Pace, now: datetime, *, urgent: bool) -> timedelta:
        tokens = pace.burst if urgent else pace.burst - pace.reserve
        return self._full(bucket, now) - now - _cost(pace) * (tokens - 1)

    def _full(self, bucket: str, now: datetime) -> datetime:
        return max(self._full_at.get(bucket, now), now)


def _cost(pace: Pace) -> timedelta:
    return timedelta(seconds=1 / pace.per_second)
