"""The loop that works off the inbox: what each message says is kept, and its alert moved, in one transaction.

What cannot be read is given up, and so is what Picket fails on each time; either raises an alert, so that nothing
disappears in silence.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import structlog

from bot import relay
from bot.alerts import Signal, Source
from bot.errors import StoreBusy, StoreError
from bot.intake.facts import Facts
from bot.intake.keep import keep
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
_BATCH = 50
_HOLD = 0.1
"""Seconds for which a batch may hold the writer: a click waits for it, and has one second."""
_BREATH = 0.005
"""Seconds between batches, in which who waits for the writer gets it."""
_IDLE = 5.0
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
        if not inbox.due(tx, services.now(), 1):
            return 0
    done: list[tuple[Row, Exception | None]] = []
    with services.store.write() as tx:
        ends = time.monotonic() + _HOLD
        for row in inbox.due(tx, services.now(), _BATCH):
            done.append((row, _take(services, tx, row)))
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


def _take(services: Services, tx: Tx, row: Row) -> Exception | None:
    """All that a message says and changes, or that Picket failed on it, and how."""
    try:
        with part(tx):
            _understand(services, tx, row)
            inbox.done(tx, row)
    except (StoreBusy, StoreError):
        raise  # no fault of the message
    except Malformed as fault:
        return _give_up(services, tx, row, Outcome.MALFORMED, str(fault))
    except Exception as bug:  # noqa: BLE001 - logged by `work_off`
        if row.tries + 1 < TRIES:
            return _try_again(services, tx, row, bug)
        why = f"Picket failed on it {row.tries + 1} times ({type(bug).__name__}: {bug})."
        return _give_up(services, tx, row, Outcome.POISON, why) or bug
    return None


def _understand(services: Services, tx: Tx, row: Row) -> None:
    said = parse(row.body, row.received_at, row.message, services.settings.alarms)
    for each in said:
        keep(services, tx, each, row.body, row.received_at)
    if not said:
        why, id_ = "it holds no event", digest(row.message)
        events.keep(tx, id_, row.body, services.now(), source=Source.UNKNOWN, outcome=Outcome.IGNORED, why=why)


def _try_again(services: Services, tx: Tx, row: Row, bug: Exception) -> Exception:
    wait = min(timedelta(seconds=2 ** min(row.tries, 10)), _LONGEST_WAIT)
    inbox.failed(tx, row, repr(bug), services.now() + wait)
    return bug


def _give_up(services: Services, tx: Tx, row: Row, outcome: Outcome, why: str) -> Exception | None:
    """Keep the message, raise an alert about it, and leave it for the dead-letter queue; once, however often it came.

    When Picket fails even on that, it is tried again, for ever: better than never told.
    """
    now, id_ = services.now(), digest(f"{row.message}\n{row.body}")
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
