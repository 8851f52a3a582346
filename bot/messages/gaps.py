"""A gap in one line: where, why, and which checks suffer."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages.text import count, fit
from checks.folding import GapLine

TITLE = "Gaps: not looked at, so not known to be right"


def line(gap: GapLine, name: Callable[[str], str]) -> str:
    """At most 400 characters of mrkdwn; `name` is what people call an account."""
    checks = f"{count(len(gap.checks), 'check')}: {fit(', '.join(gap.checks), 90)}"
    return f"• {fit(name(gap.account), 60)}, {fit(gap.region, 30)}: {fit(gap.reason, 160)} ({checks})"
