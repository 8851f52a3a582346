"""The one way in: a signal moves its alert, a person moves it, time moves it; what is to be said is written with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import alerts as life
from bot.alerts import Alert, Entry, Moved, Signal, State
from bot.errors import NotFound, Stale
from bot.messages import alert as messages
from bot.messages.alert import Setting
from bot.offers import offers
from bot.routing import route
from bot.services import Services
from bot.store import Tx, alerts, outbox
from checks.model import Severity

log = structlog.get_logger(__name__)

_QUIET = (State.SNOOZED, State.RESOLVED)


def take(services: Services, tx: Tx, signal: Signal) -> bool:
    """Move the alert of `signal` and write its card and the lines of its thread; True when that changed anything.

    The one way in for every source, an audit and Picket itself included.
    """
    now = services.now()
    before = alerts.get(tx, signal.alert_id)
    after, entries = life.receive(before, signal, now, _channel(services, before, signal))
    if after == before:
        return False
    alerts.save(tx, after)
    alerts.note(tx, after.id, entries) if after.cards == 0 else _say(services, tx, before, after, entries)
    if signal.raw is not None and after.cards:
        _attach(services, tx, after, signal)
    return bool(after.cards)


def move(services: Services, alert_id: str, change: Callable[[Alert], Moved]) -> Alert:
    """Let a person change an alert: `change` is given it as it is now.

    Raises NotFound, or what `change` raises; when that is Stale the card is shown anew, for it misled the person.
    """
    with services.store.write(timeout=1) as tx:
        before = find(tx, alert_id)
        try:
            after, entries = change(before)
        except Stale as stale:
            _show(services, tx, before)
            misled = stale
        else:
            alerts.save(tx, after)
            _say(services, tx, before, after, entries)
            return after
    raise misled


def snooze(services: Services, alert_id: str, user: str, until: datetime) -> Alert:
    """Let a person snooze an alert, for no longer than its severity allows.

    Raises NotFound, Stale, and Unfit when it cannot end at `until`.
    """
    now = services.now()
    return move(
        services,
        alert_id,
        lambda alert: life.snooze(alert, user, until, now, longest_snooze(services, alert.severity)),
    )


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
            alerts.save(tx, after)
            _say(services, tx, before, after, [*_meanwhile(tx, before), *entries], kept=entries)


def longest_snooze(services: Services, severity: Severity) -> timedelta:
    """How long an alert of that severity may be put off."""
    return timedelta(hours=getattr(services.settings.snooze, str(severity)))


def refresh(services: Services, tx: Tx, alert_id: str) -> None:
    """Show an alert's card anew, for what stands around it has changed."""
    alert = alerts.get(tx, alert_id)
    if alert is not None and alert.cards:
        _show(services, tx, alert)


def _channel(services: Services, before: Alert | None, signal: Signal) -> str:
    """Where the signal leads; an alert keeps the worst severity of its members, which may not be this one's."""
    worst = max(signal.severity, before.severity) if before else signal.severity
    return route(services.settings.routes, replace(signal, severity=worst)).channel


def _say(
    services: Services, tx: Tx, before: Alert | None, after: Alert, entries: Sequence[Entry],
    *, kept: Sequence[Entry] | None = None,
) -> None:  # fmt: skip
    """The card as it now is, the timeline, and the thread's new lines."""
    now = services.now()
    if before and before.cards and after.cards > before.cards:
        elsewhere = after.channel if after.channel != before.channel else ""
        left = messages.moved(after, elsewhere)
        outbox.message(tx, before.key, before.channel, left.text, left.blocks, now)
    _show(services, tx, after)
    last = alerts.note(tx, after.id, entries if kept is None else kept)
    if entries and before and before.cards and not _asleep(before, after, entries):
        said = messages.reply(entries)
        outbox.message(tx, f"{after.key}:{last}", after.channel, said.text, said.blocks, now, parent=after.key)


def _asleep(before: Alert, after: Alert, entries: Sequence[Entry]) -> bool:
    """Whether its source goes on about what people put off or settled: kept in the timeline, not said."""
    return before.state is after.state and after.state in _QUIET and entries[0].who == after.source


def _meanwhile(tx: Tx, alert: Alert) -> list[Entry]:
    """What was not said while it was snoozed."""
    lines = alerts.timeline(tx, alert.id, alert.snoozed_at)
    return [Entry(at=line.at, who=line.who, what=line.what) for line in lines if line.who == alert.source]


def _show(services: Services, tx: Tx, alert: Alert) -> None:
    settings = services.settings
    setting = Setting(
        account=settings.account_name(alert.account),
        offers=offers(alert, settings),
        longest=longest_snooze(services, alert.severity),
        mention=route(settings.routes, alert).mention,
    )
    shown = messages.card(alert, setting)
    outbox.message(tx, alert.key, alert.channel, shown.text, shown.blocks, services.now())


def _attach(services: Services, tx: Tx, alert: Alert, signal: Signal) -> None:
    """The event as it came, once, in the thread of the first card."""
    content = json.dumps(signal.raw, indent=2, ensure_ascii=False).encode("utf-8", "replace")
    name = f"finding-{alert.id}.json"
    title = f"The event as {alert.source.label} sent it"
    outbox.file(tx, f"alert:{alert.id}:raw", alert.key, name, title, content, services.now(), alt_text=title)
