"""How often Slack lets an app call: token buckets per method by tier, and for posts per channel and workspace."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.slack.errors import ApiError


@dataclass(frozen=True)
class Rate:
    """`per_second` calls on average, `burst` at once."""

    per_second: float
    burst: float


# docs.slack.dev/apis/web-api/rate-limits: calls a minute, per method and workspace. A new app may open
# its ten sockets at once, so tier 1 has that burst.
TIERS: Final = {1: Rate(1 / 60, 10), 2: Rate(20 / 60, 20), 3: Rate(50 / 60, 50), 4: Rate(100 / 60, 100)}
POSTS_PER_CHANNEL: Final = Rate(1, 4)
POSTS_PER_WORKSPACE: Final = Rate(5, 100)


@dataclass
class _Bucket:
    tokens: float
    at: float


class Pacer:
    """Counts calls and refuses those above the rate; `scale` multiplies every rate, `None` switches them off."""

    def __init__(self, clock: Callable[[], float], scale: float | None = 1.0) -> None:
        self.scale = scale
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def method(self, name: str, tier: int | None) -> None:
        """Counts a call; raises ApiError `ratelimited` with Retry-After (whole seconds) above the tier's rate."""
        if tier is not None:
            self._take({name: TIERS[tier]})

    def post(self, channel: str) -> None:
        """Counts a post to a channel; raises as `method` does, and counts nothing when it raises."""
        self._take({f"post {channel}": POSTS_PER_CHANNEL, "post": POSTS_PER_WORKSPACE})

    def _take(self, rates: dict[str, Rate]) -> None:
        if self.scale is None:
            return
        scale = self.scale
        waits = [self._wait(key, rate, scale) for key, rate in rates.items()]
        if max(waits) > 0:
            seconds = math.ceil(max(waits))
            raise ApiError("ratelimited", status=429, headers={"Retry-After": str(seconds)})
        for key in rates:
            self._buckets[key].tokens -= 1

    def _wait(self, key: str, rate: Rate, scale: float) -> float:
        now, per_second = self._clock(), rate.per_second * scale
        bucket = self._buckets.setdefault(key, _Bucket(rate.burst, now))
        bucket.tokens = min(rate.burst, bucket.tokens + max(0.0, now - bucket.at) * per_second)
        bucket.at = now
        return max(0.0, (1 - bucket.tokens) / per_second)
