"""What people and time make of an alert: acknowledged, snoozed, awake again, resolved, reopened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.model import Alert, Entry, Moved, Resolution, Source, State
from bot.errors import Stale, UserError
from bot.messages.text import date


def acknowledge(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` sees to it; ends a snooze. Stale when somebody does already, or when it is resolved."""
    _refuse(alert, State.ACKNOWLEDGED, State.RESOLVED)
    moved = alert.opened(now, again=False)
    return _say(
        replace(moved, state=State.ACKNOWLEDGED, acknowledged_by=user, acknowledged_at=now), user, "acknowledged it"
    )


def unacknowledge(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` gives it back. Stale when nobody holds it."""
    if alert.state is not State.ACKNOWLEDGED:
        _refuse(alert, State.RESOLVED, State.SNOOZED)
        raise Stale("Nobody has acknowledged this alert; it is open.")
    return _say(alert.opened(now, again=False), user, "gave it back")


class Unfit(UserError):
    """No moment at which a snooze can end."""


def snooze(alert: Alert, user: str, until: datetime, now: datetime, longest: timedelta | None = None) -> Moved:
    """Quiet until `until`; again moves the end.

    Stale when it is resolved; Unfit when `until` is not ahead, or further ahead than `longest`.
    """
    unresolved(alert)
    if until <= now:
        raise Unfit("That moment has passed; choose one that is still to come.")
    if longest is not None and until > now + longest:
        hours = int(longest.total_seconds() // 3600)
        raise Unfit(
            f"An alert of severity {alert.severity} can be snoozed for at most {hours:,} hours, "
            f"until {now + longest:%Y-%m-%d %H:%M} UTC."
        )
    moved = replace(alert, state=State.SNOOZED, updated_at=now, snoozed_by=user, snoozed_at=now, snoozed_until=until)
    return moved, [Entry(at=now, who=user, what="snoozed it", until=until)]


def wake(alert: Alert, now: datetime) -> Moved:
    """End a snooze whose time has come; unchanged when there is none."""
    if alert.state is not State.SNOOZED or alert.snoozed_until is None or alert.snoozed_until > now:
        return alert, []
    return _say(alert.opened(now), Source.PICKET, "ended the snooze: its time has come")


def resolve(alert: Alert, user: str, resolution: Resolution, now: datetime, note: str = "") -> Moved:
    """`user` says that it is done with, and why. Stale when it is resolved already."""
    unresolved(alert)
    entry = Entry(at=now, who=user, what=f"resolved it as {resolution}", note=note)
    return alert.resolved(user, resolution, now), [entry]


def reopen(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` wants it open again. Stale when it is not resolved."""
    if alert.state is not State.RESOLVED:
        _refuse(alert, State.ACKNOWLEDGED, State.SNOOZED)
        raise Stale("This alert is open already.")
    return _say(alert.opened(now, again=alert.cards == 0), user, "reopened it")


def unresolved(alert: Alert) -> None:
    """Raise Stale, with who resolved it and when, when it is."""
    _refuse(alert, State.RESOLVED)


def _say(alert: Alert, who: str, what: str) -> Moved:
    return alert, [Entry(at=alert.updated_at, who=who, what=what)]


def _refuse(alert: Alert, *states: State) -> None:
    """Stale, with who did what and when, when the alert is in one of `states`."""
    if alert.state not in states:
        return
    who, verb, at = {
        State.OPEN: (None, "opened", alert.opened_at),
        State.ACKNOWLEDGED: (alert.acknowledged_by, "acknowledged", alert.acknowledged_at),
        State.SNOOZED: (alert.snoozed_by, "snoozed", alert.snoozed_at),
        State.RESOLVED: (alert.resolved_by, "resolved", alert.resolved_at),
    }[alert.state]
    name = alert.source.label if who is None or who in set(Source) else f"<@{who}>"
    when = date(at or alert.updated_at, "{date_short_pretty} at {time}")
    raise Stale(f"{name} {verb} it {when}. The card now shows how it stands.")
