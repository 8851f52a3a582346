"""The inbox: what the queue brought, raw, until it is worked on; once here it may leave SQS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message, as SQS brought it."""

    id: int
    message: str
    """SQS's id, the same when it is brought again."""
    body: str
    received_at: datetime
    tries: int
    """How often Picket failed on it."""
    why: str
    """Why it failed last."""


def put(tx: Tx, messages: Iterable[tuple[str, str]], now: datetime) -> None:
    """Keep messages, each its id and body; one that waits here already changes nothing."""
    tx.conn.executemany(
        "insert or ignore into inbox(message, body, received_at) values (?, ?, ?)",
        [(message, body, now.isoformat()) for message, body in messages],
    )


def due(tx: Tx, now: datetime, limit: int) -> list[Row]:
    """The oldest that may be worked on now."""
    return _select(tx, "given_up_at is null", now, limit)


def given_up(tx: Tx, now: datetime, limit: int) -> list[Row]:
    """The oldest that are to go to the dead-letter queue now."""
    return _select(tx, "given_up_at is not null", now, limit)


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """When the next that was put off may be worked on; None when none is."""
    row = tx.execute(
        "select min(not_before) from inbox where given_up_at is null and not_before > ?", (now.isoformat(),)
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def failed(tx: Tx, row: Row, why: str, not_before: datetime) -> None:
    """Picket failed on it; it is tried again at `not_before`."""
    tx.execute(
        "update inbox set tries = tries + 1, why = ?, not_before = ? where id = ?",
        (why, not_before.isoformat(), row.id),
    )


def give_up(tx: Tx, row: Row, why: str, now: datetime) -> None:
    """Nobody works on it any more; it waits for the dead-letter queue."""
    tx.execute(
        "update inbox set given_up_at = ?, not_before = null, why = ? where id = ?", (now.isoformat(), why, row.id)
    )


def put_off(tx: Tx, row: Row, not_before: datetime) -> None:
    """The dead-letter queue did not take it; it is sent again at `not_before`."""
    tx.execute("update inbox set not_before = ? where id = ?", (not_before.isoformat(), row.id))


def done(tx: Tx, row: Row) -> None:
    """All that it says is kept elsewhere."""
    tx.execute("delete from inbox where id = ?", (row.id,))


def waiting(tx: Tx) -> tuple[int, datetime | None]:
    """How many are still to be worked on, and since when the oldest is here."""
    number, first = tx.execute("select count(*), min(id) from inbox where given_up_at is null").fetchone()
    row = tx.execute("select received_at from inbox where id = ?", (first,)).fetchone()
    return number, datetime.fromisoformat(row[0]) if row else None


def _select(tx: Tx, where: str, now: datetime, limit: int) -> list[Row]:
    rows = tx.execute(
        f"select id, message, body, received_at, tries, why from inbox where {where} "  # noqa: S608 - `where` is ours
        "and (not_before is null or not_before <= ?) order by id limit ?",
        (now.isoformat(), limit),
    )
    return [
        Row(id=id_, message=message, body=body, received_at=datetime.fromisoformat(at), tries=tries, why=why)
        for id_, message, body, at, tries, why in rows
    ]
