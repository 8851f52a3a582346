"""The loop that works off the inbox: what each message says is kept, and its alert moved, in one transaction.

What cannot be read is given up, and so is what Picket fails on each time; either raises an alert, so that nothing
disappears in silence.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot import relay
from bot.alerts import Ignored, Signal, Source
from bot.errors import StoreBusy, StoreError
from bot.intake.facts import Facts
from bot.intake.keep import keep, storable
from bot.intake.parse import Malformed, parse
from bot.intake.shapes import digest
from bot.joining import place
from bot.services import Services
from bot.store import Tx, events, inbox, part
from bot.store.events import Outcome
from bot.store.inbox import Row
from checks.model import Severity

log = structlog.get_logger(__name__)

TRIES = 5
"""Failures after which a message is given up."""
_BATCH = 25
_HOLD = 0.03
"""Seconds for which a batch may hold the writer: a click waits for it, and has one second."""
_BREATH = 0.005
"""Seconds between batches, in which who waits for the writer gets it."""
_IDLE = 5.0
Said = Sequence[Signal | Ignored] | Exception
"""What a message says, or why it could not be read."""
_LONGEST_WAIT = timedelta(minutes=1)


def work(services: Services, stop: threading.Event) -> None:
    """Work off the inbox until `stop` is set; sleeps until something is committed or due."""
    seen = -1
    while not stop.is_set():
        try:
            if work_off(services):
                stop.wait(_BREATH)
                continue
            seen = services.store.wait(seen, _until_due(services))
        except (StoreBusy, StoreError) as error:
            log.warning("the inbox cannot be worked off; trying again", reason=str(error))
            stop.wait(_IDLE)
    services.store.close()


def work_off(services: Services) -> int:
    """One batch, the oldest first; how many there were. Raises StoreBusy and StoreError; then nothing is changed."""
    with services.store.read() as tx:
        rows = inbox.due(tx, services.now(), _BATCH)
    if not rows:
        return 0
    said = [(row, _read(services, row)) for row in rows]  # before the writer is held, for it takes as long as the rest
    done: list[tuple[Row, Exception | None]] = []
    with services.store.write() as tx:
        ends = time.monotonic() + _HOLD
        for row, each in said:
            done.append((row, _take(services, tx, row, each)))
            if time.monotonic() > ends:
                break
    for row, bug in done:  # only now, for a log may be slow and the writer is waited for
        if bug:
            log.error("picket failed on a message", message=row.message, tries=row.tries + 1, exc_info=bug)
    return len(done)


def _until_due(services: Services) -> float:
    now = services.now()
    with services.store.read() as tx:
        due = inbox.next_due(tx, now)
    return min(_IDLE, max(0.01, (due - now).total_seconds())) if due else _IDLE


def _read(services: Services, row: Row) -> Said:
    """What a message says; a fault is judged with those of keeping it."""
    try:
        return parse(row.body, row.received_at, row.message, services.settings.alarms)
    except Exception as fault:  # noqa: BLE001 - judged and logged later
        return fault


def _take(services: Services, tx: Tx, row: Row, said: Said) -> Exception | None:
    """Keep what a message says, or that Picket fails on it; how it failed, when that is a fault of Picket's."""
    fault = said if isinstance(said, Exception) else _keep(services, tx, row, said)
    if fault is None:
        return None
    if isinstance(fault, Malformed):
        return _give_up(services, tx, row, Outcome.MALFORMED, str(fault))
    if row.tries + 1 < TRIES:
        return _try_again(services, tx, row, fault)
    why = f"Picket failed on it {row.tries + 1} times ({type(fault).__name__}: {fault})."
    return _give_up(services, tx, row, Outcome.POISON, why) or fault


def _keep(services: Services, tx: Tx, row: Row, said: Sequence[Signal | Ignored]) -> Exception | None:
    """All that a message says and changes, or nothing of it and how it failed."""
    try:
        with part(tx):
            for each in said:
                keep(services, tx, each, row.body, row.received_at)
            if not said:
                _keep_empty(services, tx, row)
            inbox.done(tx, row)
    except (StoreBusy, StoreError):
        raise  # no fault of the message
    except Exception as bug:  # noqa: BLE001 - logged by `work_off`
        return bug
    return None


def _keep_empty(services: Services, tx: Tx, row: Row) -> None:
    why, id_ = "it holds no event", digest(row.message)
    events.keep(tx, id_, row.body, services.now(), source=Source.UNKNOWN, outcome=Outcome.IGNORED, why=why)


def _try_again(services: Services, tx: Tx, row: Row, bug: Exception) -> Exception:
    wait = min(timedelta(seconds=2 ** min(row.tries, 10)), _LONGEST_WAIT)
    inbox.failed(tx, row, storable(repr(bug)), services.now() + wait)
    return bug


def _give_up(services: Services, tx: Tx, row: Row, outcome: Outcome, why: str) -> Exception | None:
    """Keep the message, raise an alert about it, and leave it for the dead-letter queue; once, however often it came.

    When Picket fails even on that, it is tried again, for ever: better than never told.
    """
    now, id_, why = services.now(), digest(f"{row.message}\n{row.body}"), storable(why)
    try:
        with part(tx):
            if events.known(tx, id_):
                inbox.done(tx, row)
                return None
            signal = place(services.settings, tx, _complaint(row, id_, outcome, why, now))
            relay.take(services, tx, signal)
            events.keep(tx, id_, row.body, now, source=Source.PICKET, outcome=outcome, alert=signal.alert_id, why=why)
            inbox.give_up(tx, row, why, now)
    except (StoreBusy, StoreError):
        raise
    except Exception as bug:  # noqa: BLE001 - logged by `work_off`
        return _try_again(services, tx, row, bug)
    log.error("a message was given up", message=row.message, outcome=str(outcome), reason=why)
    return None


def _complaint(row: Row, id_: str, outcome: Outcome, why: str, now: datetime) -> Signal:
    title = {
        Outcome.MALFORMED: "An event from AWS cannot be read",
        Outcome.POISON: "Picket cannot work on an event from AWS",
    }[outcome]
    facts: Facts = {
        "what": f"{why} It is kept in Picket's store, and in the dead-letter queue where there is one.",
        "details": [["Message", row.message], ["Begins", row.body[:150]]],
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
        raw={"message": row.message, "why": why, "body": row.body},
    )
