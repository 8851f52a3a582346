"""One event taken in: kept with what became of it, once, whoever brought it."""

from __future__ import annotations

from datetime import datetime

from bot import relay
from bot.alerts import Ignored, Signal
from bot.intake.drill import event_id
from bot.joining import place
from bot.services import Services
from bot.store import Tx, drills, events
from bot.store.events import Outcome


def keep(
    services: Services, tx: Tx, said: Signal | Ignored, body: str, received_at: datetime | None = None
) -> Outcome | None:
    """Keep the event of `said`, whose text is `body`, and move its alert; None when it came in before.

    `received_at` is when it came off the queue, where it did.
    """
    if isinstance(said, Signal) and said.sample and (drill := drills.of_sample(tx, said.type, said.at, said.member_id)):
        drills.found(tx, drill, said.member_id)
        said = Ignored(event_id=event_id(drill), source=said.source, why="a drill came through as a sample finding")
    if events.known(tx, said.event_id):
        return None
    now, body = received_at or services.now(), storable(body)
    if isinstance(said, Ignored):
        outcome = Outcome.IGNORED
        events.keep(tx, said.event_id, body, now, source=said.source, outcome=outcome, why=said.why)
        return outcome
    signal = place(services.settings, tx, said)
    outcome = Outcome.ALERT if relay.take(services, tx, signal) else Outcome.UNCHANGED
    events.keep(tx, signal.event_id, body, now, source=signal.source, outcome=outcome, alert=signal.alert_id)
    return outcome


def storable(body: str) -> str:
    """Text that SQLite takes: no lone surrogates."""
    return body.encode("utf-8", "replace").decode()
