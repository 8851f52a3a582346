"""Use case: a drill goes through AWS to Slack as an event would, and is missed by its time when the way is broken.

Its alert needs no queue: it is written here, and the outbox brings it to Slack.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import relay
from bot.alerts import Signal, Source
from bot.aws import drilling
from bot.aws.queue import Queue
from bot.aws.sessions import Sessions
from bot.config import Offline
from bot.errors import AwsError, StoreBusy, StoreError
from bot.intake.drill import event_id
from bot.messages import drill as messages
from bot.routing import route
from bot.services import Services
from bot.store import Store, Tx, drills, events, looks, outbox
from bot.store.drills import Drill
from checks.model import Severity

log = structlog.get_logger(__name__)

KEY = "drill"
"""Of its message in the outbox, the same for all."""
_TYPE = "drill"
_POLL, _IDLE = 1.0, 15.0
"""Seconds between two looks while one is on its way, and while none is: another process may have sent one."""


def request(services: Services, tx: Tx) -> Drill:
    """Ask for a drill by the schedule; the worker sends it as soon as `tx` is committed."""
    drill = begun(services.settings, services.new_id(), "", services.now())
    drills.save(tx, drill)
    return drill


def begun(settings: Offline, id_: str, asked_by: str, now: datetime) -> Drill:
    """A new drill that is due as soon as the settings want."""
    due = now + timedelta(minutes=settings.drill.minutes)
    sample = drilling.SAMPLE if settings.drill.sample_finding else ""
    return Drill(id=id_, asked_by=asked_by, asked_at=now, due_at=due, sample=sample)


def send(drill: Drill, settings: Offline, sessions: Sessions, now: Callable[[], datetime]) -> Drill:
    """Put a drill, kept as it is, on its way; as it then is. Raises AwsError."""
    region, bus, refused = _region(settings, sessions), settings.drill.bus, ""
    account = sessions.caller.account
    if drill.sample:
        try:
            drilling.sample(sessions, region)
        except AwsError as error:
            refused = f", for GuardDuty made no sample finding ({error})"
        else:
            how = f"a sample finding of GuardDuty, {drill.sample}, in {account}, {region}"
            return replace(drill, how=how, sent_at=now())
    drilling.put(sessions, region, bus, {"drill": drill.id, "asked_at": drill.asked_at.isoformat()})
    how = f"an event of source {drilling.SOURCE} on the bus {bus} of {account} in {region}{refused}"
    return replace(drill, how=how, sample="", sent_at=now())


def _region(settings: Offline, sessions: Sessions) -> str:
    return Queue(sessions, settings.aws.queue_url).region


def by_hand(store: Store, settings: Offline, sessions: Sessions, id_: str, now: Callable[[], datetime]) -> Drill:
    """Send a drill from another process than the service, which then follows it. Raises AwsError."""
    drill = begun(settings, id_, "the command line", now())
    with store.write(timeout=30) as tx:
        drills.save(tx, drill)  # before its event can come
    try:
        sent = send(drill, settings, sessions, now)
    except AwsError as error:
        with store.write(timeout=30) as tx:
            drills.note(tx, drill.id, failed_at=now(), why=f"It could not be sent. {error}")
        raise
    with store.write(timeout=30) as tx:
        return _sent(tx, sent)


def work(services: Services, stop: threading.Event) -> None:
    """Send what is asked for, and watch it on its way, until `stop` is set."""
    seen = -1
    while not stop.is_set():
        try:
            busy = tend(services)
        except (StoreBusy, StoreError) as error:
            log.warning("a drill cannot be noted; trying again", reason=str(error))
            busy = True
            stop.wait(_POLL)
        seen = services.store.wait(seen, _POLL if busy else _IDLE)
    services.store.close()


def tend(services: Services) -> bool:
    """Take each drill as far as it has come; whether one is on its way."""
    now = services.now()
    with services.store.read() as tx:
        watched = drills.watched(tx, now)
    for drill in watched:
        if not (drill.sent_at or drill.asked_by or drill.failed_at):
            _send(services, drill)
        else:
            _follow(services, drill, now)
    return any(drill.failed_at is None for drill in watched)


def _send(services: Services, drill: Drill) -> None:
    # a crash between the two sends it again, under the same id
    try:
        sent = send(drill, services.settings, services.aws, services.now)
    except AwsError as error:
        _fail(services, drill, f"It could not be sent. {error}")
    else:
        with services.store.write(timeout=30) as tx:
            _sent(tx, sent)


def _sent(tx: Tx, drill: Drill) -> Drill:
    return drills.note(tx, drill.id, how=drill.how, sample=drill.sample, sent_at=drill.sent_at)


def _follow(services: Services, drill: Drill, now: datetime) -> None:
    with services.store.read() as tx:
        received = events.received(tx, event_id(drill.id))
        posted = outbox.sent_at(tx, KEY) if drill.taken_at else None
    if drill.taken_at is None and received:
        _take(services, drill, received, now)
    elif posted:
        _pass(services, drill, posted, now)
    elif now > drill.due_at and drill.failed_at is None:
        _fail(services, drill, _where(drill))


def _take(services: Services, drill: Drill, received: datetime, now: datetime) -> None:
    """It came off the queue: say so in Slack, which is its last station."""
    signal = replace(_signal(drill, now), severity=Severity.INFO)
    channel = route(services.settings, signal, now).channel
    with services.store.write(timeout=30) as tx:
        drill = drills.note(tx, drill.id, received_at=received, taken_at=now)
        said = messages.passed(drill)
        outbox.message(tx, KEY, channel, said.text, said.blocks, now)
    if drill.finding:
        try:
            drilling.archive(services.aws, _region(services.settings, services.aws), drill.finding)
        except AwsError as error:
            log.warning("the sample finding of a drill could not be archived", reason=str(error))


def _pass(services: Services, drill: Drill, posted: datetime, now: datetime) -> None:
    """It is in Slack: the alert about one that was lost is over."""
    with services.store.write(timeout=30) as tx:
        drill = drills.note(tx, drill.id, posted_at=posted)
        lost = looks.known(tx, Source.PICKET, _TYPE)
        if lost and lost[1].active:
            relay.take(services, tx, replace(_signal(drill, now), active=False, count=0))
    log.info("a drill came through", drill=drill.id, seconds=messages.seconds(drill.sent_at, drill.posted_at))


def _fail(services: Services, drill: Drill, why: str) -> None:
    now = services.now()
    with services.store.write(timeout=30) as tx:
        failed = drills.note(tx, drill.id, failed_at=now, why=why)
        relay.take(services, tx, _signal(failed, now))
    log.error("a drill was lost", drill=drill.id, reason=why)


def _where(drill: Drill) -> str:
    """At which station it was lost, in words."""
    if drill.sent_at is None:
        return f"It was never sent: {drill.asked_by} did not come to it."
    minutes = round((drill.due_at - drill.asked_at).total_seconds() / 60)
    if drill.taken_at is None:
        return f"It was sent as {drill.how}, and did not come off the queue within {minutes} min."
    return f"It came off the queue, and Slack did not take its message within {minutes} min."


def _signal(drill: Drill, at: datetime) -> Signal:
    """The alert that events do not come through, by that drill."""
    return Signal(
        event_id=f"drill:{drill.id}:lost",
        source=Source.PICKET,
        type=_TYPE,
        account="",
        region="global",
        resource="the way from AWS to Slack",
        severity=Severity.HIGH,
        title="A drill did not come through from AWS to Slack",
        at=at,
        member_id=_TYPE,
        adds=True,
        facts={
            "what": f"{drill.why} Alerts of AWS may be lost the same way.".strip(),
            "advice": [
                f"Let the rule that passes AWS's own events from that bus to the queue pass {drilling.SOURCE} too.",
                "Look whether the queue's policy lets EventBridge send to it, and whether the queue is the right one.",
                "The service's own role needs events:PutEvents: picket policy service prints all that it needs.",
                "Then run picket drill, which tries it at once. An empty drill.schedule means no drills.",
            ],
            "end": "a drill came through",
            "last_seen": at.isoformat(),
        },
    )
