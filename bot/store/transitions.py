"""The log of how alerts and findings came to stand as they do, which the triggers of the schema write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.period import Mark, Transition, Window
from bot.store.database import Tx
from checks.model import Severity


class Kind(StrEnum):
    """What a transition is of."""

    ALERT = "alert"
    FINDING = "finding"


_COLUMNS = (
    "id, subject, at, was, was_severity, was_owner, became, severity, owner, coalesce(who, ''), coalesce(why, ''), "
    "initial"
)


def newest(tx: Tx) -> int:
    """The id of the transition that was committed last, 0 where there is none."""
    return int(tx.execute("select coalesce(max(id), 0) from transitions").fetchone()[0])


def touched(tx: Tx, kind: Kind, *windows: Window) -> list[Transition]:
    """All up to the end of the last of `windows` of each subject that one of them holds a transition of, by id."""
    subjects = " union ".join([_TOUCHED] * len(windows))
    values: list[Any] = []
    for one in windows:
        late = newest(tx) if one.mark is None else one.mark
        values += [kind, one.since.isoformat(), one.until.isoformat(), late, kind, one.since.isoformat()]
    rows = tx.execute(
        f"select {_COLUMNS} from transitions where subject in ({subjects}) and kind = ? and at <= ? "  # noqa: S608
        "order by id",
        (*values, kind, max(one.until for one in windows).isoformat()),
    )
    return [_transition(row) for row in rows]


_TOUCHED = (
    "select subject from transitions where kind = ? and at > ? and at <= ? "
    "union select subject from transitions where id > ? and kind = ? and at <= ?"
)


Key = tuple[Severity, str]
"""A severity, and the owner of an alert."""


def open_alerts(tx: Tx, until: datetime) -> Counter[Key]:
    """How many alerts were shown and not resolved at `until`, by severity and owner."""
    now = tx.execute(
        "select severity, coalesce(assigned_to, acknowledged_by, ''), count(*) from alerts "
        "where shown and state != 'resolved' group by 1, 2"
    )
    return _undone(tx, now, Kind.ALERT, "resolved", until)


def failing(tx: Tx, until: datetime) -> Counter[Severity]:
    """How many findings failed at `until`, by severity; what cannot be judged any more still fails."""
    now = tx.execute("select severity, '', count(*) from findings where status = 'FAIL' group by 1")
    counted: Counter[Severity] = Counter()
    for (severity, _), number in _undone(tx, now, Kind.FINDING, "FAIL", until).items():
        counted[severity] += number
    return counted


def _undone(tx: Tx, now: Iterable[Sequence[Any]], kind: Kind, state: str, until: datetime) -> Counter[Key]:
    """The counts of `now` without what happened after `until`."""
    counted: Counter[Key] = Counter({(Severity(severity), owner): number for severity, owner, number in now})
    stands = "!= 'resolved'" if kind is Kind.ALERT else "= 'FAIL'"
    for columns, sign in (("was_severity, was_owner, was", 1), ("severity, owner, became", -1)):
        severity, owner, mark = columns.split(", ")
        rows = tx.execute(
            f"select {severity}, coalesce({owner}, ''), count(*) from transitions "  # noqa: S608 - ours
            f"where kind = ? and at > ? and {mark} {stands} group by 1, 2",
            (kind, until.isoformat()),
        )
        for level, whose, number in rows:
            counted[Severity(level), whose] += sign * number
    return +counted


def _transition(row: Sequence[Any]) -> Transition:
    id_, subject, at, was, was_severity, was_owner, became, severity, owner, who, why, initial = row
    return Transition(
        id=id_,
        subject=subject,
        at=datetime.fromisoformat(at),
        was=_mark(was, was_severity, was_owner or "") if was else None,
        became=_mark(became, severity, owner or "") if became else None,
        who=who,
        why=why,
        initial=bool(initial),
    )


@lru_cache(maxsize=1024)
def _mark(state: str, severity: int, owner: str) -> Mark:
    """There are few, and many transitions."""
    return Mark(state, Severity(severity), owner)
