"""Drills, each with the moments at which it passed the stations from AWS to Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.store import moments
from bot.store.database import Tx

_MOMENTS = ("sent_at", "received_at", "taken_at", "posted_at", "failed_at")
_ROUNDED = timedelta(seconds=1)
"""GuardDuty may tell a moment in whole seconds."""
_LATE = timedelta(days=1)
"""How long a drill that did not come through in time is still looked out for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill; a moment is None until it came to that."""

    id: str
    asked_by: str
    """Who; empty: the schedule."""
    asked_at: datetime
    due_at: datetime
    """When it must have come through."""
    how: str = ""
    """What was sent, in words."""
    sample: str = ""
    """The type of the sample finding as which it comes; empty: it is an event of its own."""
    finding: str = ""
    """The id of that finding, once it came."""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    """When it came off the queue."""
    taken_at: datetime | None = None
    """When it was understood, and its message written."""
    posted_at: datetime | None = None
    failed_at: datetime | None = None
    """When it was given up; one that comes later still is late."""
    why: str = ""
    """Why it was given up."""


def note(tx: Tx, id_: str, **changes: Any) -> Drill:
    """Change what is told of a drill, and nothing that others have told since it was read; as it then is."""
    (drill,) = _select(tx, "id = ?", id_)
    changed = replace(drill, **changes)
    save(tx, changed)
    return changed


def save(tx: Tx, drill: Drill) -> None:
    """Keep a drill as it is."""
    told = {name: moments.text(getattr(drill, name)) for name in ("asked_at", "due_at", *_MOMENTS)}
    row = {**asdict(drill), **told}
    statement = f"insert or replace into drills({', '.join(row)}) values ({', '.join('?' * len(row))})"  # noqa: S608 - names are ours
    tx.execute(statement, tuple(row.values()))


def get(tx: Tx, id_: str) -> Drill | None:
    """The drill with that id."""
    return next(iter(_select(tx, "id = ?", id_)), None)


def latest(tx: Tx) -> Drill | None:
    """The last that was asked for."""
    return next(iter(_select(tx, "1 order by asked_at desc, id limit 1")), None)


def watched(tx: Tx, now: datetime) -> list[Drill]:
    """Those that have not come through, and still may; the oldest first."""
    late = (now - _LATE).isoformat()
    return _select(tx, "posted_at is null and (failed_at is null or sent_at > ?) order by asked_at, id", late)


def of_sample(tx: Tx, type_: str, at: datetime, finding: str) -> str | None:
    """The id of the drill as which a sample finding comes, which GuardDuty changed at that moment; None: of none."""
    row = tx.execute(
        "select id from drills where sample = ? and (finding = ? or (finding = '' and asked_at between ? and ?)) "
        "order by asked_at desc limit 1",
        (type_, finding, (at - _LATE).isoformat(), (at + _ROUNDED).isoformat()),
    ).fetchone()
    return row[0] if row else None


def found(tx: Tx, id_: str, finding: str) -> None:
    """Note as which finding a drill came."""
    note(tx, id_, finding=finding)


def _select(tx: Tx, where: str, *parameters: str) -> list[Drill]:
    rows = tx.query(f"select * from drills where {where}", parameters)  # noqa: S608 - `where` is ours
    return [_drill(row) for row in rows]


def _drill(row: Mapping[str, Any]) -> Drill:
    passed: dict[str, Any] = {name: moments.moment(row[name]) for name in _MOMENTS}
    return Drill(
        **{name: row[name] for name in ("id", "asked_by", "how", "why", "sample", "finding")},
        asked_at=datetime.fromisoformat(row["asked_at"]),
        due_at=datetime.fromisoformat(row["due_at"]),
        **passed,
    )
