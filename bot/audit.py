"""Use case: an audit is asked for, run account by account, kept, and told of; what changed becomes signals."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot import roster, tasks
from bot.accepted import Accepted, within
from bot.changes import Receive, take_in
from bot.errors import PicketError, StoreBusy
from bot.security_hub import Importer
from bot.services import Services
from bot.store import Tx, audits, findings
from bot.store.audits import Audit, Kind, Part, Progress, State
from bot.store.findings import Change, News
from bot.tasks import EVERYWHERE, AccountResult, Run, Step, Task, in_processes
from checks.catalog import CATALOG
from checks.elsewhere import is_shared, judged_elsewhere
from checks.model import Check, Finding, Status
from checks.selection import Selection, SelectionError

log = structlog.get_logger(__name__)

EVERY = 1.5
"""Seconds between two tellings of how far an audit is; Slack takes about one edit a second."""

KEPT = timedelta(days=90)
"""How long the answers of an audit can be paged through and downloaded again."""


class Announcer(Protocol):
    """Tells people of an audit, in the transaction that moves it."""

    def progress(self, tx: Tx, audit: Audit) -> None:
        """It waits, begins, or has come further."""

    def finished(self, tx: Tx, audit: Audit) -> None:
        """It is done, or has failed."""


def request(
    tx: Tx,
    id_: str,
    selector: str,
    *,
    requested_by: str,
    channel: str,
    public: bool,
    now: datetime,
    kind: Kind = Kind.ADHOC,
) -> Audit:
    """Ask for an audit; the worker takes it up as soon as `tx` is committed.

    `selector` is taken as it is: parse it first, so that a wrong word is answered where it was typed.
    """
    audit = Audit(
        id=id_,
        kind=kind,
        selector=selector,
        requested_by=requested_by,
        channel=channel,
        public=public,
        created_at=now,
    )
    audits.add(tx, audit)
    return audit


def request_scheduled(services: Services, tx: Tx) -> Audit | None:
    """Ask for the audit of the settings; None when the one before is still waiting or running."""
    if any(audit.kind is Kind.SCHEDULED for audit in audits.waiting(tx)):
        return None
    selector = services.settings.audits.selector
    now, id_ = services.now(), services.new_id()
    return request(tx, id_, selector, requested_by="", channel="", public=True, now=now, kind=Kind.SCHEDULED)


def work(
    services: Services,
    stop: threading.Event,
    announcer: Announcer,
    *,
    run: Run = in_processes,
    receive: Receive | None = None,
) -> None:
    """Run the audits that are asked for, one after the other, until `stop` is set.

    One that a crash or a stop cut short comes first; accounts that it was through with are not read again.
    """
    _enrol(services)
    worker = Worker(services, stop, announcer, run, receive)
    while not stop.is_set():
        seen = services.store.wait(-1, 0)
        with services.store.read() as tx:
            waiting = audits.waiting(tx)
        if waiting:
            worker.audit(waiting[0])
        else:
            services.store.wait(seen, 1.0)


def _enrol(services: Services) -> None:
    """At the start; where that fails, each audit tries again and says so."""
    if services.written.aws.organization.enabled:
        try:
            roster.refresh(services)
        except PicketError as error:
            log.warning("the accounts of the organisation are not known yet", why=str(error))


@dataclass
class Worker:
    """Runs audits; `audit` is one of them from the first account to the summary."""

    services: Services
    stop: threading.Event
    announcer: Announcer
    run: Run
    receive: Receive | None = None

    def audit(self, audit: Audit) -> None:
        """Run it and keep what came of it; what stops it as a whole is its `error`. Returns early on `stop`."""
        try:
            self._through(audit)
        except tasks.Interrupted:
            log.info("an audit was interrupted", audit=audit.id)
        except (PicketError, SelectionError) as error:
            self._fail(audit, str(error))
        except Exception:
            log.exception("an audit failed", audit=audit.id)
            self._fail(audit, f"That is a fault of Picket; it is logged with audit {audit.id}.")

    def _through(self, audit: Audit) -> None:
        services = self.services
        enrolment = roster.refresh(services)
        settings = services.settings
        selection = settings.select(audit.selector)
        chosen = [a for a in enrolment.accounts if selection.admits_account(a.id, a.name)]
        judged = {account.id: selection.checks(CATALOG, settings.for_judging(account)) for account in chosen}
        checks = [check for check in CATALOG.values() if any(check in some for some in judged.values())]
        if not checks:
            raise PicketError("There is nothing to audit: no account or no check that is switched on was chosen.")
        with services.store.write(timeout=30) as tx:
            done = {part.account for part in audits.parts(tx, audit.id)}
            began = audit.started_at or services.now()
            start = Progress(accounts=len(chosen), accounts_done=len(done), checks=len(checks))
            audit = replace(audit, state=State.RUNNING, started_at=began, progress=start)
            audits.update(tx, audit)
            self.announcer.progress(tx, audit)
        todo = [
            Task(
                aws=settings.aws,
                account=account,
                checks=tuple(check.id for check in judged[account.id]),
                regions=selection.regions,
                settings=settings.for_judging(account),
                suppressions=settings.accepted(),
                at=services.now(),
            )
            for account in chosen
            if account.id not in done and judged[account.id]
        ]
        accepted = Accepted(
            suppressions=settings.accepted(),
            within=within(settings, selection, {one.id for one in checks}, {a.id for a in chosen}),
        )
        hub = None
        if settings.security_hub.enabled and audit.kind is Kind.SCHEDULED:
            hub = Importer.of(settings, services.aws, services.now())
        meter = _Meter(self, audit)
        for result in self.run(todo, meter.step, self.stop) if todo else ():
            asked = self._save(audit, selection, result)
            accepted.add(result.accepted, asked)
            if hub:  # what another account owns is imported by that one
                hub.account(result, [finding for finding in asked if not finding.by_nature], selection)
            meter.done(result, asked)
        # what an audit saw before it was cut short is not known any more
        warnings = accepted.warnings(services.now().date(), through=not done)
        refused = hub.troubles() if hub else []
        self._finish(meter.now(), checks, (*enrolment.warnings, *warnings, *refused))

    def _save(self, audit: Audit, selection: Selection, result: AccountResult) -> tuple[Finding, ...]:
        """Keep an account's answers and what they change, in one transaction; returns those that were asked for."""
        asked = tuple(f for f in result.findings if f.region == EVERYWHERE or selection.admits(f))
        part = Part(
            account=result.account,
            name=result.name,
            regions=result.regions,
            left_out=result.left_out,
            gaps=result.gaps,
            calls=result.calls,
            seconds=result.seconds,
        )
        with self.services.store.write(timeout=30) as tx:
            changes = take_in(self.services, tx, result, audit, self.receive, selection.admits)
            shown = {finding.id for finding in asked}
            audits.save_part(tx, audit.id, part, asked, [c for c in changes if self._shown(c, shown, selection)])
        return asked

    @staticmethod
    def _shown(change: Change, asked: set[str], selection: Selection) -> bool:
        return change.finding.id in asked or (change.news is News.FIXED and selection.admits(change.finding))

    def _finish(self, audit: Audit, checks: Sequence[Check], warnings: Iterable[str]) -> None:
        now = self.services.now()
        with self.services.store.write(timeout=30) as tx:
            settled = judged_elsewhere(audits.of_checks(tx, audit.id, [c.id for c in checks if is_shared(c)]))
            audits.drop(tx, audit.id, settled)
            findings.settle(tx, settled)
            summary = audits.summarise(tx, audit.id, [check.id for check in checks])
            summary = replace(summary, warnings=tuple(warnings))
            kept = replace(audit, state=State.DONE, finished_at=now, summary=summary)
            audits.update(tx, kept)
            self.announcer.finished(tx, kept)
            audits.forget(tx, now - KEPT)
        log.info("an audit is done", audit=audit.id, seconds=(now - (audit.started_at or now)).total_seconds())

    def _fail(self, audit: Audit, why: str) -> None:
        with self.services.store.write(timeout=30) as tx:
            kept = audits.get(tx, audit.id) or audit
            kept = replace(kept, state=State.FAILED, finished_at=self.services.now(), error=why)
            audits.update(tx, kept)
            self.announcer.finished(tx, kept)
        log.warning("an audit could not be done", audit=audit.id, why=why)


@dataclass
class _Meter:
    """How far an audit is, told now and then."""

    worker: Worker
    audit: Audit
    steps: dict[str, Step] = field(default_factory=dict)
    told: float = field(default_factory=time.monotonic)

    def step(self, step: Step) -> None:
        """An account came further."""
        self.steps[step.account] = step
        self._tell()

    def done(self, result: AccountResult, asked: Iterable[Finding]) -> None:
        """An account is through."""
        before = self.audit.progress
        failing = sum(finding.status is Status.FAIL for finding in asked)
        progress = replace(before, accounts_done=before.accounts_done + 1, failing=before.failing + failing)
        self.audit = replace(self.audit, progress=progress)
        self._tell()

    def now(self) -> Audit:
        """The audit with how far it is."""
        regions = sum(step.regions for step in self.steps.values())
        done = sum(step.regions_done for step in self.steps.values())
        return replace(self.audit, progress=replace(self.audit.progress, regions=regions, regions_done=done))

    def _tell(self) -> None:
        if time.monotonic() - self.told < EVERY:
            return
        self.told = time.monotonic()
        audit = self.now()
        try:
            with self.worker.services.store.write(timeout=1) as tx:
                audits.update(tx, audit)
                self.worker.announcer.progress(tx, audit)
        except StoreBusy:
            log.info("how far an audit is was not told: the state file was busy", audit=audit.id)
