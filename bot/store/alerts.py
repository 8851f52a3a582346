"""Alerts, their members and their timelines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.alerts import Alert, Ends, Entry, Member, Source, State
from bot.store import moments
from bot.store.database import Tx
from checks.model import Severity

_DATES = ("acknowledged_at", "snoozed_at", "snoozed_until", "assigned_at", "open_since", "resolved_at")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a timeline as it was kept: plain text."""

    id: int
    at: datetime
    who: str
    what: str


def get(tx: Tx, alert_id: str) -> Alert | None:
    """The alert with that id."""
    return next(iter(select(tx, "id = ?", (alert_id,))), None)


def named(tx: Tx, start: str) -> list[Alert]:
    """The alerts whose id begins with `start`, at most two: enough to know whether it names one."""
    end = start[:-1] + chr(ord(start[-1]) + 1)
    return select(tx, "id >= ? and id < ? order by id limit 2", (start, end))


def parts(tx: Tx, identity: str) -> list[Alert]:
    """Each source's own alert of the problem with that identity, once people had split it."""
    return select(tx, "apart = 1 and identity > ? and identity < ?", (f"{identity}\n", f"{identity}\n~"))


def identities(tx: Tx, source: Source, source_id: str, account: str, problem: str) -> list[str]:
    """The identities of the joined alerts of a problem in an account that have that member, the newest first."""
    rows = tx.execute(
        "select a.identity from members m join alerts a on a.id = m.alert "
        "where m.source = ? and m.source_id = ? and a.account = ? and a.problem = ? and a.apart = 0 "
        "order by a.updated_at desc, a.id",
        (source, source_id, account, problem),
    )
    return [identity for (identity,) in rows.fetchall()]


def save(tx: Tx, alert: Alert) -> None:
    """Keep the alert as it now is, new or known."""
    row = _row(alert)
    names = ", ".join(row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name not in ("id", "identity"))
    statement = (
        f"insert into alerts({names}) values ({', '.join('?' * len(row))}) "  # noqa: S608 - names are ours
        f"on conflict(id) do update set {updates}"
    )
    tx.execute(statement, tuple(row.values()))
    tx.conn.executemany(
        "insert into members(alert, source, source_id, active, count, severity, updated_at, type, region, resource, "
        "title, sample, facts_json) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict(alert, source, source_id) do update set active = excluded.active, count = excluded.count, "
        "severity = excluded.severity, "
        "updated_at = excluded.updated_at, type = excluded.type, region = excluded.region, "
        "resource = excluded.resource, title = excluded.title, sample = excluded.sample, "
        "facts_json = excluded.facts_json",
        [
            (alert.id, each.source, each.source_id, each.active, each.count, each.severity.value,
             each.updated_at.isoformat(), each.type, each.region, each.resource, each.title, each.sample,
             json.dumps(each.facts))
            for each in alert.members
        ],
    )  # fmt: skip


def note(tx: Tx, alert_id: str, entries: Iterable[Entry]) -> int:
    """Add lines to the timeline; the id of the last one, 0 when there was none."""
    last = 0
    for entry in entries:
        done = tx.execute(
            "insert into timeline(alert, at, who, what) values (?, ?, ?, ?)",
            (alert_id, entry.at.isoformat(), entry.who, entry.text),
        )
        last = done.lastrowid or 0
    return last


def timeline(tx: Tx, alert_id: str, since: datetime | None = None) -> list[Line]:
    """The timeline, oldest first; `since` leaves out what came before it."""
    rows = tx.execute(
        "select id, at, who, what from timeline where alert = ? and at >= ? order by id",
        (alert_id, since.isoformat() if since else ""),
    )
    return [Line(number, datetime.fromisoformat(at), who, what) for number, at, who, what in rows]


def newest_lines(tx: Tx, alert_id: str, first: int, who: Collection[str], limit: int) -> tuple[int, list[Line]]:
    """How many lines of theirs the timeline has from the line `first` on, and the newest of them, oldest first."""
    marks = ", ".join("?" * len(who))
    where = f"from timeline where alert = ? and id >= ? and who in ({marks})"
    values = (alert_id, first, *who)
    (number,) = tx.execute(f"select count(*) {where}", values).fetchone()
    rows = tx.execute(f"select id, at, who, what {where} order by id desc limit ?", (*values, limit)).fetchall()
    return number, [Line(id_, datetime.fromisoformat(at), name, what) for id_, at, name, what in reversed(rows)]


def due(tx: Tx, now: datetime) -> list[Alert]:
    """The snoozed alerts whose time has come, the first to end first."""
    return select(tx, "state = 'snoozed' and snoozed_until <= ? order by snoozed_until", (now.isoformat(),))


def muted(tx: Tx) -> list[Alert]:
    """Those that the settings keep quiet, the first to end first."""
    return select(tx, "muted is not null order by snoozed_until, id", ())


def opened_since(tx: Tx, since: datetime, limit: int = -1) -> Iterator[Alert]:
    """Those that were opened, for the first time or again, since then, the muted included; without their members.

    What came with its end and was never open is none of them. The newest first, at most `limit` where that is given.
    """
    cursor = tx.execute(
        "select * from alerts where coalesce(open_since, opened_at) >= ? "
        "and exists (select 1 from timeline where alert = alerts.id) "
        "order by coalesce(open_since, opened_at) desc, id limit ?",
        (since.isoformat(), limit),
    )
    names = [column[0] for column in cursor.description]
    return (_alert(dict(zip(names, row, strict=True)), ()) for row in cursor)


def find(
    tx: Tx, states: Collection[State], *, severity: Severity = Severity.INFO, limit: int = 100, offset: int = 0
) -> list[Alert]:
    """Alerts in one of `states` and at least that severe: the worst first, then the newest."""
    marks = ", ".join("?" * len(states))
    return select(
        tx,
        f"shown and state in ({marks}) and severity >= ? order by severity desc, updated_at desc, id limit ? offset ?",
        (*states, severity.value, limit, offset),
    )


def select(tx: Tx, where: str, parameters: tuple[Any, ...]) -> list[Alert]:
    """The alerts for which the condition `where`, written by the modules of the store, holds."""
    cursor = tx.execute(f"select * from alerts where {where}", parameters)  # noqa: S608 - `where` is ours
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return [_alert(row, _members(tx, row["id"])) for row in rows]


def _members(tx: Tx, alert_id: str) -> tuple[Member, ...]:
    rows = tx.query("select * from members where alert = ? order by source, source_id", [alert_id])
    return tuple(
        Member(
            **{name: row[name] for name in ("source_id", "count", "type", "region", "resource", "title")},
            source=Source(row["source"]),
            active=bool(row["active"]),
            severity=Severity(row["severity"]),
            updated_at=datetime.fromisoformat(row["updated_at"]),
            sample=bool(row["sample"]),
            facts=json.loads(row["facts_json"]),
        )
        for row in rows
    )


def _alert(row: Mapping[str, Any], members: tuple[Member, ...]) -> Alert:
    plain = ("id", "identity", "type", "account", "region", "resource", "title", "channel", "mention", "cards",
             "problem", "why")  # fmt: skip
    who = ("storm", "acknowledged_by", "snoozed_by", "snoozed_count", "snooze", "muted", "assigned_to",
           "assigned_by", "resolved_by", "resolution")  # fmt: skip
    dates: dict[str, Any] = {name: moments.moment(row[name]) for name in _DATES}
    return Alert(
        **{name: row[name] for name in (*plain, *who)},
        **dates,
        snoozed_ends=Ends(row["snoozed_ends"]) if row["snoozed_ends"] else None,
        opened_at=datetime.fromisoformat(row["opened_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        source=Source(row["source"]),
        state=State(row["state"]),
        severity=Severity(row["severity"]),
        facts=json.loads(row["facts_json"]),
        copies=json.loads(row["copies_json"]),
        sample=bool(row["sample"]),
        apart=bool(row["apart"]),
        members=members,
    )


def _row(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "identity": alert.identity,
        "source": alert.source,
        "type": alert.type,
        "account": alert.account,
        "region": alert.region,
        "resource": alert.resource,
        "severity": alert.severity.value,
        "title": alert.title,
        "facts_json": json.dumps(alert.facts),
        "sample": alert.sample,
        "state": alert.state,
        "count": alert.count,
        "channel": alert.channel,
        "mention": alert.mention,
        "copies_json": json.dumps(alert.copies),
        "cards": alert.cards,
        "storm": alert.storm,
        "problem": alert.problem,
        "why": alert.why,
        "apart": alert.apart,
        "opened_at": alert.opened_at.isoformat(),
        "updated_at": alert.updated_at.isoformat(),
        "acknowledged_by": alert.acknowledged_by,
        "snoozed_by": alert.snoozed_by,
        "snoozed_ends": alert.snoozed_ends,
        "snoozed_count": alert.snoozed_count,
        "snooze": alert.snooze,
        "muted": alert.muted,
        "assigned_to": alert.assigned_to,
        "assigned_by": alert.assigned_by,
        "resolved_by": alert.resolved_by,
        "resolution": alert.resolution,
        **{name: moments.text(getattr(alert, name)) for name in _DATES},
    }
