"""What nobody has acknowledged, what was acknowledged and left, and the steps that were taken."""

from __future__ import annotations

from datetime import datetime

from bot.alerts import Alert, Source, State
from bot.store import alerts
from bot.store.database import Tx
from checks.model import Severity


def waiting(tx: Tx, severity: Severity, step: str, after: datetime, before: datetime) -> list[Alert]:
    """Open alerts of that severity and worse that nobody sees to, since a moment between the two, without that step."""
    where = (
        "state = ? and shown and severity >= ? and coalesce(open_since, opened_at) between ? and ? and not exists "
        "(select 1 from escalations where alert = alerts.id and since = coalesce(open_since, opened_at) and step = ?) "
        "order by id"
    )
    return alerts.select(tx, where, (State.OPEN, severity.value, after.isoformat(), before.isoformat(), step))


def take(tx: Tx, alert: Alert, step: str, now: datetime) -> bool:
    """Claim a step of an alert; False when it was taken since the alert is open."""
    done = tx.execute(
        "insert or ignore into escalations(alert, since, step, at) values (?, ?, ?, ?)",
        (alert.id, alert.waiting_since.isoformat(), step, now.isoformat()),
    )
    return done.rowcount > 0


def said(tx: Tx, alert_id: str) -> list[tuple[str, str]]:
    """Key and channel of each message in another channel that called for an alert."""
    start = f"alert:{alert_id}:step:"
    rows = tx.execute(
        "select key, channel from outbox where key >= ? and key < ? group by key order by min(id)",
        (start, start[:-1] + ";"),
    )
    return [(str(key), str(channel)) for key, channel in rows]


def left(tx: Tx, severity: Severity, before: datetime) -> list[tuple[Alert, datetime]]:
    """Acknowledged alerts of that severity with no line of a person or of Picket since `before`, and the last line.

    What a source says is no sign that somebody is at it.
    """
    sources = [str(source) for source in Source if source is not Source.PICKET]
    marks = ", ".join("?" * len(sources))
    rows = tx.execute(
        "select alert, max(at) from timeline join alerts on alerts.id = alert "  # noqa: S608 - marks are ours
        f"where state = ? and severity = ? and who not in ({marks}) group by alert having max(at) <= ?",
        (State.ACKNOWLEDGED, severity.value, *sources, before.isoformat()),
    ).fetchall()
    found = [(alerts.get(tx, id_), datetime.fromisoformat(at)) for id_, at in rows]
    return [(alert, at) for alert, at in found if alert is not None]
