"""How much of what is judged passes, account by account, and how that moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.messages.blocks import context, header, section
from bot.messages.text import Message, count, date, fit
from bot.store.history import Standing

_SHOWN = 20
_WEIGHTS = (
    "The share of judged resources that pass, each check of each counted: critical weighs 16, high 8, medium 4, low 2, "
    "info 1. What is muted or unknown does not count."
)


def build(
    now: Mapping[str, Standing], before: Mapping[str, Standing], since: datetime, name: Callable[[str], str]
) -> Message:
    """The answer to `/aws-audit score`, the lowest first; `before` is how the accounts stood at `since`."""
    if not now:
        said = "Nothing was audited yet, so there is no score. `/aws-audit all` begins."
        return Message(said, [section(said)])
    worst_first = sorted(now, key=lambda account: (now[account].passing, account))
    lines = [_line(account, now[account], before.get(account), name) for account in worst_first[:_SHOWN]]
    if len(now) > _SHOWN:
        lines.append(f"… and {len(now) - _SHOWN:,} more")
    whole, earlier = Standing.of(now.values()), Standing.of(before.values())
    trend = _trend(whole, earlier) if before else "nothing was judged 30 days ago"
    said = f"{_percent(whole)} of what is judged passes; {trend}"
    blocks = [
        header("Score"),
        section(f"*{said}.*"),
        section("\n".join(lines)),
        context(f"Compared with {date(since)}, by what is known of the resources of then and now.", _WEIGHTS),
        context("The chart of these 30 days comes in your direct messages with me."),
    ]
    return Message(f"{said}.", blocks)


def lead(answer: Message) -> Message:
    """What stands above the thread with the chart, of the answer."""
    said = f"{answer.text} The chart of the last 30 days is in the thread."
    return Message(said, [section(f"*Score.* {said}")])


def _line(account: str, now: Standing, before: Standing | None, name: Callable[[str], str]) -> str:
    failing = f"{count(now.failing, 'answer')} of {now.judged:,} fail" + ("s" if now.failing == 1 else "")
    return f"• {fit(name(account), 60)}: *{_percent(now)}*, {_trend(now, before)} ({failing})"


def _percent(standing: Standing) -> str:
    """Rounded down, so that 100 % means that nothing fails."""
    return f"{int(standing.passing * 1000) / 10:g} %"


def _trend(now: Standing, before: Standing | None) -> str:
    if before is None:
        return "not judged 30 days ago"
    moved = now.passing - before.passing
    if abs(moved) < 0.0005:
        return "as 30 days ago"
    return f"{'up' if moved > 0 else 'down'} from {_percent(before)} 30 days ago"
