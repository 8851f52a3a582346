"""The one way in: a signal moves its alert, a person moves it, time moves it; what is to be said is written with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot import alerts as life
from bot import graph, storms, threads
from bot.alerts import Alert, Entry, Moved, Signal, Source, State
from bot.errors import NotFound, Stale, UserError
from bot.joining import place
from bot.messages import alert as messages
from bot.messages.alert import Setting
from bot.messages.text import Message
from bot.muting import muted, uncarded
from bot.offers import offers
from bot.owners import owner
from bot.related import related
from bot.routing import Routed, route
from bot.services import Services
from bot.store import Tx, alerts, escalations, outbox, snoozes
from bot.store.snoozes import Snooze
from checks.model import Severity

log = structlog.get_logger(__name__)

_QUIET = (State.SNOOZED, State.RESOLVED)


def take(services: Services, tx: Tx, signal: Signal) -> bool:
    """Move the alert of `signal` and write its card and the lines of its thread; True when that changed anything.

    The one way in for every source, an audit and Picket itself included.
    """
    now = services.now()
    signal = place(services.settings, tx, signal)
    before = alerts.get(tx, signal.alert_id)
    routed = _routed(services, before, signal)
    after, entries = life.receive(before, signal, now, routed.channel)
    if after == before:
        return False
    after = _placed(before, after, routed)
    after, entries = _quiet(services, tx, before, after, entries)
    after = storms.placed(services, tx, before, after)
    _keep(tx, before, after)
    _say(services, tx, before, after, entries) if after.carded else alerts.note(tx, after.id, entries)
    if signal.raw is not None and after.carded:
        _attach(services, tx, after, signal)
    graph.ask(tx, before, after, signal, now)
    return after.carded or after.storm is not None or after.state is State.SNOOZED


def move(services: Services, alert_id: str, change: Callable[[Alert], Moved]) -> Alert:
    """Let a person change an alert: `change` is given it as it is now.

    Raises NotFound, or what `change` raises; when that is Stale the card is shown anew, for it misled the person.
    """
    return carry_out(services, alert_id, lambda tx: apply(services, tx, alert_id, change))


def carry_out(services: Services, alert_id: str, deed: Callable[[Tx], Alert]) -> Alert:
    """Let a person do `deed` to an alert and what goes with it, in one transaction.

    Raises NotFound, or what `deed` raises; when that is Stale the card is shown anew, for it misled the person.
    """
    try:
        with services.store.write(timeout=1) as tx:
            return deed(tx)
    except Stale:
        with services.store.write(timeout=1) as tx:
            refresh(services, tx, alert_id)
        raise


def apply(services: Services, tx: Tx, alert_id: str, change: Callable[[Alert], Moved]) -> Alert:
    """Change an alert, and say so. Raises NotFound, or what `change` raises."""
    before = find(tx, alert_id)
    after, entries = change(before)
    put(services, tx, before, after, entries)
    return after


def put(services: Services, tx: Tx, before: Alert | None, after: Alert, entries: Sequence[Entry]) -> None:
    """Keep an alert as it now is, new or known, and say so."""
    _keep(tx, before, after)
    _say(services, tx, before, after, entries)


def tell(services: Services, tx: Tx, alert: Alert, entries: Sequence[Entry]) -> None:
    """Say something in the thread of an alert, and keep it in its timeline."""
    _say(services, tx, alert, alert, entries)


def cover(services: Services, alert: Alert, snooze: Snooze) -> Moved:
    """An alert that a snooze of more than one covers, quiet for no longer than its severity allows."""
    now = services.now()
    until = min(snooze.until, now + longest_snooze(services, alert.severity))
    return life.cover(alert, snooze.by, until, now, snooze.ends, snooze.id, f"all of this {snooze.scope}")


def unresolved(services: Services, alert_id: str) -> Alert:
    """The alert, for a modal about it. Raises NotFound; Stale when it is resolved, and shows its card anew."""
    with services.store.read() as tx:
        alert = find(tx, alert_id)
    try:
        life.unresolved(alert)
    except Stale:
        with services.store.write(timeout=1) as tx:
            refresh(services, tx, alert_id)
        raise
    return alert


def find(tx: Tx, alert_id: str) -> Alert:
    """The alert with that id. Raises NotFound."""
    alert = alerts.get(tx, alert_id)
    if alert is None:
        raise NotFound("Picket knows nothing of this alert (any more). Please look for a newer card in the channel.")
    return alert


def named(tx: Tx, start: str) -> Alert:
    """The alert whose id begins with `start`, four characters or more. Raises NotFound, and UserError for two."""
    found = alerts.named(tx, start) if len(start) >= 4 else []
    if not found:
        raise NotFound("There is no alert with that id; it stands at the foot of each card, as `3f2a9c01b7de`.")
    if len(found) > 1:
        raise UserError("More than one alert has an id that begins so; please give more of it.")
    return found[0]


def wake_due(services: Services) -> None:
    """End the snoozes whose time has come, aloud: a new card in the channel."""
    now = services.now()
    with services.store.read() as tx:
        due = [alert.id for alert in alerts.due(tx, now)]
    for alert_id in due:
        with services.store.write() as tx:
            before = find(tx, alert_id)
            after, entries = life.wake(before, now)
            if after == before:
                continue
            after = route(services.settings, after, now).put(after)
            after, entries = _quiet(services, tx, before, after, entries)
            after = storms.placed(services, tx, before, after)
            _keep(tx, before, after)
            _say(services, tx, before, after, [*_meanwhile(tx, before), *entries], kept=entries)


def longest_snooze(services: Services, severity: Severity) -> timedelta:
    """How long an alert of that severity may be put off."""
    return timedelta(hours=getattr(services.settings.snooze, str(severity)))


def refresh(services: Services, tx: Tx, alert_id: str) -> None:
    """Show an alert's card anew, for what stands around it has changed."""
    alert = alerts.get(tx, alert_id)
    if alert is not None and alert.cards:
        _show(services, tx, alert, at_once=True)


def _keep(tx: Tx, before: Alert | None, after: Alert) -> None:
    """Keep an alert as it now is; the roll-up that tells of it, or did, is shown anew."""
    alerts.save(tx, after)
    storms.changed(tx, before, after)


def _quiet(
    services: Services, tx: Tx, before: Alert | None, after: Alert, entries: list[Entry]
) -> tuple[Alert, list[Entry]]:
    """What the settings mute, and what is raised or comes back into a snooze of its resource, type or account, gets no
    new card.
    """
    if asleep := muted(services, before, after, entries):
        return asleep
    raised = after.state is State.OPEN and (before is None or before.state is State.RESOLVED)
    snooze = snoozes.covering(tx, after, services.now()) if raised else None
    if snooze is None:
        return after, entries
    covered, said = cover(services, after, snooze)
    if covered == after:
        return after, entries
    return uncarded(before, covered), [*entries, *said]


def _routed(services: Services, before: Alert | None, signal: Signal) -> Routed:
    """Where the alert's routes lead with the signal: it goes by the worst of its members, which may not be this one."""
    subject = life.absorb(before, signal, services.now()) if before else signal
    return route(services.settings, subject, services.now())


def _placed(before: Alert | None, after: Alert, routed: Routed) -> Alert:
    """`after` with whom its card calls and where its copies are: these change with the card and as it gets worse, and
    not by the clock; who has a copy keeps it.
    """
    if before is None or not before.cards or after.cards > before.cards:
        return routed.put(after)
    if after.channel != routed.channel or (after.severity <= before.severity and after.source is before.source):
        return after
    return replace(after, mention=routed.mention, copies={**after.copies, **routed.copies})


def _say(
    services: Services, tx: Tx, before: Alert | None, after: Alert, entries: Sequence[Entry],
    *, kept: Sequence[Entry] | None = None,
) -> None:  # fmt: skip
    """The card as it now is, the timeline, and the thread's new lines."""
    now = services.now()
    if before and before.cards and after.cards > before.cards:
        here = {channel for _, channel in after.places}
        for key, channel in before.places:
            left = messages.moved(after, "" if channel in here else after.channel)
            outbox.message(tx, key, channel, left.text, left.blocks, now)
    if after != before and after.carded:
        _show(services, tx, after, at_once=_by_people(entries))
    if before and before.state is State.OPEN and after.state is not State.OPEN:
        for key, channel in escalations.said(tx, f"alert:{after.id}"):
            answered = messages.answered(after, services.settings.account_name(after.account))
            outbox.message(tx, key, channel, answered.text, answered.blocks, now)
    last = alerts.note(tx, after.id, entries if kept is None else kept)
    loud = before and before.carded and after.carded and not after.muted
    if entries and before and loud and not _asleep(before, after, entries):
        threads.reply(tx, after, entries, last, now)


def _by_people(entries: Sequence[Entry]) -> bool:
    """Whether a person did it, who looks at the card."""
    return any(entry.who not in set(Source) for entry in entries)


def _asleep(before: Alert, after: Alert, entries: Sequence[Entry]) -> bool:
    """Whether its source goes on about what people put off or settled: kept in the timeline, not said."""
    return before.state is after.state and after.state in _QUIET and entries[0].who in after.sources


def _meanwhile(tx: Tx, alert: Alert) -> list[Entry]:
    """What was not said while it was snoozed."""
    lines = alerts.timeline(tx, alert.id, alert.snoozed_at)
    return [Entry(at=line.at, who=line.who, what=line.what) for line in lines if line.who in alert.sources]


def _show(services: Services, tx: Tx, alert: Alert, *, at_once: bool) -> None:
    """The card, drawn when it is sent; what a person has just done, and a critical that is new, goes first."""
    urgent = at_once or (alert.severity is Severity.CRITICAL and outbox.place(tx, alert.key) is None)
    for key, channel in alert.places:
        outbox.card(tx, key, channel, services.now(), urgent=urgent)


def draw(services: Services, tx: Tx, key: str, channel: str) -> Message:
    """The card `key` in `channel` as it is to be now, or what is left of it when its alert has a newer one."""
    alert = alerts.get(tx, key.split(":")[1])
    if alert is None:
        return Message("Picket knows nothing of this alert any more.", [])
    places = dict(alert.places)
    if key not in places:
        return messages.moved(alert, "" if channel in places.values() else alert.channel)
    try:
        return shown(services, tx, alert, channel)
    except Exception:
        log.exception("picket could not draw a card", alert=alert.id)
        return messages.undrawn(alert)


def shown(services: Services, tx: Tx, alert: Alert, channel: str = "") -> Message:
    """The alert's card as it now is; the copy of it in `channel` where that has one."""
    settings = services.settings
    copy = channel in alert.copies
    setting = Setting(
        account=settings.account_name(alert.account),
        offers=offers(alert, settings),
        longest=longest_snooze(services, alert.severity),
        mention=alert.copies[channel] if copy else alert.mention,
        home=alert.channel if copy else "",
        owner=owner(settings.owners, alert),
        related=related(tx, alert),
    )
    return messages.card(alert, setting)


def _attach(services: Services, tx: Tx, alert: Alert, signal: Signal) -> None:
    """The event as it came, once a source, in the thread of the card."""
    title = f"The event as {signal.source.label} sent it"
    key, name = f"alert:{alert.id}:raw:{signal.source}", f"finding-{alert.id}.json"
    outbox.json_file(tx, key, alert.key, name, title, signal.raw, services.now(), alt_text=title)
