"""Snoozes of one alert, a resource, a type or an account: begun, previewed, ended by a person or by their time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import alerts as life
from bot import relay, storms
from bot.alerts import Alert, Ends, Entry, Source
from bot.services import Services
from bot.store import Tx, snoozes
from bot.store.snoozes import Hidden, Scope, Snooze

LOOKED_BACK = timedelta(days=30)
"""How far a preview looks back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The snooze that a person asks for."""

    until: datetime
    ends: Ends | None = None
    scope: Scope = Scope.ALERT
    note: str = ""
    """What to say of it, as that UTC stands in for a zone."""


def snooze(services: Services, tx: Tx, alert_id: str, user: str, wanted: Wanted) -> Alert:
    """Snooze an alert, and all that is like it in `wanted.scope`: the open ones now, the new ones until the end.

    Raises NotFound, Stale, and Unfit when it cannot end at that moment.
    """
    now = services.now()
    alert = relay.find(tx, alert_id)
    longest = relay.longest_snooze(services, alert.severity)
    more = None if wanted.scope is Scope.ALERT else _row(services, alert, user, wanted)

    def change(alert: Alert) -> life.Moved:
        cover = more.id if more else None
        return life.snooze(alert, user, wanted.until, now, longest, ends=wanted.ends, cover=cover, note=wanted.note)

    snoozed = relay.apply(services, tx, alert_id, change)
    if more:
        snoozes.add(tx, more)
        others = [each for each in snoozes.matching(tx, more) if each.id != alert_id]
        for other in others:
            relay.apply(services, tx, other.id, lambda each: relay.cover(services, each, more))
        relay.tell(services, tx, snoozed, [_covers(more, len(others), now)])
    return snoozed


def rouse(services: Services, tx: Tx, alert_id: str, user: str) -> Alert:
    """End the snooze of an alert before its time; where it is that of more than one alert, of all of them.

    Raises NotFound and Stale.
    """
    now = services.now()
    alert = relay.find(tx, alert_id)
    more = snoozes.get(tx, alert.snooze) if alert.snooze else None
    roused = relay.apply(services, tx, alert_id, lambda each: life.rouse(each, user, now))
    if more:
        snoozes.end(tx, more.id, user, now)
        covered = snoozes.covered(tx, more.id)
        for other in covered:
            relay.apply(services, tx, other, lambda each: _roused(services, tx, each, user))
        relay.tell(services, tx, roused, [_ended(more, user, len(covered) + 1, now)])
    return roused


def _roused(services: Services, tx: Tx, alert: Alert, user: str) -> life.Moved:
    """Awake with others: where those are too many for cards, a roll-up tells of them."""
    moved, entries = life.rouse(alert, user, services.now())
    return storms.placed(services, tx, alert, moved), entries


def end_due(services: Services) -> None:
    """End the snoozes of more than one alert whose time has come, aloud in the thread they were asked for in.

    The alerts that they kept quiet wake each for itself: see `relay.wake_due`.
    """
    now = services.now()
    with services.store.read() as tx:
        due = snoozes.due(tx, now)
    for snooze in due:
        with services.store.write() as tx:
            if snoozes.get(tx, snooze.id) is None:
                continue
            entry = _ended(snooze, Source.PICKET, len(snoozes.covered(tx, snooze.id)), now)
            snoozes.end(tx, snooze.id, Source.PICKET, now)
            relay.tell(services, tx, relay.find(tx, snooze.alert), [entry])


def preview(services: Services, tx: Tx, alert: Alert) -> Mapping[Scope, Hidden]:
    """What a snooze of each scope would have kept quiet in the last 30 days."""
    since = services.now() - LOOKED_BACK
    return {scope: snoozes.hidden(tx, alert, scope, since) for scope in Scope}


def _row(services: Services, alert: Alert, user: str, wanted: Wanted) -> Snooze:
    return Snooze(
        id=services.new_id(),
        scope=wanted.scope,
        value=snoozes.value_of(alert, wanted.scope),
        account=alert.account if wanted.scope is Scope.RESOURCE else "",
        alert=alert.id,
        by=user,
        at=services.now(),
        until=wanted.until,
        ends=wanted.ends,
    )


def _covers(snooze: Snooze, others: int, now: datetime) -> Entry:
    found = {0: "no other alert that is open", 1: "one other alert that is open"}.get(others, f"{others:,} others")
    what = f"snoozed all of this {snooze.scope}: it covers {found}, and what is new; criticals come through"
    return Entry(at=now, who=snooze.by, what=what)


def _ended(snooze: Snooze, who: str, covered: int, now: datetime) -> Entry:
    alerts = {0: "no alert was quiet by it any more", 1: "one alert wakes"}.get(covered, f"{covered:,} alerts wake")
    return Entry(at=now, who=who, what=f"ended the snooze of all of this {snooze.scope}: {alerts}")
