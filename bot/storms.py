"""When a channel's new alerts are a storm, and which of them its roll-up tells of instead of a card each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts import Alert, State
from bot.config import Storms
from bot.services import Services
from bot.store import Tx, storms
from bot.store.storms import Storm
from checks.model import Severity

MINUTE = timedelta(minutes=1)
"""In which new cards are counted to see whether a storm begins."""


def placed(services: Services, tx: Tx, before: Alert | None, after: Alert) -> Alert:
    """`after`, with the card that it would get or, while its channel has a storm, with a place in the roll-up instead.

    `before` is None when it is new. An alert that has a card keeps that; a critical always has one.
    """
    had = before.cards if before else 0
    member = before.storm if before else None
    if not _is_new(before, after) and not _comes_out(tx, before, after):
        stays = before and member and not after.muted  # what is muted is told of nowhere
        return replace(after, cards=had, storm=member, channel=before.channel) if before and stays else after
    now = services.now()
    storms.raised(tx, after.channel, now, calm(services.settings.storms))
    if after.severity < Severity.CRITICAL and (storm := _storm(services, tx, after, now)):
        storms.join(tx, storm.id, after.id)
        return replace(after, cards=had, storm=storm.id)
    return replace(after, cards=had + 1, storm=None)


def _is_new(before: Alert | None, after: Alert) -> bool:
    """Whether it would get a card without having one that stands: it is raised, comes back, or wakes."""
    if before is None:
        return after.cards > 0
    return after.cards > before.cards and before.state in (State.RESOLVED, State.SNOOZED)


def _comes_out(tx: Tx, before: Alert | None, after: Alert) -> bool:
    """Whether it is told of in a roll-up, and has to be told of by itself: critical, or worse after the storm."""
    if before is None or before.storm is None or after.severity <= before.severity or after.state is State.SNOOZED:
        return False
    storm = storms.get(tx, before.storm)
    return after.severity == Severity.CRITICAL or storm is None or storm.ended_at is not None


def _storm(services: Services, tx: Tx, alert: Alert, now: datetime) -> Storm | None:
    """The storm of the alert's channel, which may begin with it."""
    settings = services.settings.storms
    running = storms.running(tx, alert.channel)
    if running or not begins(settings, storms.lately(tx, alert.channel, now - MINUTE)):
        return running[0] if running and settings.cards else None
    storm = Storm(id=services.new_id(), channel=alert.channel, mention=alert.mention, began_at=now)
    storms.begin(tx, storm)
    return storm


def begins(settings: Storms, lately: int) -> bool:
    """Whether so many new cards in the last minute are a storm."""
    return 0 < settings.cards < lately


def calm(settings: Storms) -> timedelta:
    """How long it has to have been calm when a storm is over."""
    return timedelta(minutes=settings.calm_minutes)


def is_over(settings: Storms, storm: Storm, lately: int, now: datetime) -> bool:
    """Whether a storm that runs is over, with so many new alerts in the last `calm(settings)`.

    What one minute may bring, several must not exceed together, so that a storm does not end and begin by turns.
    """
    return settings.cards == 0 or (now - storm.began_at >= calm(settings) and lately <= settings.cards)


def changed(tx: Tx, before: Alert | None, after: Alert) -> None:
    """Note that an alert has changed, so that the roll-up that tells of it, or did, is shown anew."""
    storms.touch(tx, *{alert.storm for alert in (before, after) if alert and alert.storm})
