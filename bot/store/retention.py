"""What is old enough to be let go of: events and sent messages of no alert that is not resolved."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

from bot.store.database import Tx

_OPEN = "exists (select 1 from alerts where id = {} and state <> 'resolved')"


def old_events(tx: Tx, before: datetime) -> list[str]:
    """The ids of the events that came before a moment."""
    rows = tx.execute(
        f"select id from events where received_at < ? and not {_OPEN.format('events.alert')}",  # noqa: S608 - constants
        (before.isoformat(),),
    )
    return [id_ for (id_,) in rows]


def drop_events(tx: Tx, ids: Sequence[str]) -> None:
    """Let go of events; one that comes once more would count as new."""
    tx.conn.executemany("delete from events where id = ?", [(id_,) for id_ in ids])


def old_messages(tx: Tx, before: datetime) -> list[int]:
    """The ids of the outbox's rows from before a moment that were sent or given up."""
    newer = "select id from outbox where created_at >= ? order by id limit 1"  # ids grow with time
    rows = tx.execute(
        f"select id from outbox where id < coalesce(({newer}), ?) "  # noqa: S608 - constants
        "and (sent_at is not null or failed_at is not null) "
        f"and not (key like 'alert:%' and {_OPEN.format('substr(outbox.key, 7, 12)')})",
        (before.isoformat(), sys.maxsize),
    )
    return [id_ for (id_,) in rows]


def drop_messages(tx: Tx, ids: Sequence[int]) -> None:
    """Let go of rows of the outbox; where their messages stand is still known."""
    tx.conn.executemany("delete from outbox where id = ?", [(id_,) for id_ in ids])
