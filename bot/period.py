"""What a span of time did to alerts, findings and gaps: from their transitions to what is new, over, back and worse."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from checks.model import Severity

ACKNOWLEDGED, RESOLVED = "acknowledged", "resolved"
FAIL, UNKNOWN = "FAIL", "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Mark:
    """How something stood: an alert's state, or a finding's status."""

    state: str
    severity: Severity
    owner: str = ""
    """Who an alert is assigned to, or else who acknowledged it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One change of how something stands; None: it was not there, or nobody was shown it."""

    id: int
    """Rises in the order of commits, which need not be that of `at`."""
    subject: str
    at: datetime
    was: Mark | None = None
    became: Mark | None = None
    who: str = ""
    """Who acknowledged or resolved: a user's id, or a source."""
    why: str = ""
    """Why it was resolved, passes, or cannot be judged."""
    initial: bool = False
    """A finding that was met where its check had never been judged: a baseline, and no news."""


@dataclass(frozen=True, slots=True)
class Window:
    """After `since`, up to `until`; and what is of before, but was committed after the transition `mark`.

    A change that was begun before a digest and committed after it is so told by the next one, and by no other.
    """

    since: datetime
    until: datetime
    mark: int | None = None

    def holds(self, transition: Transition) -> bool:
        """Whether it is told of in this window."""
        late = self.mark is not None and transition.id > self.mark
        return transition.at <= self.until and (transition.at > self.since or late)

    @property
    def before(self) -> Window:
        """The one of the same length that ends where this begins."""
        return Window(self.since - (self.until - self.since), self.since)


Stands = Callable[[Mark | None], bool]
"""Whether something so marked is a matter still."""


def open_(mark: Mark | None) -> bool:
    """An alert that is not resolved."""
    return mark is not None and mark.state != RESOLVED


def failing(mark: Mark | None) -> bool:
    """A finding that fails."""
    return mark is not None and mark.state == FAIL


def unjudged(mark: Mark | None) -> bool:
    """A finding that could not be judged."""
    return mark is not None and mark.state == UNKNOWN


class Net(StrEnum):
    """What a window comes to for one subject."""

    NEW = "new"
    INITIAL = "initial"
    """New where nothing had been judged before."""
    BACK = "back"
    """It was over, and stands again."""
    WORSE = "worse"
    MILDER = "milder"
    OVER = "over"
    BRIEF = "brief"
    """It came and went within the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a window did to one subject."""

    subject: str
    net: Net
    was: Mark | None
    """At the beginning of the window."""
    became: Mark | None
    """At its end."""
    turn: Transition
    """Where it came, went or moved for the last time."""
    past: Transition | None = None
    """Where it was over for the last time before it came back."""

    @property
    def severity(self) -> Severity:
        """As it stands, or as it last stood."""
        mark = self.turn.was if self.net in (Net.OVER, Net.BRIEF) else self.became
        assert mark is not None
        return mark.severity


def changes(transitions: Iterable[Transition], window: Window, stands: Stands) -> list[Change]:
    """What the window did, by subject; `transitions` are the whole past of each of those in the order of their ids.

    What stood before the window with what came and went put right is exactly what stands after it.
    """
    found = (_change(history, window, stands) for history in _histories(transitions))
    return [change for change in found if change]


def _histories(transitions: Iterable[Transition]) -> Iterator[Sequence[Transition]]:
    in_order = sorted(transitions, key=lambda one: (one.subject, one.id))
    return (tuple(history) for _, history in groupby(in_order, key=lambda one: one.subject))


def _change(history: Sequence[Transition], window: Window, stands: Stands) -> Change | None:
    within = [one for one in history if window.holds(one)]
    if not within:
        return None
    first, last = within[0], within[-1]
    came = [one for one in within if stands(one.became) and not stands(one.was)]
    went = [one for one in within if stands(one.was) and not stands(one.became)]
    ends = [one for one in history if one.id < last.id and stands(one.was) and not stands(one.became)]
    known = any(stands(one.became) for one in history if one.id < first.id)
    net = _net(first.was, last.became, stands, came)
    if net is None:
        return None
    if net is Net.NEW and known:
        net = Net.BACK
    moved = {Net.OVER: went, Net.BRIEF: went, Net.NEW: came, Net.INITIAL: came, Net.BACK: came}.get(net) or within
    return Change(
        subject=first.subject, net=net, was=first.was, became=last.became, turn=moved[-1],
        past=ends[-1] if ends and net is Net.BACK else None,
    )  # fmt: skip


def _net(was: Mark | None, became: Mark | None, stands: Stands, came: Sequence[Transition]) -> Net | None:
    """What it comes to; NEW also where it had stood before."""
    if stands(was) and stands(became):
        assert was is not None
        assert became is not None
        if came:
            return Net.BACK
        if was.severity == became.severity:
            return None
        return Net.WORSE if became.severity > was.severity else Net.MILDER
    if stands(became):
        met = Net.BACK if len(came) > 1 else Net.INITIAL
        return met if came[0].initial else Net.NEW
    if stands(was):
        return Net.OVER
    return Net.BRIEF if came else None


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: of so many, half at most the median, 95 of 100 at most `p95` (by nearest rank)."""

    count: int
    median: timedelta
    p95: timedelta

    @classmethod
    def of(cls, spans: Iterable[timedelta]) -> Times | None:
        """None where there is nothing to measure."""
        each = sorted(spans)
        if not each:
            return None
        number = len(each)
        middle = each[(number - 1) // 2 : number // 2 + 1]
        return cls(number, sum(middle, timedelta()) / len(middle), each[math.ceil(0.95 * number) - 1])


@dataclass(frozen=True, slots=True)
class Response:
    """From when an alert was shown, or came back, to when somebody acknowledged it, and to when it was resolved."""

    acknowledged: Times | None = None
    resolved: Times | None = None


def response(transitions: Iterable[Transition], window: Window, moot: Iterable[str] = ()) -> Response:
    """How long it took, for what was acknowledged and resolved in the window: each alert counts once.

    `moot` are resolutions that answer nothing: that an alert was split, or joined.
    """
    moot = frozenset(moot)
    taken: list[timedelta] = []
    resolved: list[timedelta] = []
    for history in _histories(transitions):
        began, acknowledged, took, ended = history[0].at, False, None, None
        for one in history:
            if open_(one.became) and not open_(one.was):
                began, acknowledged = one.at, False
            within, span = window.holds(one), max(one.at - began, timedelta())
            if one.became and one.became.state == ACKNOWLEDGED and not acknowledged:
                acknowledged = True
                took = span if within and took is None else took
            if open_(one.was) and not open_(one.became) and one.why not in moot:
                ended = span if within else ended
        taken += [took] if took is not None else []
        resolved += [ended] if ended is not None else []
    return Response(Times.of(taken), Times.of(resolved))
