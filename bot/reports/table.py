"""Findings for a person at a terminal: a table for each account, what could not be judged, and the sum of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.messages.evidence import in_words, named
from checks.folding import Line, fold, fold_gaps
from checks.model import Finding, Severity, Status

if TYPE_CHECKING:
    from bot.tally import Tally

_COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""What moves a cursor, sets a colour, or turns text around; nobody's name may do that."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where it is shown. Without a width (a file, a pipe) each row is one line, however long."""

    width: int | None = None
    colour: bool = False

    def text(self, *parts: RenderableType) -> str:
        """The parts as they will stand there."""
        file = io.StringIO()
        console = Console(
            file=file,
            width=self.width or 10_000,
            force_terminal=self.colour,
            no_color=not self.colour,
            highlight=False,
            soft_wrap=False,
        )
        console.print(Group(*parts))
        return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def safe(text: str) -> str:
    """`text` without what a terminal would obey."""
    return _UNSAFE.sub(" ", text)


def account(findings: Sequence[Finding], account_id: str, name: str, screen: Screen) -> str:
    """What an account failed, folded by cause, and what could not be judged there."""
    called = account_id if name in ("", account_id) else f"{name} ({account_id})"
    failing = [one for one in findings if one.status is Status.FAIL]
    muted = [one for one in findings if one.status is Status.MUTED]
    parts: list[RenderableType] = [Text(safe(called), style="bold")]
    if failing:
        parts.append(_table(fold(failing)))
    elif not any(one.status is Status.UNKNOWN for one in findings):
        parts.append(Text("Nothing fails."))
    gaps = fold_gaps(findings)
    if gaps:
        parts += [Text(""), Text("Could not be judged", style="bold")]
        parts += [Text(safe(f"{g.region}: {g.reason} — {_some(g.checks)}")) for g in gaps]
    if muted:
        parts += [Text(""), Text("Muted", style="bold")]
        parts += [Text(safe(f"{one.check} {one.region} {named(one)}: {one.reason}"), style="dim") for one in muted]
    return screen.text(*parts, Text(""))


def _table(lines: Iterable[Line]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("severity", "check", "region", "resource", "what"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        worst = line.worst
        also = sorted({one.check for one in line.folded})
        said = [worst.title, in_words(worst.evidence), f"also {', '.join(also)}" if also else ""]
        table.add_row(
            Text(str(worst.severity), style=_COLOURS[worst.severity]),
            *(Text(safe(text)) for text in (worst.check, worst.region, named(worst), "; ".join(filter(None, said)))),
        )
    return table


def end(tally: Tally, screen: Screen) -> str:
    """What the audit came to."""
    counts = tally.statuses
    worst_first = sorted(Severity, reverse=True)
    failing = ", ".join(f"{tally.severities[each]:,} {each}" for each in worst_first if tally.severities[each])
    regions = {region for looked_at in tally.regions.values() for region in looked_at}
    answers = (
        f"{counts[Status.FAIL]:,} fail{f' ({failing})' if failing else ''}",
        f"{counts[Status.PASS]:,} pass",
        f"{counts[Status.UNKNOWN]:,} unknown",
        f"{counts[Status.MUTED]:,} muted",
    )
    effort = (
        _count(len(tally.checks), "check"),
        _count(len(tally.regions), "account"),
        _count(len(regions), "region"),
        _count(tally.calls.total(), "API call"),
        f"{tally.seconds:.1f} s",
    )
    lines = [", ".join(answers), ", ".join(effort)]
    nothing = [check for check, judged in tally.judged.items() if not judged.total()]
    if nothing:
        lines.append(f"Nothing to judge: {_some(nothing)}")
    left_out: dict[str, set[str]] = {}
    for why_by_region in tally.regions_left_out.values():
        for region, why in why_by_region.items():
            left_out.setdefault(why, set()).add(region)
    lines += [f"Regions left out, {why}: {', '.join(sorted(names))}" for why, names in sorted(left_out.items())]
    accounts: dict[str, list[str]] = {}
    for account, why in tally.left_out.items():
        accounts.setdefault(why, []).append(account)
    lines += [f"Accounts left out, {why}: {_some(sorted(some), 20)}" for why, some in sorted(accounts.items())]
    if not tally.is_complete:
        lines.append("This is a part of the answer: not everything could be read.")
    return screen.text(*(Text(safe(line)) for line in lines))


def _some(words: Sequence[str], most: int = 6) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
