"""The lines of a digest: an alert, findings of one kind together, an owner, how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.alerts import OVER, Source
from bot.messages.evidence import short
from bot.messages.text import code, count, date, escape, fit, severity
from bot.messages.words import Marked, say
from bot.period import Change, Mark, Net, Times, Transition
from bot.store.digests import AlertLine, AlertNews, FindingNews
from bot.store.findings import GONE
from checks.folding import Line, fold
from checks.model import Severity

SHOWN = 5
"""Of each list; the rest is counted."""
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
            return escape(Source(id_).label)
        return fit(self.people[id_], 40) if self.people.get(id_) else code(id_)


def capped(lines: Sequence[str]) -> list[str]:
    """The first of them, and how many more there are."""
    more = [f"… and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


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
        return f"{_resolved(change.past, names)} {date(change.past.at)}"
    if change.net in (Net.WORSE, Net.MILDER) and change.was:
        return f"was {change.was.severity}"
    if change.net is Net.OVER:
        return _resolved(change.turn, names)
    return f"came and went: {_resolved(change.turn, names)}" if change.net is Net.BRIEF else ""


def _resolved(end: Transition, names: Names) -> str:
    """Why it was over."""
    who = names.who(end.who) if end.who else "nobody"
    if end.why == OVER:
        return f"over by {who}"
    return f"{escape(end.why)} by {who}" if end.why else f"resolved by {who}"


def findings(found: Iterable[FindingNews], names: Names) -> list[str]:
    """Findings of which something changed: what is alike in one account is one line, the worst first."""
    by_id = {one.finding.id: one.change for one in found}
    lines = fold(one.finding for one in found)
    alike: dict[tuple[Severity, str, str, str], list[Line]] = {}
    for line in lines:
        change = by_id[line.worst.id]
        key = (change.severity, line.worst.check, line.worst.account, _finding_note(change))
        alike.setdefault(key, []).append(line)
    in_order = sorted(alike.items(), key=lambda item: -item[0][0])
    return [_findings(level, note, together, names) for (level, _, _, note), together in in_order]


def _findings(level: Severity, note: str, lines: Sequence[Line], names: Names) -> str:
    worst = [line.worst for line in lines]
    folded = sum(len(line.folded) for line in lines)
    notes = [note] if note else []
    if folded:
        notes.append(f"with {count(folded, 'more finding')} of the same cause")
    return say(
        "digest",
        "findings",
        severity=Marked(severity(level)),
        title=Marked(fit(worst[0].title, 110)),
        resources=Marked(", ".join(fit(short(one.resource), 60, code) for one in worst[:_RESOURCES])),
        more=max(0, len(worst) - _RESOURCES),
        where=_where(names, worst[0].account, sorted({one.region for one in worst})),
        note=Marked(", ".join(notes)),
    )


def _finding_note(change: Change) -> str:
    if change.net is Net.BACK and change.past:
        return _ACCEPTED_NO_MORE if _muted(change.past.became) else f"it was fixed {date(change.past.at)}"
    if change.net in (Net.WORSE, Net.MILDER) and change.was:
        return f"was {change.was.severity}"
    if change.net in (Net.OVER, Net.BRIEF):
        if _muted(change.became):
            return fit(change.turn.why, 120)
        return "it is gone" if change.turn.why == GONE else ""
    return _ACCEPTED_NO_MORE if _muted(change.turn.was) else ""


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
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "a minute"
    hours, days = minutes // 60, minutes // 1440
    if days:
        return count(days, "day") + (f" {hours % 24} h" if hours % 24 else "")
    return (f"{hours} h " if hours else "") + (f"{minutes % 60} min" if minutes % 60 or not hours else "").strip()


def _where(names: Names, account: str, regions: Sequence[str]) -> Marked:
    place = fit(regions[0], 24) if len(regions) == 1 else count(len(regions), "region")
    return Marked(f"{fit(names.account(account), 40)}, {place}")
