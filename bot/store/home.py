"""What App Home lists: each list as its first lines and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.approval import Remediation, State
from bot.store import remediations
from bot.store.database import Tx
from bot.store.digests import AlertLine, alert_lines
from checks.model import Severity

SHOWN = 5
"""Lines of a list."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """The first lines of a list, and how many it has."""

    lines: Sequence[T] = ()
    total: int = 0


def criticals(tx: Tx) -> Listed[AlertLine]:
    """Critical alerts that are neither resolved nor snoozed, the newest first."""
    where = "state in ('open', 'acknowledged') and severity = ?"
    return _listed(tx, "opened_at", "acknowledged_by", where, (Severity.CRITICAL.value,), "opened_at desc")


def unacknowledged(tx: Tx) -> Listed[AlertLine]:
    """Open alerts that nobody took, the worst and then the oldest first."""
    return _listed(tx, "opened_at", "null", "state = 'open'", (), "severity desc, opened_at")


def mine(tx: Tx, user: str) -> Listed[AlertLine]:
    """Alerts that `user` acknowledged, or that are assigned to them, and that are not resolved, the worst first."""
    where = "((state = 'acknowledged' and acknowledged_by = ?) or (state != 'resolved' and assigned_to = ?))"
    at = "coalesce(acknowledged_at, assigned_at)"
    return _listed(tx, at, "null", where, (user, user), f"severity desc, {at}")


def snoozed(tx: Tx) -> Listed[AlertLine]:
    """Snoozed alerts, the next to wake first."""
    return _listed(tx, "snoozed_until", "snoozed_by", "state = 'snoozed'", (), "snoozed_until")


def _listed(tx: Tx, at: str, by: str, where: str, values: Sequence[Any], order: str) -> Listed[AlertLine]:
    count = f"select count(*) from alerts where shown and {where}"  # noqa: S608 - ours
    total = int(tx.execute(count, values).fetchone()[0])
    return Listed(alert_lines(tx, at, by, f"{where} order by {order}, id limit {SHOWN}", values), total)


def to_approve(tx: Tx, user: str, now: datetime) -> Listed[Remediation]:
    """Remediations that wait for somebody other than who asked for them, the first to expire first."""
    rows = tx.execute(
        "select id from remediations where state = ? and requested_by != ? and (expires_at is null or expires_at > ?) "
        "order by expires_at, id",
        (State.PREVIEWED, user, now.isoformat()),
    )
    ids = [id_ for (id_,) in rows]
    found = [remediations.get(tx, id_) for id_ in ids[:SHOWN]]
    return Listed([one for one in found if one], len(ids))
