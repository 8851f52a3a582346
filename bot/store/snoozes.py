"""Snoozes of more than one alert, and what they would have kept quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.alerts import Alert, Ends, State
from bot.store import alerts
from bot.store.database import Tx
from checks.model import Severity


class Scope(StrEnum):
    """What a snooze is of."""

    ALERT = "alert"
    RESOURCE = "resource"
    TYPE = "type"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A snooze of all that matches, new alerts included; never of criticals."""

    id: str
    scope: Scope
    value: str
    """The resource, type or account."""
    account: str
    """Of a resource: its own; else empty, for any."""
    alert: str
    """The alert from which it was asked for, in whose thread its end is said."""
    by: str
    at: datetime
    until: datetime
    ends: Ends | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What a snooze would have kept quiet."""

    alerts: int
    """How many were raised or had something new."""
    updates: int
    """Lines of their threads, their first cards included."""
    criticals: int
    """Alerts that would have come through."""
    examples: tuple[str, ...] = ()
    """Titles of others than the alert it is asked for from, the worst first, unescaped."""


def value_of(alert: Alert, scope: Scope) -> str:
    """What of `alert` a snooze of that scope goes by."""
    return {
        Scope.ALERT: alert.id,
        Scope.RESOURCE: alert.resource,
        Scope.TYPE: alert.type,
        Scope.ACCOUNT: alert.account,
    }[scope]


def add(tx: Tx, snooze: Snooze) -> None:
    """Keep a new one."""
    tx.execute(
        "insert into snoozes(id, scope, value, account, alert, by, at, until, ends) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            snooze.id,
            snooze.scope,
            snooze.value,
            snooze.account,
            snooze.alert,
            snooze.by,
            snooze.at.isoformat(),
            snooze.until.isoformat(),
            snooze.ends,
        ),
    )


def get(tx: Tx, id_: str) -> Snooze | None:
    """The running snooze with that id."""
    return next(iter(_select(tx, "id = ? and ended_at is null", (id_,))), None)


def running(tx: Tx, now: datetime) -> list[Snooze]:
    """Those that have not ended, the first to end first."""
    return _select(tx, "ended_at is null and until > ? order by until, id", (now.isoformat(),))


def covering(tx: Tx, alert: Alert, now: datetime) -> Snooze | None:
    """The one that covers `alert` for longest, if any does."""
    matching = " or ".join(f"(scope = '{scope}' and value = ?)" for scope in Scope if scope is not Scope.ALERT)
    values = [value_of(alert, scope) for scope in Scope if scope is not Scope.ALERT]
    found = _select(
        tx,
        f"ended_at is null and until > ? and account in ('', ?) and ({matching}) order by until desc, id limit 1",
        (now.isoformat(), alert.account, *values),
    )
    return found[0] if found else None


def due(tx: Tx, now: datetime) -> list[Snooze]:
    """Those whose time has come and whose end was not said."""
    return _select(tx, "ended_at is null and until <= ? order by until, id", (now.isoformat(),))


def end(tx: Tx, id_: str, by: str, now: datetime) -> None:
    """Note that it has ended."""
    tx.execute("update snoozes set ended_at = ?, ended_by = ? where id = ?", (now.isoformat(), by, id_))


def covered(tx: Tx, id_: str) -> list[str]:
    """The ids of the alerts that it keeps quiet now."""
    rows = tx.execute("select id from alerts where snooze = ? and state = ? order by id", (id_, State.SNOOZED))
    return [alert for (alert,) in rows]


def matching(tx: Tx, snooze: Snooze) -> list[Alert]:
    """The open alerts that it covers, those that are critical left out."""
    where, values = _matches(snooze.scope, snooze.value, snooze.account)
    return alerts.select(
        tx, f"state = 'open' and severity < ? and {where} order by id", (Severity.CRITICAL.value, *values)
    )


def hidden(tx: Tx, alert: Alert, scope: Scope, since: datetime) -> Hidden:
    """What a snooze of `scope`, asked for from `alert`, would have kept quiet since then.

    Of more than one alert, criticals come through; of one alert itself, all its updates but its end are quiet.
    """
    account = alert.account if scope is Scope.RESOURCE else ""
    where, values = _matches(scope, value_of(alert, scope), account)
    # by the source: what people did they know of
    lines = (
        "from timeline join alerts on alerts.id = timeline.alert "  # noqa: S608 - `where` is ours
        "where timeline.at >= ? and timeline.who in (select source from members where members.alert = alerts.id) "
        f"and {where}"
    )
    critical = Severity.CRITICAL.value if scope is not Scope.ALERT else Severity.CRITICAL.value + 1
    number, updates = tx.execute(
        f"select count(distinct alerts.id), count(*) {lines} and alerts.severity < ?",
        (since.isoformat(), *values, critical),
    ).fetchone()
    (criticals,) = tx.execute(
        f"select count(distinct alerts.id) {lines} and alerts.severity >= ?",
        (since.isoformat(), *values, critical),
    ).fetchone()
    titles = tx.execute(
        f"select alerts.title {lines} and alerts.severity < ? and alerts.id != ? group by alerts.id "
        "order by alerts.severity desc, count(*) desc, alerts.id limit 3",
        (since.isoformat(), *values, critical, alert.id),
    ).fetchall()
    return Hidden(alerts=number, updates=updates, criticals=criticals, examples=tuple(title for (title,) in titles))


def _matches(scope: Scope, value: str, account: str) -> tuple[str, tuple[str, ...]]:
    """A condition on `alerts`, and its values."""
    column = "id" if scope is Scope.ALERT else str(scope)
    if account:
        return f"alerts.{column} = ? and alerts.account = ?", (value, account)
    return f"alerts.{column} = ?", (value,)


def _select(tx: Tx, where: str, values: tuple[Any, ...]) -> list[Snooze]:
    return [_snooze(row) for row in tx.query(f"select * from snoozes where {where}", values)]  # noqa: S608 - ours


def _snooze(row: Mapping[str, Any]) -> Snooze:
    return Snooze(
        id=row["id"],
        scope=Scope(row["scope"]),
        value=row["value"],
        account=row["account"],
        alert=row["alert"],
        by=row["by"],
        at=datetime.fromisoformat(row["at"]),
        until=datetime.fromisoformat(row["until"]),
        ends=Ends(row["ends"]) if row["ends"] else None,
    )
