"""Notices that AWS is out of reach, so that the rest of an audit does not wait for it call by call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.errors import AwsUnreachable

PATIENCE = 10.0
"""Seconds without any answer, in which a hiccup of the network is over."""
REST = 60.0
"""Seconds after which AWS is tried again."""
_SERVICES = 3
"""One service that is silent may not be offered in a region; of so many the region is."""


@dataclass(slots=True)
class _Silence:
    """Since when, until when last, and of which services nothing was heard."""

    since: float
    last: float
    services: set[str] = field(default_factory=set)


class Breaker:
    """Told of each try and how it ended; `begin` raises where AWS has been silent for long. Safe for threads.

    A region is silent when several of its services are; all of AWS is when nothing answers in any.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries = threading.local()
        self._answers: dict[str, float] = {}
        """When each region last answered."""
        self._silences: dict[str, _Silence] = {}
        """By region, of those that have not answered since."""

    def begin(self, region: str) -> None:
        """A call is sent, or sent again, by this thread. Raises AwsUnreachable where nothing answers."""
        now = self._clock()
        with self._lock:
            here = self._silences.get(region)
            if here and self._is_long([here], now):
                raise AwsUnreachable(f"AWS does not answer any more in {region}, so the rest was not asked for.")
            answered = max(self._answers.values(), default=0.0)
            everywhere = [one for one in self._silences.values() if one.last > answered]
            if now - answered >= PATIENCE and self._is_long(everywhere, now):
                raise AwsUnreachable("AWS does not answer any more, so the rest was not asked for. Check the network.")
        self._tries.began = now

    @staticmethod
    def _is_long(silences: Iterable[_Silence], now: float) -> bool:
        recent = [one for one in silences if now - one.last < REST]
        services = {service for one in recent for service in one.services}
        return len(services) >= _SERVICES and now - min(one.since for one in recent) >= PATIENCE

    def answered(self, region: str) -> None:
        """A try of this thread ended with an answer, be it an error."""
        with self._lock:
            self._answers[region] = self._clock()
            self._silences.pop(region, None)

    def silent(self, region: str, service: str) -> None:
        """A try of this thread ended without an answer."""
        now = self._clock()
        began = getattr(self._tries, "began", now)
        with self._lock:
            since = max(began, self._answers.get(region, began))
            here = self._silences.setdefault(region, _Silence(since, now))
            here.last = now
            here.services.add(service)
