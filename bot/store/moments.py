"""Moments as the state file keeps them: ISO 8601 in UTC, so that they sort as text."""

from __future__ import annotations

from datetime import datetime


def text(moment: datetime | None) -> str | None:
    """For a column that may be empty."""
    return moment.isoformat() if moment else None


def moment(text: str | None) -> datetime | None:
    """From a column that may be empty."""
    return datetime.fromisoformat(text) if text else None
