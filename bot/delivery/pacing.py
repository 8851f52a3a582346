"""How fast Slack may be called: a token bucket for each channel and each method.

Slack takes about one post a second in a channel, with short bursts, and each method so many calls a minute in a
workspace (https://docs.slack.dev/apis/web-api/rate-limits). Keeping below them keeps 429 the exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_second` calls on the average, at most `burst` at once."""

    per_second: float
    burst: int


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

    def wait(self, bucket: str, pace: Pace, now: datetime) -> timedelta:
        """Zero, and the call is counted; or how long to wait, and it is not."""
        cost = timedelta(seconds=1 / pace.per_second)
        full_at = max(self._full_at.get(bucket, now), now)
        over = full_at + cost - now - cost * pace.burst
        if over > timedelta(0):
            return over
        self._full_at[bucket] = full_at + cost
        return timedelta(0)
