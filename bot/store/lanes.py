"""What of the outbox is to be sent next, lane by lane, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.store.database import Tx
from bot.store.outbox import WAITS, Kind, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing to be sent, as it stands now."""

    id: int
    kind: Kind
    key: str
    channel: str
    parent: str | None
    user: str | None
    lane: str
    """Rows of a lane go one after the other, as `due` hands them out."""
    urgent: bool
    text: str
    body: Mapping[str, Any]
    """`blocks` of a message, `view` of a home, `filename`, `title`, `alt_text` of a file, with `json` for one
    that is to be laid out; empty: a card, not drawn yet."""
    content: bytes | None
    created_at: datetime
    attempts: int
    begun: bool
    """An earlier call was begun whose outcome is not known."""


_HEADS = f"""
    with recursive lanes(lane) as (
        select * from (select lane from outbox where {WAITS} order by lane limit 1)
        union all
        select (select lane from outbox where {WAITS} and lane > lanes.lane order by lane limit 1)
        from lanes where lane is not null
    )
    select (select id from outbox where {WAITS} and lane = lanes.lane order by urgent desc, id limit 1)
    from lanes where lane is not null
"""  # noqa: S608 - a constant
"""Hops from lane to lane in the index, however many rows wait in each."""


def due(tx: Tx, now: datetime) -> list[Row]:
    """The next row of each lane, the urgent first and then the oldest. A lane is a channel, a person's home, or what a
    person alone is told in a channel, so that an answer to a click does not wait behind a flood of cards: within it
    what is urgent goes first, and else order holds.

    A lane whose next row is put off waits as a whole.
    """
    rows = tx.query(
        f"select * from outbox where id in ({_HEADS}) and not_before <= ? order by urgent desc, id",  # noqa: S608
        (now.isoformat(),),
    )
    return [_row(row) for row in rows]


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """When the next lane that was put off may be tried again; None when none is."""
    row = tx.execute(
        f"select min(not_before) from outbox where id in ({_HEADS}) and not_before > ?",  # noqa: S608 - a constant
        (now.isoformat(),),
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def begin(tx: Tx, row: int, now: datetime) -> Row | None:
    """Note that a call is about to be made: from here a change is another row.

    The row as it was before, so that `begun` tells of an earlier call; None when it was sent already.
    """
    found = next((_row(r) for r in tx.query("select * from outbox where id = ? and sent_at is null", (row,))), None)
    tx.execute(
        "update outbox set begun_at = coalesce(begun_at, ?), attempts = attempts + 1 where id = ?",
        (now.isoformat(), row),
    )
    return found


def sent(tx: Tx, row: Row, now: datetime, place: Place | None = None) -> None:
    """Slack has answered: the row is done, and its message stands at `place`."""
    tx.execute("update outbox set sent_at = ?, error = null, content = null where id = ?", (now.isoformat(), row.id))
    if place is not None:
        tx.execute(
            "insert into messages(key, channel, ts, posted_at) values (?, ?, ?, ?) "
            "on conflict(key) do update set channel = excluded.channel, ts = excluded.ts",
            (row.key, place.channel, place.ts, now.isoformat()),
        )


def later(tx: Tx, row: Row, error: str, not_before: datetime, *, unknown: bool) -> None:
    """Try again at `not_before`; `unknown`: the call may have had its effect, so look before repeating it."""
    tx.execute(
        "update outbox set error = ?, not_before = ?, begun_at = case when ? then begun_at end where id = ?",
        (error, not_before.isoformat(), unknown, row.id),
    )


def dead(tx: Tx, row: Row, error: str, now: datetime) -> None:
    """Give the row up: it is a dead letter, kept with Slack's reason."""
    tx.execute("update outbox set failed_at = ?, error = ? where id = ?", (now.isoformat(), error, row.id))


def _row(row: Mapping[str, Any]) -> Row:
    return Row(
        id=row["id"],
        kind=Kind(row["kind"]),
        key=row["key"],
        channel=row["channel"],
        parent=row["parent"],
        user=row["user"],
        lane=row["lane"],
        urgent=bool(row["urgent"]),
        text=row["text"],
        body=json.loads(row["body_json"]),
        content=row["content"],
        created_at=datetime.fromisoformat(row["created_at"]),
        attempts=row["attempts"],
        begun=row["begun_at"] is not None,
    )
