"""The loop that empties the outbox: in order within a channel, paced, and each row until Slack has answered."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.delivery.pacing import CHANNEL, METHODS, POSTS, Pace, Pacer
from bot.delivery.slack import Refused, Retry, Slack
from bot.errors import StoreBusy, StoreError
from bot.messages.text import Message
from bot.services import Services
from bot.store import Tx, lanes, outbox
from bot.store.lanes import Row
from bot.store.outbox import Kind

log = structlog.get_logger(__name__)

GIVE_UP = timedelta(hours=24)
"""A row that is so old and failed TRIES times is a dead letter: age alone may be that of a long outage of Slack."""
TRIES = 10
_IDLE = 5.0
_WORKERS = 4
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=1)
Draw = Callable[[Services, Tx, str, str], Message]
"""Makes the card with that key in that channel, as it is to be now; it only reads, and raises nothing."""


@dataclass(slots=True)
class Outbox:
    """Delivers for as long as `run` runs; one for each state file."""

    services: Services
    slack: Slack
    draw: Draw
    pace: Pace = CHANNEL
    """Of all calls in a channel."""
    _pacer: Pacer = field(default_factory=Pacer)
    _busy: dict[str, Future[None]] = field(default_factory=dict)
    _held: dict[str, datetime] = field(default_factory=dict)
    """By lane: until when Slack wants no calls of it, what is urgent included."""

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; what is in hand is finished."""
        store, seen = self.services.store, -1
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="outbox") as pool:
            while not stop.is_set():
                seen = store.wait(seen, self._start_what_is_due(pool))
        store.close()

    def _start_what_is_due(self, pool: ThreadPoolExecutor) -> float:
        """Start the rows that may be sent now; seconds until the next one may."""
        now = self.services.now()
        self._busy = {lane: call for lane, call in self._busy.items() if not call.done()}
        with self.services.store.read() as tx:
            rows, upcoming = lanes.due(tx, now), lanes.next_due(tx, now)
        sleep = timedelta(seconds=_IDLE)
        if upcoming:
            sleep = min(sleep, upcoming - now)
        for row in rows:
            if row.lane in self._busy:
                continue
            wait = self._held.get(row.lane, now) - now
            if wait <= timedelta(0):
                wait = self._paced(row, now)
            if wait > timedelta(0):
                sleep = min(sleep, wait)
            else:
                self._busy[row.lane] = call = pool.submit(self._send, row.id)
                call.add_done_callback(lambda _: self.services.store.wake())  # the lane is free only now
        return max(sleep.total_seconds(), 0.01)

    def _paced(self, row: Row, now: datetime) -> timedelta:
        return self._pacer.wait(self._buckets(row), now, urgent=row.urgent)

    def _buckets(self, row: Row) -> list[tuple[str, Pace]]:
        """What a call for the row counts in."""
        if row.kind is Kind.HOME:
            return [_method("views.publish")]
        if row.kind is Kind.EPHEMERAL:
            return [_method("chat.postEphemeral")]
        channels = {row.channel, self.slack.known(row.channel)}  # by its name, and by its id as soon as that is known
        of_channel = [(channel, self.pace) for channel in channels]
        if row.kind is Kind.FILE:
            return [*of_channel, _method("files")]
        with self.services.store.read() as tx:
            if outbox.place(tx, row.key):
                return [*of_channel, _method("chat.update")]
        return [*of_channel, *((f"posts:{channel}", POSTS) for channel in channels)]

    def _send(self, row_id: int) -> None:
        """One attempt: the intent is committed before the call, the outcome after it."""
        store, now = self.services.store, self.services.now
        try:
            with store.write() as tx:
                row = lanes.begin(tx, row_id, now())
                if row is None:
                    return
                row = self._drawn(tx, row)
                place = outbox.place(tx, row.key)
                parent = outbox.place(tx, row.parent) if row.parent else None
            try:
                place = self.slack.deliver(row, place, parent)
            except Retry as problem:
                self._put_off(row, problem)
            except Refused as problem:
                log.warning("slack refused a message", key=row.key, reason=str(problem))
                with store.write() as tx:
                    lanes.dead(tx, row, str(problem), now())
            except Exception as bug:
                log.exception("the outbox failed on a row", key=row.key)
                self._put_off(row, Retry(f"a fault of Picket: {bug!r}", _LONGEST_WAIT, unknown=True))
            else:
                with store.write() as tx:
                    lanes.sent(tx, row, now(), place)
        except (StoreBusy, StoreError) as problem:
            log.warning("outbox could not note an outcome; it will look before repeating", reason=str(problem))
        except Exception:
            log.exception("the outbox failed on a row; trying again", row=row_id)

    def _drawn(self, tx: Tx, row: Row) -> Row:
        if row.kind is not Kind.MESSAGE or row.body:
            return row
        card = self.draw(self.services, tx, row.key, row.channel)
        return replace(row, text=card.text, body={"blocks": list(card.blocks)})

    def _put_off(self, row: Row, problem: Retry) -> None:
        now = self.services.now()
        log.warning("slack did not take a message yet", key=row.key, reason=str(problem), attempt=row.attempts)
        if problem.after:
            self._held[row.lane] = now + problem.after
        with self.services.store.write() as tx:
            if now - row.created_at > GIVE_UP and row.attempts + 1 >= TRIES:
                lanes.dead(tx, row, str(problem), now)
            else:
                wait = problem.after or _backoff(row.attempts)
                lanes.later(tx, row, str(problem), now + wait, unknown=problem.unknown)


def _method(name: str) -> tuple[str, Pace]:
    return name, METHODS[name]


def _backoff(attempts: int) -> timedelta:
    """Exponential with full jitter, at least a fifth of a second."""
    longest = min(_FIRST_WAIT * 2 ** min(attempts, 10), _LONGEST_WAIT)
    return timedelta(seconds=max(0.2, random.uniform(0, longest.total_seconds())))  # noqa: S311 - no secret
