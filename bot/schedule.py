"""The APScheduler jobs: each calls one use case.

The scheduler keeps nothing: which slots were served stands in the state file, so that a restart, a sleep or a clock
that jumps can neither skip nor double one. A slot is the moment at which a cron line fires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from bot import audit, bulk, config, digest, drill, escalation, names, relay, reminders, retention, rollup, snoozing
from bot.cron import latest
from bot.errors import PicketError
from bot.services import Services
from bot.store import Tx, slots

log = structlog.get_logger(__name__)

CATCH_UP = timedelta(hours=12)
"""A slot that was missed by no more than this is served late; an older one is let go."""

Serve = Callable[[Tx, datetime], None]
"""Does the work of a slot in the transaction that claims it."""


def latest_slot(cron: str, zone: str, now: datetime) -> datetime | None:
    """The last moment not after `now` at which `cron` fired in `zone`, within CATCH_UP."""
    return latest(cron, zone, now, CATCH_UP)


class Schedule:
    """Runs the timed jobs; `jobs` are further ones, run once a minute."""

    def __init__(self, services: Services, jobs: Iterable[Callable[[], None]] = ()) -> None:
        self.services = services
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1}
        )
        self._scheduler.add_listener(_complain, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        for often in (bulk.go_on, rollup.tend):
            every = f"*/{rollup.EVERY}"
            self._scheduler.add_job(partial(often, services), "cron", second=every, next_run_time=services.now())
        timed = (
            relay.wake_due,
            snoozing.end_due,
            reminders.remind_due,
            escalation.escalate_due,
            names.learn,
            retention.forget_due,
        )
        for job in (self.tick, *(partial(each, services) for each in timed), *jobs):
            self._scheduler.add_job(job, "cron", second=0, next_run_time=services.now())

    def start(self) -> None:
        """Begin; slots that passed before the very first start are not served."""
        self._claim_the_past()
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the job in hand."""
        self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        """Serve every slot that has come and was not served."""
        now = self.services.now()
        for job, (slot, serve) in self._due(now).items():
            with self.services.store.write() as tx:
                mine = slots.claim(tx, job, slot.isoformat(), now)
                if mine:
                    serve(tx, slot)
            if mine:
                log.info("a scheduled slot was served", job=job, slot=slot.isoformat())

    def _due(self, now: datetime) -> dict[str, tuple[datetime, Serve]]:
        settings = self.services.settings
        due: dict[str, tuple[datetime, Serve]] = {}
        for wanted in settings.digests:
            if slot := latest_slot(wanted.schedule, wanted.time_zone, now):
                due[f"digest:{wanted.channel}:{wanted.schedule}"] = (slot, self._digest(wanted))
        if settings.audits.schedule and (slot := latest_slot(settings.audits.schedule, settings.audits.time_zone, now)):
            due["audit"] = (slot, self._audit)
        drills = settings.drill.schedule if settings.aws.queue_url else ""
        if drills and (slot := latest_slot(drills, settings.drill.time_zone, now)):
            due["drill"] = (slot, self._drill)
        return due

    def _digest(self, wanted: config.Digest) -> Serve:
        return lambda tx, slot: digest.post(self.services, tx, wanted, slot)

    def _drill(self, tx: Tx, _slot: datetime) -> None:
        drill.request(self.services, tx)

    def _audit(self, tx: Tx, _slot: datetime) -> None:
        audit.request_scheduled(self.services, tx)

    def _claim_the_past(self) -> None:
        now = self.services.now()
        for job, (slot, _) in self._due(now).items():
            with self.services.store.write() as tx:
                if not slots.known(tx, job):
                    slots.claim(tx, job, slot.isoformat(), now)


def _complain(event: JobExecutionEvent) -> None:
    if isinstance(event.exception, PicketError):
        log.warning("a scheduled job did not succeed; it is tried again", reason=str(event.exception))
    else:
        log.error("a scheduled job failed or was missed", job=event.job_id, exc_info=event.exception)
