"""Problems whose sources people keep apart."""

from __future__ import annotations

from datetime import datetime

from bot.store.database import Tx


def has(tx: Tx, identity: str) -> bool:
    """Whether the sources of the joined alert with that identity are kept apart."""
    return bool(list(tx.query("select 1 from splits where identity = ?", [identity])))


def add(tx: Tx, identity: str, by: str, at: datetime) -> None:
    """Keep its sources apart from now on."""
    tx.execute("insert or replace into splits(identity, by, at) values (?, ?, ?)", (identity, by, at.isoformat()))


def remove(tx: Tx, identity: str) -> None:
    """Keep them apart no longer."""
    tx.execute("delete from splits where identity = ?", (identity,))
