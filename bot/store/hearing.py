"""The times in which Picket did not hear Slack, and the messages below which it tries whether it does."""

from __future__ import annotations

from datetime import datetime

from bot.store.database import Tx
from bot.store.outbox import Place

_CANDIDATES = 5


def newest_messages(tx: Tx) -> list[Place]:
    """Some of Picket's newest messages, the newest first."""
    rows = tx.execute("select channel, ts from messages order by posted_at desc limit ?", (_CANDIDATES,))
    return [Place(*row) for row in rows.fetchall()]


def begin(tx: Tx, since: datetime, reason: str) -> None:
    """Note that Slack is not heard since `since`."""
    tx.execute("insert or ignore into deafness(since, reason) values (?, ?)", (since.isoformat(), reason))


def end(tx: Tx, since: datetime, until: datetime) -> None:
    """Note that what began at `since` is over."""
    tx.execute("update deafness set until = ? where since = ?", (until.isoformat(), since.isoformat()))


def lasting(tx: Tx) -> tuple[datetime, str] | None:
    """Since when, and why, Slack is not heard, when that was noted and is not over."""
    row = tx.execute("select since, reason from deafness where until is null order by since").fetchone()
    return (datetime.fromisoformat(row[0]), str(row[1])) if row else None
