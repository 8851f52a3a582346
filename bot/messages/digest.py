"""The digest: what changed in a span of time, and what still waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages import gaps
from bot.messages.blocks import context, header, section
from bot.messages.evidence import short
from bot.messages.text import Block, Message, code, count, date, fit, mention, severity
from bot.store.digests import AlertLine
from checks.folding import GapLine, Line, fold
from checks.model import Finding, Severity

_LINES = 5
"""Shown of each list; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The facts from `since` to `until`; lists have the worst first."""

    since: datetime
    until: datetime
    time_zone: str = "UTC"
    opened: Sequence[AlertLine] = ()
    resolved: Sequence[AlertLine] = ()
    open: Mapping[Severity, int] = field(default_factory=dict)
    untouched: Sequence[AlertLine] = ()
    waking: Sequence[AlertLine] = ()
    first: int = 0
    """Findings that the first audits of their checks and places met."""
    new: Sequence[Finding] = ()
    returned: Sequence[Finding] = ()
    fixed: Sequence[Finding] = ()
    failing: Mapping[Severity, int] = field(default_factory=dict)
    gaps: Sequence[GapLine] = ()
    warnings: Sequence[str] = ()
    """What to look at in the settings."""
    audited: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything came, went or came back."""
        return any((self.opened, self.resolved, self.first, self.new, self.returned, self.fixed))


Name = Callable[[str], str]
"""What people call an account."""


def build(digest: Digest, name: Name) -> Message:
    """The message: one line when nothing changed."""
    day = f"{digest.until.astimezone(ZoneInfo(digest.time_zone)):%A %d %B}"
    if not digest.changed:
        words = f"Nothing changed since {{since}}: {_standing(digest)}"
        since = f"{digest.since.astimezone(ZoneInfo(digest.time_zone)):%d %B %H:%M}"
        line = words.format(since=date(digest.since)) + _waiting(digest) + _freshness(digest, name)
        line += "".join(f"\n:warning: {fit(words, 350)}" for words in _capped(digest.warnings))
        return Message(words.format(since=since), [section(line)])
    headline = _headline(digest)
    text = f"Digest, {day}: {headline} {_standing(digest)}".replace("*", "")
    return Message(
        text,
        [
            header(f"Digest · {day}"),
            section(f"{headline}\n{_standing(digest)}"),
            *_lists(digest, name),
            context(
                f"From {date(digest.since)} to {date(digest.until)}.",
                _freshness(digest, name).strip(),
                "A chart of the last 30 days is in the thread.",
            ),
        ],
    )


def _headline(digest: Digest) -> str:
    parts = [
        (digest.opened, "new alert"),
        (digest.resolved, "alert resolved"),
        (digest.new, "new finding"),
        (digest.returned, "finding that came back"),
        (digest.fixed, "finding fixed"),
    ]
    plurals = {
        "alert resolved": "alerts resolved",
        "finding that came back": "findings that came back",
        "finding fixed": "findings fixed",
    }
    said = [count(len(items), noun, plurals.get(noun, "")) for items, noun in parts if items]
    if digest.first:
        said.append(f"{count(digest.first, 'finding')} from a first audit")
    return f"*{', '.join(said)}*."


def _standing(digest: Digest) -> str:
    unknown = f", {count(len(digest.gaps), 'gap')}" if digest.gaps else ", no gaps"
    return f"{_tally(digest.open, 'alert')} open, {_tally(digest.failing, 'failing finding')}{unknown}."


def _tally(by_severity: Mapping[Severity, int], noun: str) -> str:
    worst = [f"{by_severity[s]:,} {s}" for s in sorted(by_severity, reverse=True) if by_severity[s]]
    return count(sum(by_severity.values()), noun) + (f" ({', '.join(worst)})" if worst else "")


def _waiting(digest: Digest) -> str:
    said = []
    if digest.untouched:
        said.append(f"{count(len(digest.untouched), 'alert')} acknowledged and untouched for over a day")
    if digest.waking:
        said.append(f"{count(len(digest.waking), 'snooze ends', 'snoozes end')} within a day")
    return f" {', '.join(said)}." if said else ""


def _freshness(digest: Digest, name: Name) -> str:
    if not digest.audited:
        return " No account has been audited yet."
    shown = sorted(digest.audited.items(), key=lambda item: item[1])
    said = [f"{fit(name(account), 100)} {_age(digest.until - at)}" for account, at in shown[:_LINES]]
    more = f" and {len(shown) - _LINES} more, later" if len(shown) > _LINES else ""
    return f" Last audited: {', '.join(said)}{more}."


def _age(age: timedelta) -> str:
    hours = max(0, int(age.total_seconds() // 3600))
    if hours < 1:
        return "within the hour"
    return f"{count(hours, 'hour')} ago" if hours < 48 else f"{count(hours // 24, 'day')} ago"


def _lists(digest: Digest, name: Name) -> Iterable[Block]:
    def alert(what: str = "", by: str = "") -> Callable[[AlertLine], str]:
        return lambda line: _alert(line, name, what, by)

    def finding(line: Line) -> str:
        return _finding(line, name)

    resolved = {line.id for line in digest.resolved}
    # naming people rings for them, so only those are named who have something to do
    lists: tuple[tuple[str, Iterable[str]], ...] = (
        ("New alerts", map(alert(), (line for line in digest.opened if line.id not in resolved))),
        ("New findings", map(finding, fold(digest.new))),
        ("Came back", map(finding, fold(digest.returned))),
        ("Resolved", map(alert(), digest.resolved)),
        ("Fixed", map(finding, fold(digest.fixed))),
        ("Acknowledged, and untouched for over a day", map(alert(" since {}", " by {}"), digest.untouched)),
        ("Snoozes that end within a day", map(alert(" until {}"), digest.waking)),
        (gaps.TITLE, (gaps.line(gap, name) for gap in digest.gaps)),
        ("Settings to look at", (f"• {fit(words, 350)}" for words in digest.warnings)),
    )
    for title, lines in lists:
        all_lines = list(lines)
        if all_lines:
            yield section("\n".join([f"*{title}*", *_capped(all_lines)]))


def _capped(lines: Sequence[str]) -> list[str]:
    more = [f"… and {len(lines) - _LINES:,} more"] if len(lines) > _LINES else []
    return [*lines[:_LINES], *more]


def _alert(line: AlertLine, name: Name, what: str, by: str) -> str:
    since = what.format(date(line.at)) if what else ""
    who = by.format(mention(line.by)) if by and line.by else ""
    return (
        f"• {severity(line.severity)}: {fit(line.title, 110)} ({_where(line.account, line.region, name)}){since}{who}"
    )


def _finding(line: Line, name: Name) -> str:
    worst = line.worst
    folded = f" and {count(len(line.folded), 'more check')}" if line.folded else ""
    where = _where(worst.account, worst.region, name)
    return f"• {severity(worst.severity)}: {code(worst.check)} {fit(short(worst.resource), 90, code)} ({where}){folded}"


def _where(account: str, region: str, name: Name) -> str:
    return f"{fit(name(account), 40)}, {fit(region, 24)}"
