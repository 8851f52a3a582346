"""Reminders of what was acknowledged and then left."""

from __future__ import annotations

from datetime import timedelta

from bot import alerts as life
from bot import relay, rollup
from bot.services import Services
from bot.store import escalations
from checks.model import Severity


def remind_due(services: Services) -> None:
    """Remind whose work it is of each acknowledged alert on which nobody did or said anything for too long.

    A reminder is a line of the timeline like any other, so the next is due as long after it.
    """
    now = services.now()
    for severity in Severity:
        hours = getattr(services.settings.reminders, str(severity))
        if not hours:
            continue
        before = now - timedelta(hours=hours)
        with services.store.read() as tx:
            if not escalations.left(tx, severity, before) and not escalations.storms_left(tx, severity, before):
                continue
        with services.store.write() as tx:
            for alert, since in escalations.left(tx, severity, before):  # as it is now that nobody else writes
                whom = alert.assigned_to or alert.acknowledged_by or ""
                relay.tell(services, tx, alert, life.remind(whom, since, now))
            for together in escalations.storms_left(tx, severity, before):
                rollup.remind(services, tx, together, severity)
