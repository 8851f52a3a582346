"""Whether Picket hears Slack, judged from what came and when: facts in, a verdict out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum, auto

WANTED = 2
"""Connections to hold: while one is replaced the other hears. Slack allows ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long what may last, in seconds: together, deafness is noticed within two minutes."""

    silence: float = 30
    """A connection without a frame, pongs included; three of its pings."""
    haunted: float = 60
    """Slack counting more connections than there are: one that has just closed may still be counted."""
    quiet: float = 60
    """Nothing heard, before Picket asks for an echo."""
    echo: float = 20
    """Until the echo must have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What came, each moment in seconds of one steady clock."""

    frames: tuple[float, ...]
    """When the newest frame came, for each connection that is open."""
    newest_frame: float
    """The same of all connections, those that have closed included."""
    heard: float
    """When Slack last brought something at its first attempt."""
    excess: int = 0
    """How many connections Slack counted in its newest hello beyond those that there were."""
    excess_since: float = 0
    """The first of the hellos that agree on there being any."""
    counted: float = 0
    """The newest hello."""
    echo_asked: float | None = None
    """When the echo that has not come yet was asked for."""
    echo_repeated: bool = False
    """It came, but only when Slack repeated it: the first attempt went where nobody reads."""
    asked: float = 0
    """When an echo was last asked for, or could not be."""


class Step(Enum):
    """What to do when Slack is heard, as far as one can tell."""

    REST = auto()
    ASK = auto()
    """Ask for an echo: nothing was heard for a while."""
    COUNT = auto()
    """Open a new connection in place of the oldest: only its hello tells whether the ghosts are still there."""


def deafness(facts: Facts, now: float, limits: Limits) -> str:
    """Why Slack is not heard, in words for people; empty when it is, as far as one can tell.

    A ghost is a registration whose socket is dead: Slack goes on giving it every so many envelopes, and does not
    repeat a lost click (python-slack-sdk #1940).
    """
    if facts.echo_repeated:
        return "what Slack sent me came only when it was repeated"
    if facts.echo_asked is not None and now - facts.echo_asked > limits.echo:
        return f"a reaction of mine did not come back in {limits.echo:g} s"
    if min(facts.frames, default=facts.newest_frame) < now - limits.silence:
        return f"a connection brought nothing for {limits.silence:g} s"
    if facts.excess > 0 and facts.counted - facts.excess_since >= limits.haunted:
        return f"Slack counts {facts.excess} more of my connections than I have, and some of what it sends goes there"
    return ""


def next_step(facts: Facts, now: float, limits: Limits) -> Step:
    """What to do for certainty while there is no sign of deafness."""
    if facts.excess > 0 and now - facts.excess_since >= limits.haunted and facts.echo_asked is None:
        return Step.COUNT
    if facts.echo_asked is None and now - max(facts.heard, facts.asked) >= limits.quiet:
        return Step.ASK
    return Step.REST


def restored(facts: Facts, renewed: float, *, can_ask: bool) -> bool:
    """Whether connections that were replaced at `renewed` are known to work.

    Every connection is there, no ghost is counted, and something was heard since; where no echo can be asked for,
    new connections must do.
    """
    return len(facts.frames) >= WANTED and facts.excess <= 0 and (facts.heard > renewed or not can_ask)


class Backoff:
    """When Slack may be asked for a connection again: at once after a calm, then ever later, with jitter."""

    def __init__(self, first: float = 1, longest: float = 60) -> None:
        self._first = first
        self._longest = longest
        self._tries = 0
        self._last = float("-inf")
        self._next = float("-inf")

    def ready(self, now: float) -> bool:
        """Whether it may be tried now."""
        return now >= self._next

    def tried(self, now: float) -> None:
        """Note a try, successful or not: what succeeds and ends at once must not come in a storm either."""
        if now - self._last > 3 * self._longest:
            self._tries = 0
        wait = min(self._first * 2**self._tries, self._longest) * random.uniform(0.5, 1)  # noqa: S311 - no secret
        self._tries = min(self._tries + 1, 30)
        self._last, self._next = now, now + wait

    def hold(self, until: float) -> None:
        """Slack says from when on it may be tried."""
        self._next = max(self._next, until)
