"""What changed in the findings since a moment: new, back, worse, fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.messages.blocks import context, header, section
from bot.messages.evidence import named
from bot.messages.text import Block, Message, count, date, escape, fit, severity
from bot.store.history import Diff
from checks.folding import Line, fold
from checks.model import Finding

_SHOWN = 8


def build(diff: Diff, name: Callable[[str], str]) -> Message:
    """The answer to `/aws-audit diff`; `name` is what people call an account."""
    if diff.first_audit is None:
        said = "Nothing was audited yet, so there is nothing to compare. `/aws-audit all` begins."
        return Message(said, [section(said)])
    groups = (("New", diff.new), ("Came back", diff.returned), ("Worse", diff.worse), ("Fixed", diff.fixed))
    numbers = ", ".join(f"{len(found):,} {title.lower()}" for title, found in groups if found) or "nothing changed"
    since = date(diff.since)
    blocks: list[Block] = [header("What changed"), section(f"Since {since}: {numbers}.")]
    blocks += [_list(title, found, name) for title, found in groups if found]
    notes = []
    if diff.first:
        found = count(diff.first, "finding")
        notes.append(f"Besides, {found} met where a check looked for the first time: a baseline, and no news.")
    if diff.first_audit > diff.since:
        notes.append(f"The first audit was {date(diff.first_audit)}; what was before is not known.")
    return Message(f"Since {diff.since:%Y-%m-%d %H:%M} UTC: {numbers}.", blocks + [context(one) for one in notes])


def _list(title: str, found: Iterable[Finding], name: Callable[[str], str]) -> Block:
    lines = fold(found)
    more = [f"… and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
    return section("\n".join([f"*{title}*", *(_line(line, name) for line in lines[:_SHOWN]), *more]))


def _line(line: Line, name: Callable[[str], str]) -> str:
    worst = line.worst
    also = f" (and {count(len(line.folded), 'check')} more)" if line.folded else ""
    where = f"{fit(name(worst.account), 60)}, {fit(worst.region, 30)}"
    return f"• {severity(worst.severity)} {fit(named(worst), 90)}: {escape(worst.title)}{also} · {where}"
