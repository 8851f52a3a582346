"""What came in, whole, once: nothing that AWS sent is lost, and nothing is told twice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.store.database import Tx


class Outcome(StrEnum):
    """What became of an event."""

    ALERT = "alert"
    UNCHANGED = "unchanged"
    """Its alert knew this already, or something newer."""
    IGNORED = "ignored"
    MALFORMED = "malformed"
    POISON = "poison"
    """It could be read, and Picket failed on it each time."""


def known(tx: Tx, event_id: str) -> bool:
    """Whether the event came in before."""
    return tx.execute("select 1 from events where id = ?", (event_id,)).fetchone() is not None


def received(tx: Tx, event_id: str) -> datetime | None:
    """When the event came off the queue; None when it has not."""
    row = tx.execute("select received_at from events where id = ?", (event_id,)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def keep(
    tx: Tx,
    event_id: str,
    body: str,
    now: datetime,
    *,
    source: str,
    outcome: Outcome,
    alert: str | None = None,
    why: str = "",
) -> None:
    """Keep an event and what became of it; a second one with the same id changes nothing."""
    tx.execute(
        "insert or ignore into events(id, received_at, source, outcome, alert, why, body) values (?, ?, ?, ?, ?, ?, ?)",
        (event_id, now.isoformat(), source, outcome, alert, why, body),
    )
