"""What nobody has acknowledged, what was acknowledged and left, and the steps that were taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.alerts import Alert, Source, State
from bot.store import alerts
from bot.store.database import Tx
from checks.model import Severity


def waiting(tx: Tx, severity: Severity, step: str, after: datetime, before: datetime) -> list[Alert]:
    """Open alerts of that severity and worse that nobody sees to, since a moment between the two, without that step.

    Those that a roll-up tells of are left to `storms_waiting`.
    """
    where = (
        "state = ? and shown and storm is null and severity >= ? and coalesce(open_since, opened_at) between ? and ? "
        "and not exists (select 1 from escalations where alert = alerts.id and since = coalesce(open_since, opened_at) "
        "and step = ?) order by id"
    )
    return alerts.select(tx, where, (State.OPEN, severity.value, after.isoformat(), before.isoformat(), step))


def take(tx: Tx, alert: Alert, step: str, now: datetime) -> bool:
    """Claim a step of an alert; False when it was taken since the alert is open."""
    done = tx.execute(
        "insert or ignore into escalations(alert, since, step, at) values (?, ?, ?, ?)",
        (alert.id, alert.waiting_since.isoformat(), step, now.isoformat()),
    )
    return done.rowcount > 0


def said(tx: Tx, key: str) -> list[tuple[str, str]]:
    """Key and channel of each message in another channel that called for what stands under `key`."""
    start = f"{key}:step:"
    rows = tx.execute(
        "select key, channel from outbox where key >= ? and key < ? group by key order by min(id)",
        (start, start[:-1] + ";"),
    )
    return [(str(key), str(channel)) for key, channel in rows]


def left(tx: Tx, severity: Severity, before: datetime) -> list[tuple[Alert, datetime]]:
    """Acknowledged alerts of that severity with no line of a person or of Picket since `before`, and the last line.

    What a source says is no sign that somebody is at it. Those that a roll-up tells of are left to `storms_left`.
    """
    sources, marks = _of_sources()
    rows = tx.execute(
        "select alert, max(at) from timeline join alerts on alerts.id = alert "  # noqa: S608 - marks are ours
        f"where state = ? and storm is null and severity = ? and who not in ({marks}) "
        "group by alert having max(at) <= ?",
        (State.ACKNOWLEDGED, severity.value, *sources, before.isoformat()),
    ).fetchall()
    found = [(alerts.get(tx, id_), datetime.fromisoformat(at)) for id_, at in rows]
    return [(alert, at) for alert, at in found if alert is not None]


@dataclass(frozen=True, slots=True)
class Together:
    """Alerts that one roll-up tells of and that are called for, or reminded of, together."""

    storm: str
    number: int
    since: datetime
    """Since when nobody sees to the first of them, or nobody did or said anything to any."""
    whom: str = ""
    """Whose they are, when they were acknowledged."""


def storms_waiting(tx: Tx, severity: Severity, step: str, after: datetime, before: datetime) -> list[Together]:
    """As `waiting`, what roll-ups tell of, without that step since all of it was last acknowledged."""
    rows = tx.execute(
        "select storm, count(*), min(coalesce(open_since, opened_at)) from alerts "
        "where storm is not null and state = ? and severity >= ? and coalesce(open_since, opened_at) between ? and ? "
        "and not exists (select 1 from storm_steps where storm = alerts.storm and step = ?) group by storm",
        (State.OPEN, severity.value, after.isoformat(), before.isoformat(), step),
    )
    return [Together(storm, number, datetime.fromisoformat(since)) for storm, number, since in rows]


def take_storm(tx: Tx, storm: str, step: str, now: datetime) -> bool:
    """Claim a step for all of a roll-up; False when it was taken."""
    values = (storm, step, now.isoformat())
    return tx.execute("insert or ignore into storm_steps(storm, step, at) values (?, ?, ?)", values).rowcount > 0


def storms_left(tx: Tx, severity: Severity, before: datetime) -> list[Together]:
    """As `left`, what roll-ups tell of, by whose it is."""
    sources, marks = _of_sources()
    rows = tx.execute(
        "select storm, count(distinct alert), max(at), coalesce(assigned_to, acknowledged_by) as whom "  # noqa: S608
        "from timeline join alerts on alerts.id = alert "
        f"where storm is not null and state = ? and severity = ? and who not in ({marks}) "
        "group by storm, whom having max(at) <= ?",
        (State.ACKNOWLEDGED, severity.value, *sources, before.isoformat()),
    )
    return [Together(storm, number, datetime.fromisoformat(since), whom) for storm, number, since, whom in rows]


def remind_together(tx: Tx, together: Together, severity: Severity, words: str, now: datetime) -> None:
    """Keep in the timeline of each that it was reminded of: the next reminder is due as long after it."""
    tx.execute(
        "insert into timeline(alert, at, who, what) select id, ?, ?, ? from alerts "
        "where storm = ? and state = ? and severity = ? and coalesce(assigned_to, acknowledged_by) = ?",
        (now.isoformat(), Source.PICKET, words, together.storm, State.ACKNOWLEDGED, severity.value, together.whom),
    )


def _of_sources() -> tuple[list[str], str]:
    """The names of those whose lines are no sign of anybody, and as many marks."""
    sources = [str(source) for source in Source if source is not Source.PICKET]
    return sources, ", ".join("?" * len(sources))
