"""What happens when nobody acknowledges an alert: the steps of the settings, each once, in its working hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot import hours, relay, rollup
from bot.alerts import Alert, Entry, Source, State
from bot.config import Escalation
from bot.messages import alert as messages
from bot.services import Services
from bot.store import Tx, escalations, outbox

log = structlog.get_logger(__name__)

CATCH_UP = timedelta(hours=12)
"""A step that was missed by more, or that the settings did not have then, is let go."""

_LONGEST = timedelta(days=9)
"""Longer than any step waits for its days and hours, and is then let go."""


def escalate_due(services: Services) -> None:
    """Take the steps that are due. To acknowledge, snooze or resolve an alert stops those that are not."""
    now = services.now()
    for step in services.settings.escalation:
        before = now - timedelta(minutes=step.after_minutes)
        with services.store.read() as tx:
            due = [
                alert.id
                for alert in escalations.waiting(tx, step.severity, step.key, before - _LONGEST, before)
                if is_due(step, alert.waiting_since, now)
            ]
        for alert_id in due:
            with services.store.write() as tx:
                alert = relay.find(tx, alert_id)
                if _stands(alert, step, now) and escalations.take(tx, alert, step.key, now):
                    _take(services, tx, alert, step)
        _escalate_storms(services, step, before)


def _escalate_storms(services: Services, step: Escalation, before: datetime) -> None:
    """Take the step for roll-ups: once for all that each tells of."""
    now = services.now()
    with services.store.read() as tx:
        waiting = escalations.storms_waiting(tx, step.severity, step.key, before - _LONGEST, before)
    for each in (each for each in waiting if is_due(step, each.since, now)):
        with services.store.write() as tx:
            found = escalations.storms_waiting(tx, step.severity, step.key, before - _LONGEST, before)
            still = next((one for one in found if one.storm == each.storm), None)
            if still and escalations.take_storm(tx, still.storm, step.key, now):
                rollup.escalate(services, tx, still, step)


def is_due(step: Escalation, since: datetime, now: datetime) -> bool:
    """Whether the moment of the step has come, and not long ago, for what nobody sees to since `since`."""
    at = working(step, since + timedelta(minutes=step.after_minutes))
    return at <= now <= at + CATCH_UP and working(step, now) == now


def working(step: Escalation, at: datetime) -> datetime:
    """The first moment not before `at` that lies in the step's days and hours, in UTC."""
    return hours.first(step.days, step.hours, step.time_zone, at)


def _stands(alert: Alert, step: Escalation, now: datetime) -> bool:
    open_ = alert.state is State.OPEN and alert.severity >= step.severity
    return open_ and is_due(step, alert.waiting_since, now)


def _take(services: Services, tx: Tx, alert: Alert, step: Escalation) -> None:
    now = services.now()
    minutes = int((now - alert.waiting_since).total_seconds() // 60)
    waited = f"nobody has acknowledged it for {minutes:,} minute{'s' if minutes != 1 else ''}"
    where = f"said it in {step.channel}, " if step.channel else ""
    calls = "and calls" if step.channel and step.mention else "calls" if step.mention else ""
    what = f"{where}for {waited}" if not calls else f"{where}{calls}"
    note = waited[:1].upper() + waited[1:] + "." if calls else ""
    entry = Entry(at=now, who=Source.PICKET, what=what, whom=step.mention, note=note)
    relay.tell(services, tx, alert, [entry])
    if step.channel:
        said = messages.escalated(alert, services.settings.account_name(alert.account), step.mention, minutes)
        key = f"alert:{alert.id}:step:{step.key}:{alert.waiting_since.isoformat()}"
        outbox.message(tx, key, step.channel, said.text, said.blocks, now)
    log.info("an alert was escalated", alert=alert.id, step=step.key)
