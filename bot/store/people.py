"""The time zones of people, as Slack last named them."""

from __future__ import annotations

from datetime import datetime

from bot.store.database import Tx


def zone(tx: Tx, user: str) -> tuple[str, datetime] | None:
    """The zone of a user, and when it was read; None when it never was."""
    row = tx.execute("select zone, read_at from people where id = ?", (user,)).fetchone()
    return (str(row[0]), datetime.fromisoformat(row[1])) if row else None


def keep(tx: Tx, user: str, name: str, now: datetime) -> None:
    """Remember what Slack said."""
    tx.execute(
        "insert into people(id, zone, read_at) values (?, ?, ?) "
        "on conflict(id) do update set zone = excluded.zone, read_at = excluded.read_at",
        (user, name, now.isoformat()),
    )
