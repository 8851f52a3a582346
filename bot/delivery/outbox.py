"""The loop that empties the outbox: in order within a channel, paced, and each row until Slack has answered."""

from __future__ import annotations

import random
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.delivery.pacing import METHODS, POSTS, Pacer
from bot.delivery.slack import Refused, Retry, Slack
from bot.errors import StoreBusy
from bot.services import Services
from bot.store import outbox
from bot.store.outbox import Kind, Row

log = structlog.get_logger(__name__)

GIVE_UP = timedelta(hours=24)
"""A row that failed for so long is a dead letter."""
_IDLE = 5.0
_WORKERS = 4
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=1)


@dataclass(slots=True)
class Outbox:
    """Delivers for as long as `run` runs; one for each state file."""

    services: Services
    slack: Slack
    _pacer: Pacer = field(default_factory=Pacer)
    _busy: dict[str, Future[None]] = field(default_factory=dict)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; what is in hand is finished."""
        store, seen = self.services.store, -1
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="outbox") as pool:
            while not stop.is_set():
                seen = store.wait(seen, self._start_what_is_due(pool, seen))
        store.close()

    def _start_what_is_due(self, pool: ThreadPoolExecutor, seen: int) -> float:
        """Start the rows that may be sent now; seconds until the next one may."""
        now = self.services.now()
        self._busy = {lane: call for lane, call in self._busy.items() if not call.done()}
        with self.services.store.read() as tx:
            rows, upcoming = outbox.due(tx, now), outbox.next_due(tx, now)
        sleep = timedelta(seconds=_IDLE)
        if upcoming:
            sleep = min(sleep, upcoming - now)
        for row in rows:
            if row.lane in self._busy:
                continue
            wait = self._paced(row, now)
            if wait:
                sleep = min(sleep, wait)
            else:
                self._busy[row.lane] = pool.submit(self._send, row.id)
        return max(sleep.total_seconds(), 0.01)

    def _paced(self, row: Row, now: datetime) -> timedelta:
        if row.kind is Kind.HOME:
            return self._pacer.wait("views.publish", METHODS["views.publish"], now)
        if row.kind is Kind.EPHEMERAL:
            return self._pacer.wait("chat.postEphemeral", METHODS["chat.postEphemeral"], now)
        with self.services.store.read() as tx:
            edit = row.kind is Kind.MESSAGE and outbox.place(tx, row.key) is not None
        if edit:
            return self._pacer.wait("chat.update", METHODS["chat.update"], now)
        if row.kind is Kind.FILE:
            return self._pacer.wait("files", METHODS["files"], now)
        return self._pacer.wait(row.channel, POSTS, now)

    def _send(self, row_id: int) -> None:
        """One attempt: the intent is committed before the call, the outcome after it."""
        store, now = self.services.store, self.services.now
        try:
            with store.write() as tx:
                row = outbox.begin(tx, row_id, now())
                if row is None:
                    return
                place = outbox.place(tx, row.key)
                parent = outbox.place(tx, row.parent) if row.parent else None
            try:
                place = self.slack.deliver(row, place, parent)
            except Retry as problem:
                self._put_off(row, problem)
            except Refused as problem:
                log.warning("slack refused a message", key=row.key, reason=str(problem))
                with store.write() as tx:
                    outbox.dead(tx, row, str(problem), now())
            except Exception as bug:
                log.exception("the outbox failed on a row", key=row.key)
                self._put_off(row, Retry(f"a fault of Picket: {bug!r}", _LONGEST_WAIT, unknown=True))
            else:
                with store.write() as tx:
                    outbox.sent(tx, row, now(), place)
        except StoreBusy as problem:
            log.warning("outbox could not note an outcome; it will look before repeating", reason=str(problem))

    def _put_off(self, row: Row, problem: Retry) -> None:
        now = self.services.now()
        log.warning("slack did not take a message yet", key=row.key, reason=str(problem), attempt=row.attempts)
        with self.services.store.write() as tx:
            if now - row.created_at > GIVE_UP:
                outbox.dead(tx, row, str(problem), now)
            else:
                wait = problem.after or _backoff(row.attempts)
                outbox.later(tx, row, str(problem), now + wait, unknown=problem.unknown)


def _backoff(attempts: int) -> timedelta:
    """Exponential with full jitter, at least a fifth of a second."""
    longest = min(_FIRST_WAIT * 2 ** min(attempts, 10), _LONGEST_WAIT)
    return timedelta(seconds=max(0.2, random.uniform(0, longest.total_seconds())))  # noqa: S311 - no secret
