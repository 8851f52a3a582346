"""The lines of a digest: an alert, findings of one kind together, an owner, how long it took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot.alerts import Source
from bot.messages.evidence import short
from bot.messages.incident import called
from bot.messages.text import code, count, date, escape, fit, severity
from bot.messages.words import Marked, say
from bot.period import Change, Mark, Net, Times, Transition
from bot.store.digests import AlertLine, AlertNews, FindingNews
from bot.store.findings import GONE
from checks.folding import Line, fold
from checks.model import Severity

SHOWN, SHOWN_OVER = 5, 3
"""Of each list, and of each of what is over; the rest is counted."""
DAY = "{date_short}"
_RESOURCES = 3
"""Named in a line of findings."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call accounts, users and groups."""

    account: Callable[[str], str]
    people: Mapping[str, str] = field(default_factory=dict)

    def who(self, id_: str) -> str:
        """A name in markup that calls nobody: naming people in Slack's way rings for them."""
        if id_ in set(Source):
            return escape(called(Source(id_)))
        return fit(self.people[id_], 40) if self.people.get(id_) else code(id_)


T = TypeVar("T")


def capped(items: Sequence[T], shown: int, line: Callable[[T], str]) -> list[str]:
    """The lines of the first of them, and how many more there are."""
    more = [f"… and {len(items) - shown:,} more"] if len(items) > shown else []
    return [*map(line, items[:shown]), *more]


def alert(line: AlertLine, names: Names, note: str) -> str:
    """An alert that waits for something; `note` is markup."""
    return _alert(line.severity, line.title, _where(names, line.account, [line.region]), note)


def news(one: AlertNews, names: Names) -> str:
    """An alert of which something changed."""
    note = _alert_note(one.change, names)
    return _alert(one.change.severity, one.title, _where(names, one.account, [one.region]), note)


def _alert(level: Severity, title: str, where: Marked, note: str) -> str:
    emphasis, said = Marked(severity(level)), Marked(fit(title, 110))
    return say("digest", "alert", severity=emphasis, title=said, where=where, note=Marked(note))


def _alert_note(change: Change, names: Names) -> str:
    if change.net is Net.BACK and change.past:
        return f"it was {_ended(change.past, names, date(change.past.at, DAY))}"
    if change.net in (Net.WORSE, Net.MILDER) and change.was:
        return f"was {change.was.severity}"
    if change.net is Net.OVER:
        return _ended(change.turn, names)
    return f"came and went: {_ended(change.turn, names)}" if change.net is Net.BRIEF else ""


def _ended(end: Transition, names: Names, at: str = "") -> str:
    """Why it was over, and when where that is given: `over, says GuardDuty`, `fixed Nov 17, says Ana`."""
    why = f"{escape(end.why or 'resolved')} {at}".strip()
    return f"{why}, says {names.who(end.who)}" if end.who else why


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings of one check in one account, as bad and for the same reason: one line."""

    severity: Severity
    note: str
    lines: Sequence[Line]


def alike(found: Sequence[FindingNews], names: Names) -> list[Alike]:
    """Findings of which something changed, those of one line together; the worst first."""
    by_id = {one.finding.id: one for one in found}
    groups: dict[tuple[Severity, str, str, str], list[Line]] = {}
    for line in fold(one.finding for one in found):
        one = by_id[line.worst.id]
        key = (one.change.severity, line.worst.check, line.worst.account, _finding_note(one, names))
        groups.setdefault(key, []).append(line)
    in_order = sorted(groups.items(), key=lambda item: -item[0][0])
    return [Alike(severity=level, note=note, lines=together) for (level, _, _, note), together in in_order]


def findings(group: Alike, names: Names) -> str:
    """Findings that are alike."""
    worst = [line.worst for line in group.lines]
    folded = sum(len(line.folded) for line in group.lines)
    notes = [group.note] if group.note else []
    if folded:
        notes.append(f"with {count(folded, 'more finding')} of the same cause")
    return say(
        "digest",
        "findings",
        severity=Marked(severity(group.severity)),
        title=Marked(fit(worst[0].title, 110)),
        resources=Marked(", ".join(fit(short(one.resource), 60, code) for one in worst[:_RESOURCES])),
        more=max(0, len(worst) - _RESOURCES),
        where=_where(names, worst[0].account, sorted({one.region for one in worst})),
        note=Marked(", ".join(notes)),
    )


def _finding_note(one: FindingNews, names: Names) -> str:
    change = one.change
    if change.net is Net.BACK and change.past:
        return _ACCEPTED_NO_MORE if _muted(change.past.became) else f"it was fixed {date(change.past.at, DAY)}"
    if change.net in (Net.WORSE, Net.MILDER) and change.was:
        return f"was {change.was.severity}"
    if change.net in (Net.OVER, Net.BRIEF):
        return _over(one, names)
    return _ACCEPTED_NO_MORE if _muted(change.turn.was) else ""


def _over(one: FindingNews, names: Names) -> str:
    """Why it fails no more, where that is known."""
    if accepted(one):
        return fit(one.change.turn.why, 120)
    if one.fix:
        return f"by {code(one.fix.remedy)}, approved by {names.who(one.fix.by)}"
    return "it is gone" if one.change.turn.why == GONE else ""


_ACCEPTED_NO_MORE = "no longer accepted"


def _muted(mark: Mark | None) -> bool:
    return mark is not None and mark.state == "MUTED"


def accepted(one: FindingNews) -> bool:
    """Whether it fails no more because somebody accepts it."""
    return _muted(one.change.became)


def worst(by_severity: Mapping[Severity, int]) -> str:
    """` (1 critical, 2 high)`, after a number; empty where it is nought."""
    said = [f"{by_severity[level]:,} {level}" for level in sorted(by_severity, reverse=True) if by_severity[level]]
    return f" ({', '.join(said)})" if said else ""


def took(times: Times | None) -> str:
    """How many, and how long they took."""
    if times is None:
        return "none"
    if times.count == 1:
        return f"1, after {span(times.median)}"
    return f"{times.count:,}, half within {span(times.median)}, 95 % within {span(times.p95)}"


def span(length: timedelta) -> str:
    """`12 min`, `1 h 40 min`, `2 days 3 h`."""
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    days, hours_left = divmod(hours, 24)
    if days:
        said = [count(days, "day"), f"{hours_left} h" if hours_left else ""]
    else:
        said = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(filter(None, said)) or "a minute"


def _where(names: Names, account: str, regions: Sequence[str]) -> Marked:
    place = fit(regions[0], 24) if len(regions) == 1 else count(len(regions), "region")
    return Marked(f"{fit(names.account(account), 40)}, {place}")
