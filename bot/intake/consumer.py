"""The loop that empties the queue: each message is kept as it came, and only then taken off.

What it says is worked out afterwards, from the inbox (`bot.intake.work`), so that SQS never waits for that. What was
given up there is sent to the dead-letter queue from here.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from bot.aws.queue import FULL, QueueMessage
from bot.errors import AwsError, StoreBusy, StoreError
from bot.intake.keep import storable
from bot.services import Services
from bot.store import inbox

log = structlog.get_logger(__name__)

_LONGEST_WAIT = 60.0
_POLL = 5.0
"""Seconds of a long poll: as long as a stop may take to be seen."""
_KEPT_AT_ONCE = 100
_BURIED_AT_ONCE = 10
"""Letters a round, so that a heap of them does not hold up the queue."""
_REFUSED_FOR = timedelta(minutes=1)


class Queue(Protocol):
    """What the loop needs of `bot.aws.queue`; every method raises AwsError."""

    @property
    def dead_letter_url(self) -> str:
        """Empty when there is no dead-letter queue."""

    def receive(self, wait: float) -> Sequence[QueueMessage]:
        """Some messages; waits up to `wait` seconds for the first."""

    def delete(self, receipts: Sequence[str]) -> None:
        """Take messages off for good."""

    def dead_letter(self, body: str, why: str) -> None:
        """Put a message in the dead-letter queue."""


def consume(services: Services, queue: Queue, stop: threading.Event) -> None:
    """Take in what the queue brings until `stop` is set; when AWS or the disk fails, wait and go on."""
    failures = 0
    while not stop.is_set():
        try:
            receive(services, queue)
            bury(services, queue)
            failures = 0
        except (AwsError, StoreBusy, StoreError) as error:
            failures += 1
            wait = min(2.0**failures, _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret
            log.warning("the queue cannot be emptied; trying again", reason=str(error), seconds=round(wait, 1))
            stop.wait(wait)
    services.store.close()


def receive(services: Services, queue: Queue) -> int:
    """One round: receive, keep, take off; how many messages there were.

    Raises AwsError, StoreBusy and StoreError; what was not taken off then comes again, and is kept once.
    """
    messages = _messages(queue)
    if messages:
        with services.store.write() as tx:
            inbox.put(tx, [(message.id, storable(message.body)) for message in messages], services.now())
        queue.delete([message.receipt for message in messages])
    return len(messages)


def _messages(queue: Queue) -> list[QueueMessage]:
    """Those that are there, waiting for the first; under a flood more than SQS gives at once, for each commit costs a
    write to the disk.
    """
    messages = list(more := queue.receive(_POLL))
    while len(more) == FULL and len(messages) < _KEPT_AT_ONCE:
        try:
            more = queue.receive(0)
        except AwsError as error:
            log.warning("the queue gives no more for now", reason=str(error))
            break  # what is in hand is kept first; the next round meets the error again
        messages += more
    return messages


def bury(services: Services, queue: Queue) -> None:
    """Send some of what was given up to the dead-letter queue, where there is one. Raises StoreBusy and StoreError.

    A letter that the dead-letter queue does not take holds up nothing: it is sent again later.
    """
    with services.store.read() as tx:
        letters = inbox.given_up(tx, services.now(), _BURIED_AT_ONCE)
    for letter in letters:
        try:
            if queue.dead_letter_url:
                queue.dead_letter(letter.body, letter.why)
        except AwsError as error:
            log.warning("the dead-letter queue did not take a message", message=letter.message, reason=str(error))
            with services.store.write() as tx:
                inbox.put_off(tx, letter, services.now() + _REFUSED_FOR)
        else:
            with services.store.write() as tx:
                inbox.done(tx, letter)
