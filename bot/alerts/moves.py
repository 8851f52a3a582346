"""What people and time make of an alert: acknowledged, assigned, noted, snoozed, awake again, resolved, reopened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.model import JOINED, SPLIT, Alert, Ends, Entry, Moved, Resolution, State
from bot.alerts.signal import Source
from bot.errors import Stale, UserError
from bot.messages.text import date, mention
from checks.model import Severity


def acknowledge(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` sees to it; ends a snooze. Stale when somebody does already, or when it is resolved."""
    _refuse(alert, State.ACKNOWLEDGED, State.RESOLVED)
    moved = alert.opened(now, again=not alert.carded)
    return _say(
        replace(moved, state=State.ACKNOWLEDGED, acknowledged_by=user, acknowledged_at=now), user, "acknowledged it"
    )


def unacknowledge(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` gives it back. Stale when nobody holds it."""
    if alert.state is not State.ACKNOWLEDGED:
        _refuse(alert, State.RESOLVED, State.SNOOZED)
        raise Stale("Nobody has acknowledged this alert; it is open.")
    return _say(alert.opened(now, again=False), user, "gave it back")


def assign(alert: Alert, user: str, whom: str, now: datetime) -> Moved:
    """`user` makes it the work of `whom`, a user or a user group. Stale when it is theirs already, or resolved."""
    unresolved(alert)
    if alert.assigned_to == whom:
        raise Stale(f"{_assigned(alert)}, so nothing was changed.")
    moved = replace(alert, updated_at=now, assigned_to=whom, assigned_by=user, assigned_at=now)
    entry = Entry(at=now, who=user, what="took it on") if user == whom else _to(user, whom, now)
    return moved, [entry]


def claim(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` takes it on. Stale when it is somebody's already: that is changed by `assign`, on purpose."""
    unresolved(alert)
    if alert.assigned_to:
        raise Stale(f"{_assigned(alert)}. To change that, choose “Assign to…”.")
    return assign(alert, user, user, now)


def note(alert: Alert, user: str, text: str, now: datetime) -> Moved:
    """`user` has something to say to it, in whatever state it is. Unfit when it is empty."""
    if not text.strip():
        raise Unfit("There is nothing in that note; please write something.")
    return alert, [Entry(at=now, who=user, what="noted", note=text.strip())]


def remind(whom: str, since: datetime, now: datetime) -> list[Entry]:
    """What Picket says to `whom` of an acknowledged alert on which nobody did anything since `since`."""
    left = "It was acknowledged, and nothing was done or said"
    hours = int((now - since).total_seconds() // 3600)
    advice = "Resolve it, snooze it or give it back, or note why not."
    words = f"{left} for {hours} hour{'s' if hours != 1 else ''}. {advice}"
    return [Entry(at=now, who=Source.PICKET, what="reminds", whom=whom, note=words)]


class Unfit(UserError):
    """Something in what a person gave cannot be: the moment at which a snooze would end, an empty note."""


def snooze(
    alert: Alert,
    user: str,
    until: datetime,
    now: datetime,
    longest: timedelta | None = None,
    *,
    ends: Ends | None = None,
    cover: str | None = None,
    note: str = "",
) -> Moved:
    """Quiet until `until`, or until it `ends`; again moves the end. `cover` is the snooze of more than it, if any.

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
    what = f"snoozed it, or until it {ends}," if ends else "snoozed it"
    return _hush(alert, user, until, now, ends, cover), [Entry(at=now, who=user, what=what, until=until, note=note)]


def cover(alert: Alert, user: str, until: datetime, now: datetime, ends: Ends | None, cover: str, all_: str) -> Moved:
    """Quiet with `all_` that a snooze of `user` covers: unchanged when it is critical or no longer open."""
    if alert.state is not State.OPEN or alert.severity >= Severity.CRITICAL or until <= now:
        return alert, []
    entry = Entry(at=now, who=user, what=f"snoozed {all_}, and so this", until=until)
    return _hush(alert, user, until, now, ends, cover), [entry]


def mute(alert: Alert, owner: str, until: datetime, why: str, now: datetime) -> Moved:
    """Quiet until `until`, as the settings say by the words of `owner`."""
    entry = Entry(at=now, who=Source.PICKET, what="mutes it by its settings", until=until, note=f"{why} ({owner})")
    return replace(_hush(alert, owner, until, now, None, None), muted=why), [entry]


def _hush(alert: Alert, user: str, until: datetime, now: datetime, ends: Ends | None, cover: str | None) -> Alert:
    return replace(
        alert,
        state=State.SNOOZED,
        updated_at=now,
        snoozed_by=user,
        snoozed_at=now,
        snoozed_until=until,
        snoozed_ends=ends,
        snoozed_count=alert.count,
        snooze=cover,
        muted=None,
    )


def stirred(alert: Alert, moved: Alert, *, said: bool) -> str:
    """Why the snooze of `alert` ends now that it is `moved`, in words; empty when it sleeps on.

    What is new and critical always ends it. `said`: there is something new to tell of it.
    """
    if alert.severity < moved.severity == Severity.CRITICAL:
        return "it rose to critical"
    critical = {member.key for member in alert.members if member.active and member.severity == Severity.CRITICAL}
    now = {member.key for member in moved.members if member.active and member.severity == Severity.CRITICAL}
    if now - critical:
        return "something critical is new in it"
    if alert.snoozed_ends is Ends.WORSE and moved.severity > alert.severity:
        return "it got worse"
    if alert.snoozed_ends is Ends.DOUBLE and moved.count >= 2 * max(alert.snoozed_count or 0, 1):
        return "it was seen twice as often as then"
    return "it changed" if alert.snoozed_ends is Ends.CHANGE and said else ""


def rouse(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` ends the snooze before its time. Stale when it is not snoozed."""
    if alert.state is not State.SNOOZED:
        _refuse(alert, State.ACKNOWLEDGED, State.RESOLVED)
        raise Stale("This alert is not snoozed; it is open.")
    return _say(alert.opened(now, again=not alert.carded), user, "ended the snooze")


def wake(alert: Alert, now: datetime) -> Moved:
    """End a snooze whose time has come; unchanged when there is none."""
    if alert.state is not State.SNOOZED or alert.snoozed_until is None or alert.snoozed_until > now:
        return alert, []
    what = "raises it: what muted it is over" if alert.muted else "ended the snooze: its time has come"
    return _say(alert.opened(now), Source.PICKET, what)


def resolve(alert: Alert, user: str, resolution: Resolution, now: datetime, note: str = "") -> Moved:
    """`user` says that it is done with, and why. Stale when it is resolved already."""
    unresolved(alert)
    entry = Entry(at=now, who=user, what=f"resolved it as {resolution}", note=note)
    shown = replace(alert, cards=alert.cards + (not alert.carded), storm=None)
    return shown.resolved(user, resolution, now), [entry]


def reopen(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` wants it open again. Stale when it is not resolved."""
    if alert.state is not State.RESOLVED:
        _refuse(alert, State.ACKNOWLEDGED, State.SNOOZED)
        raise Stale("This alert is open already.")
    if alert.resolution in (SPLIT, JOINED):
        raise Stale(f"It goes on elsewhere: it was {alert.resolution}, so it cannot be reopened by itself.")
    return _say(alert.opened(now, again=not alert.carded), user, "reopened it")


def unresolved(alert: Alert) -> None:
    """Raise Stale, with who resolved it and when, when it is."""
    _refuse(alert, State.RESOLVED)


def _to(user: str, whom: str, now: datetime) -> Entry:
    return Entry(at=now, who=user, what="assigned it to", whom=whom)


def _assigned(alert: Alert) -> str:
    whom, by = mention(alert.assigned_to or ""), mention(alert.assigned_by or "")
    when = date(alert.assigned_at or alert.updated_at, "{date_short_pretty} at {time}")
    return f"{whom} took it on {when}" if whom == by else f"{by} assigned it to {whom} {when}"


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
    name = alert.source.label if who is None or who in set(Source) else mention(who) if alert.muted else f"<@{who}>"
    when = date(at or alert.updated_at, "{date_short_pretty} at {time}")
    raise Stale(f"{name} {verb} it {when}. The card now shows how it stands.")
