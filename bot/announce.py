"""Use case: tell of an audit: its progress, its result, its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.attachments import File
from bot.messages import audit as messages
from bot.offers import offers
from bot.services import Services
from bot.store import Tx, attachments, audits, changes, outbox
from bot.store.audits import Audit, State
from checks.model import Finding, Status

if TYPE_CHECKING:
    from bot.messages.text import Message

CSV, HTML = "audit-csv", "audit-html"
"""Name `csv_file` and `html_file` among the makers of attachments."""
_LONG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Announcements:
    """Tells people of audits, in the transaction of what is told.

    One that somebody asked for is told where it was asked for, or to the asker alone. One by schedule is told by the
    alerts that it raises; its own message comes only for what it found first (a baseline raises no alert) or when it
    could not be run, in the channel of the last route.
    """

    services: Services

    def progress(self, tx: Tx, audit: Audit) -> None:
        """Say, or say anew, how far it is."""
        if audit.requested_by:
            self._say(tx, audit, messages.progress(audit, self.services.now()))

    def finished(self, tx: Tx, audit: Audit) -> None:
        """Say what it found, or why it could not be run; the files follow in the thread."""
        if audit.state is not State.DONE:
            self._say(tx, audit, messages.failed(audit))
            return
        changed = changes.of(tx, audit)
        if not audit.requested_by and changed is not None and not changed.first:
            return
        self.page(tx, audit, 1)
        now = self.services.now()
        for maker in (CSV, HTML):
            attachments.want(tx, f"{audit.key}:{maker}", maker, audit.key, now)
        if audit.requested_by and messages.elapsed(audit) > _LONG:
            said = messages.done(audit)
            outbox.message(tx, f"{audit.key}:done", "", said.text, said.blocks, now, parent=audit.key)

    def page(self, tx: Tx, audit: Audit, page: int) -> None:
        """Turn its message to `page`, for all who see it."""
        settings = self.services.settings
        result = messages.Result(
            audit=audit,
            failing=audits.results(tx, audit.id, status=Status.FAIL),
            unknown=audits.results(tx, audit.id, status=Status.UNKNOWN),
            changes=changes.of(tx, audit),
        )

        def offered(finding: Finding) -> tuple[tuple[str, str], ...]:
            return offers(finding, settings)

        self._say(tx, audit, messages.summary(result, offered, settings.account_name, page))

    def _say(self, tx: Tx, audit: Audit, message: Message) -> None:
        channel = destination(audit) or self.services.settings.routes[-1].channel
        outbox.message(tx, audit.key, channel, message.text, message.blocks, self.services.now())


def destination(audit: Audit) -> str:
    """Where an audit that was asked for is told of: its channel, or the asker alone; empty for a scheduled one."""
    return audit.channel if audit.public else audit.requested_by


def csv_file(services: Services, key: str) -> File:
    """The CSV for the thread of the audit whose message is `key`."""
    from bot.reports import csv

    audit, findings = _whole(services, key)
    content = csv.render(findings, services.settings.account_name)
    return File(filename=f"{_name(audit)}.csv", title=f"Audit of {audit.selector}, as CSV"[:200], content=content)


def html_file(services: Services, key: str) -> File:
    """The HTML page for the thread of the audit whose message is `key`."""
    from bot.reports import html
    from checks.catalog import CATALOG

    audit, findings = _whole(services, key)
    accounts = ", ".join(part.name or part.account for part in audit.summary.parts) or "no account"
    unknown = {f.check for f in findings if f.status is Status.UNKNOWN}
    report = html.Report(
        title=f"Audit of {audit.selector}"[:200],
        finished_at=audit.finished_at or audit.created_at,
        scope=f"{len(audit.summary.judged)} checks over {accounts}",
        findings=findings,
        checks=CATALOG,
        account_names={f.account: services.settings.account_name(f.account) for f in findings},
        nothing_judged=[c for c, number in audit.summary.judged.items() if not number and c not in unknown],
    )
    return File(filename=f"{_name(audit)}.html", title=report.title + ", as a page", content=html.render(report))


def _whole(services: Services, key: str) -> tuple[Audit, list[Finding]]:
    with services.store.read() as tx:
        audit = audits.get(tx, key.removeprefix("audit:"))
        if audit is None:
            raise LookupError(f"there is no audit for the message {key}")
        return audit, audits.results(tx, audit.id)


def _name(audit: Audit) -> str:
    return f"audit-{audit.finished_at or audit.created_at:%Y-%m-%d-%H%M}-{audit.id}"
