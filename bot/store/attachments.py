"""Files that are still to be made for a message's thread, by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to make: by which maker, for the thread of which message."""

    key: str
    maker: str
    parent: str
    attempts: int


def want(tx: Tx, key: str, maker: str, parent: str, now: datetime) -> None:
    """Ask for a file in the thread of the message `parent`, once for each key."""
    tx.execute(
        "insert or ignore into attachments(key, maker, parent, requested_at) values (?, ?, ?, ?)",
        (key, maker, parent, now.isoformat()),
    )


def pending(tx: Tx) -> list[Wanted]:
    """Those not made yet, the oldest first."""
    rows = tx.execute(
        "select key, maker, parent, attempts from attachments where made_at is null and failed_at is null "
        "order by requested_at, key"
    )
    return [Wanted(*row) for row in rows]


def made(tx: Tx, key: str, now: datetime) -> None:
    """The file is in the outbox."""
    tx.execute("update attachments set made_at = ? where key = ?", (now.isoformat(), key))


def failed(tx: Tx, key: str, error: str, now: datetime, *, for_good: bool) -> None:
    """Making it failed; `for_good`: it is not tried again."""
    tx.execute(
        "update attachments set attempts = attempts + 1, error = ?, failed_at = case when ? then ? end where key = ?",
        (error, for_good, now.isoformat(), key),
    )
