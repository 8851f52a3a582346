"""Use case: what a person does to all that a roll-up tells of, bit by bit, for it may be thousands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import alerts as life
from bot import relay, rollup
from bot.alerts import Alert, Moved, Resolution
from bot.errors import Stale
from bot.messages import storm as messages
from bot.services import Services
from bot.store import Tx, escalations, outbox, storms
from bot.store.storms import Deed, Storm

SNOOZED = timedelta(days=1)
"""How long all of it is snoozed, where no severity allows less."""
_BATCH = 100
"""Alerts in one transaction: clicks of others come in between."""
_BATCHES = 20
"""Of them at one time; the rest follows at the next."""


def begin(services: Services, storm_id: str, deed: Deed, user: str) -> None:
    """Let `user` do that to all that is in a roll-up now.

    Raises NotFound, and Stale when somebody is at it already or there is nothing to do it to.
    """
    with services.store.write(timeout=1) as tx:
        storm, now = rollup.find(tx, storm_id), services.now()
        if storm.deed:
            raise Stale(f"{messages.doing(storm)} already.")
        if not storms.tally(tx, storm.id).among(deed.states):
            storms.touch(tx, storm.id)
            raise Stale("Nothing in this roll-up is left to do that to; it is shown anew in a moment.")
        storms.begin_deed(tx, storm.id, deed, user, now)
        rollup.show(services, tx, storm.id)


def go_on(services: Services) -> None:
    """Do some more of what people have begun."""
    with services.store.read() as tx:
        found = storms.in_hand(tx)
    for storm in found:
        for _ in range(_BATCHES):
            with services.store.write() as tx:
                if not _batch(services, tx, storm):
                    break


def _batch(services: Services, tx: Tx, storm: Storm) -> bool:
    """Do some more; False when that was all."""
    ids = storms.to_do(tx, storm, _BATCH)
    for id_ in ids:
        relay.apply(services, tx, id_, lambda alert: _moved(services, storm, alert))
    storms.went_on(tx, storm.id, len(ids))
    if not ids:
        _done(services, tx, rollup.find(tx, storm.id))
        storms.end_deed(tx, storm.id)
    return bool(ids)


def _moved(services: Services, storm: Storm, alert: Alert) -> Moved:
    """The alert after the deed: the roll-up goes on to tell of it. Its findings are not archived in GuardDuty."""
    now, user = services.now(), storm.done_by
    if storm.deed is Deed.ACKNOWLEDGE:
        moved, entries = life.acknowledge(alert, user, now)
    elif storm.deed is Deed.SNOOZE:
        longest = relay.longest_snooze(services, alert.severity)
        moved, entries = life.snooze(alert, user, now + min(SNOOZED, longest), now, longest)
    else:
        moved, entries = life.resolve(alert, user, Resolution(str(storm.deed)), now)
    return replace(moved, cards=alert.cards, storm=alert.storm), entries


def _done(services: Services, tx: Tx, storm: Storm) -> None:
    """Say so, also where somebody was called for it."""
    said = messages.done(storm)
    rollup.reply(services, tx, storm, "done", said)
    for key, channel in escalations.said(tx, storm.key):
        outbox.message(tx, key, channel, said.text, said.blocks, services.now())
