"""What the settings keep quiet: an alert that would get a card sleeps until its suppression or window is over."""

from __future__ import annotations

from dataclasses import replace

from bot import alerts as life
from bot.alerts import Alert, Entry, Source, State
from bot.services import Services
from bot.silence import quiet
from bot.store import alerts


def muted(services: Services, before: Alert | None, after: Alert, entries: list[Entry]) -> life.Moved | None:
    """`after` without the new card that it would get, where a suppression or a window covers it; else None.

    One that has a card which stands keeps it: what people see does not vanish when a window begins.
    """
    had = before.cards if before else 0
    stood = before is not None and before.state in (State.OPEN, State.ACKNOWLEDGED)
    if stood or after.cards <= had:
        return None
    found = quiet(services.settings, after, services.now())
    if found is None or found.until is None:
        return None
    if after.state is State.RESOLVED:
        return uncarded(before, after), entries
    asleep, said = life.mute(after, found.silence.owner, found.until, found.silence.reason, services.now())
    asleep = uncarded(before, asleep)
    if before is None or before.state is not State.SNOOZED:
        return asleep, [*entries, *said]
    told = [entry for entry in entries if entry.who is not Source.PICKET]  # that its time has come, for it has not
    if before.muted:
        asleep = replace(asleep, snoozed_at=before.snoozed_at)
    return asleep, told if before.muted == asleep.muted else [*told, *said]


def uncarded(before: Alert | None, after: Alert) -> Alert:
    """`after` without a new card: the one that it had stays where it is."""
    if before is None or not before.cards:
        return replace(after, cards=0)
    return replace(after, cards=before.cards, channel=before.channel, mention=before.mention, copies=before.copies)


def reckon(services: Services) -> None:
    """Have what was muted sleep for as long as the settings of now say: those may be others than when it was.

    What they no longer mute is due to wake, and raised by `relay.wake_due`.
    """
    now = services.now()
    with services.store.write(timeout=30) as tx:
        for alert in alerts.muted(tx):
            found, kept = quiet(services.settings, alert, now), replace(alert, snoozed_until=now)
            if found:
                by, why = found.silence.owner, found.silence.reason
                kept = replace(alert, snoozed_until=found.until, snoozed_by=by, muted=why)
            if kept != alert:
                alerts.save(tx, kept)
