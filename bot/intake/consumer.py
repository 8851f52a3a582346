"""The loop that empties the queue: each message is stored with all that it changes, and only then taken off.

What cannot be read goes to the dead-letter queue, and so does what Picket fails on each time; either raises an
alert, so that nothing disappears in silence.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog

from bot import relay
from bot.alerts import Signal, Source
from bot.aws.queue import QueueMessage
from bot.errors import AwsError, StoreBusy, StoreError
from bot.intake.facts import Facts
from bot.intake.keep import keep, storable
from bot.intake.parse import Malformed, parse
from bot.intake.shapes import digest
from bot.joining import place
from bot.services import Services
from bot.store import events
from bot.store.events import Outcome
from checks.model import Severity

log = structlog.get_logger(__name__)

TRIES = 5
"""Receipts after which a message that Picket fails on is given up."""
_LONGEST_WAIT = 60.0
_POLL = 5.0
"""Seconds of a long poll: as long as a stop may take to be seen."""


class Queue(Protocol):
    """What the loop needs of `bot.aws.queue`; every method raises AwsError."""

    @property
    def dead_letter_url(self) -> str:
        """Empty when there is no dead-letter queue."""

    def receive(self, wait: float) -> Sequence[QueueMessage]:
        """Some messages; waits up to `wait` seconds for the first."""

    def delete(self, receipts: Sequence[str]) -> None:
        """Take messages off for good."""

    def dead_letter(self, message: QueueMessage, why: str) -> None:
        """Move a message to the dead-letter queue."""


def consume(services: Services, queue: Queue, stop: threading.Event) -> None:
    """Take in what the queue brings until `stop` is set; when AWS or the disk fails, wait and go on."""
    failures = 0
    while not stop.is_set():
        try:
            take_in(services, queue)
            failures = 0
        except (AwsError, StoreError) as error:
            failures += 1
            wait = min(2.0**failures, _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret
            log.warning("the queue cannot be emptied; trying again", reason=str(error), seconds=round(wait, 1))
            stop.wait(wait)
    services.store.close()


def take_in(services: Services, queue: Queue) -> int:
    """One round: receive, store, take off; how many messages there were. Raises AwsError and StoreError."""
    messages = queue.receive(_POLL)
    done = []
    try:
        for message in messages:
            if _work(services, queue, message):
                done.append(message.receipt)
    finally:
        if done:
            queue.delete(done)
    return len(messages)


def _work(services: Services, queue: Queue, message: QueueMessage) -> bool:
    """Store one message; True when it is to be taken off. One that fails comes again by itself."""
    try:
        _store(services, message)
    except Malformed as fault:
        return _give_up(services, queue, message, Outcome.MALFORMED, str(fault))
    except StoreBusy as busy:
        log.warning("a message could not be stored; it comes again", message=message.id, reason=str(busy))
        return False
    except StoreError:
        raise  # no fault of the message: all of them come again
    except Exception as bug:
        log.exception("picket failed on a message", message=message.id, receipts=message.received_count)
        if message.received_count < TRIES:
            return False
        why = f"Picket failed on it {message.received_count} times ({type(bug).__name__}: {bug})."
        return _give_up(services, queue, message, Outcome.POISON, why)
    return True


def _store(services: Services, message: QueueMessage) -> None:
    """All that a message says and changes, in one transaction."""
    now = services.now()
    said = parse(message.body, now, message.id, services.settings.alarms)
    with services.store.write() as tx:
        for each in said:
            keep(services, tx, each, message.body)
        if not said:
            why = "it holds no event"
            id_ = digest(message.id)
            events.keep(tx, id_, message.body, now, source=Source.UNKNOWN, outcome=Outcome.IGNORED, why=why)


def _give_up(services: Services, queue: Queue, message: QueueMessage, outcome: Outcome, why: str) -> bool:
    """Keep the message, raise an alert about it, then move it to the dead-letter queue; True when there is none."""
    now, id_ = services.now(), digest(f"{message.id}\n{message.body}")
    try:
        with services.store.write() as tx:
            if not events.known(tx, id_):
                signal = place(services.settings, tx, _complaint(message, id_, outcome, why, now))
                relay.take(services, tx, signal)
                body = storable(message.body)
                events.keep(tx, id_, body, now, source=Source.PICKET, outcome=outcome, alert=signal.alert_id, why=why)
    except StoreBusy as busy:
        log.warning("a message could not be stored; it comes again", message=message.id, reason=str(busy))
        return False
    log.error("a message was given up", message=message.id, outcome=str(outcome), reason=why)
    if not queue.dead_letter_url:
        return True
    queue.dead_letter(message, why)
    return False


def _complaint(message: QueueMessage, id_: str, outcome: Outcome, why: str, now: datetime) -> Signal:
    title = {
        Outcome.MALFORMED: "An event from AWS cannot be read",
        Outcome.POISON: "Picket cannot work on an event from AWS",
    }[outcome]
    facts: Facts = {
        "what": f"{why} It is kept in Picket's store, and in the dead-letter queue where there is one.",
        "details": [["Message", message.id], ["Begins", message.body[:150]]],
        "advice": [
            "Look at the message in the dead-letter queue, and at who sent it.",
            "If it is AWS's own event: report it to Picket's maintainers, without what is secret in it.",
        ],
        "last_seen": now.isoformat(),
    }
    return Signal(
        event_id=id_,
        source=Source.PICKET,
        type=f"{outcome} event",
        account="",
        region="global",
        resource="the queue of events",
        severity=Severity.HIGH,
        title=title,
        at=now,
        member_id=str(outcome),
        adds=True,
        facts=dict(facts),
        raw={"message": message.id, "why": why, "body": storable(message.body)},
    )
