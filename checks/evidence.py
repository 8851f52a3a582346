"""How evidence is written: long lists cut short, dates without their hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

MOST_SHOWN = 10
"""Of a list in the evidence of one finding."""


def few(texts: Sequence[str], most: int = MOST_SHOWN) -> list[str]:
    """The first `most` of `texts`, and how many more there are."""
    more = [f"and {len(texts) - most} more"] if len(texts) > most else []
    return [*texts[:most], *more]


def day(moment: datetime | None) -> str:
    """As `2026-03-01`; `never` for None."""
    return f"{moment:%Y-%m-%d}" if moment else "never"
