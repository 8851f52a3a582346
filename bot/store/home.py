"""The lists of App Home, a page at a time: alerts for those who answer them, remediations for those who approve."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from bot.alerts import Alert
from bot.approval import Remediation, State
from bot.store import alerts, audits, remediations
from bot.store.audits import Audit
from bot.store.database import Tx
from checks.model import Severity

PAGE = 10
"""Lines of a page."""

T = TypeVar("T")


class Listing(StrEnum):
    """A list of alerts, by the word that asks for it."""

    CRITICAL = "critical"
    MINE = "mine"
    OPEN = "open"
    SNOOZED = "snoozed"
    MUTED = "muted"
    """By a suppression or a maintenance window of the settings: not of App Home, for nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some lines of a list, which page of it they are (from 1), and how many lines it has in all."""

    lines: Sequence[T] = ()
    total: int = 0
    number: int = 1

    @property
    def pages(self) -> int:
        """How many pages the list has: one where it is empty."""
        return max(1, -(-self.total // PAGE))

    @classmethod
    def of(cls, every: Sequence[T], number: int = 1) -> Page[T]:
        """A page of what is at hand as a whole; `number` is brought within those that there are."""
        number = _within(number, len(every))
        return cls(every[(number - 1) * PAGE : number * PAGE], len(every), number)


_WAITING = "coalesce(open_since, opened_at)"
_CRITICAL = f"shown and severity = {Severity.CRITICAL.value} and state in ('open', 'acknowledged')"
_MINE = "((state = 'acknowledged' and acknowledged_by = ?1) or (state != 'resolved' and assigned_to = ?1))"
_LISTS = {
    Listing.CRITICAL: (f"alerts indexed by alerts_critical where {_CRITICAL}", f"{_WAITING} desc"),
    Listing.MINE: (f"alerts where shown and {_MINE}", "severity desc, coalesce(acknowledged_at, assigned_at)"),
    Listing.OPEN: ("alerts indexed by alerts_open where shown and state = 'open'", f"severity desc, {_WAITING}"),
    Listing.SNOOZED: ("alerts indexed by alerts_snoozed where shown and state = 'snoozed'", "snoozed_until"),
    Listing.MUTED: ("alerts indexed by alerts_muted where muted is not null", "snoozed_until"),
}
"""Which alerts, and in which order: critical the newest first, mine and open the worst and then the oldest first,
snoozed and muted the next to wake first. The indexes hold those orders; SQLite by itself would rather sort."""


def counted(tx: Tx, which: Listing, user: str) -> int:
    """How many alerts the list of `user` has."""
    among, _ = _LISTS[which]
    return int(tx.execute(f"select count(*) from {among}", _values(which, user)).fetchone()[0])  # noqa: S608 - ours


def page(tx: Tx, which: Listing, user: str, number: int = 1) -> Page[Alert]:
    """A page of the list of `user`; `number` is brought within those that there are."""
    total = counted(tx, which, user)
    number = _within(number, total)
    among, order = _LISTS[which]
    rows = tx.execute(
        f"select id from {among} order by {order}, id limit {PAGE} offset {(number - 1) * PAGE}",  # noqa: S608 - ours
        _values(which, user),
    ).fetchall()
    found = [alerts.get(tx, id_) for (id_,) in rows]
    return Page([alert for alert in found if alert], total, number)


def to_approve(tx: Tx, user: str, own: Collection[str], now: datetime, number: int = 1) -> Page[Remediation]:
    """Remediations that wait for `user`, the first to expire first: those that others asked for, and of the remedies
    `own` also theirs.
    """
    marks = ", ".join("?" * len(own))
    rows = tx.execute(
        f"select id from remediations where state = ? and (requested_by != ? or remedy in ({marks})) "  # noqa: S608 - ours
        "and (expires_at is null or expires_at > ?) order by expires_at, id",
        (State.PREVIEWED, user, *own, now.isoformat()),
    )
    ids = Page.of([str(id_) for (id_,) in rows], number)
    found = [remediations.get(tx, id_) for id_ in ids.lines]
    return Page([one for one in found if one], ids.total, ids.number)


def newest_audit(tx: Tx, user: str) -> Audit | None:
    """The newest audit that is done and whose answer `user` can see: a public one, or their own."""
    row = tx.execute(
        "select id from audits where state = 'done' and (public or requested_by = ?) order by created_at desc limit 1",
        (user,),
    ).fetchone()
    return audits.get(tx, row[0]) if row else None


def _values(which: Listing, user: str) -> tuple[str, ...]:
    return (user,) if which is Listing.MINE else ()


def _within(number: int, total: int) -> int:
    return min(max(number, 1), max(1, -(-total // PAGE)))
