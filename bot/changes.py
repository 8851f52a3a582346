"""What an audit learned: kept as findings, and told to the rest of Picket as signals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bot.alerts import Signal, Source
from bot.joining import place
from bot.messages.evidence import words
from bot.services import Services
from bot.store import Tx, alerts, findings
from bot.store.audits import Audit, Kind
from bot.store.findings import Change, News
from bot.tasks import AccountResult
from checks.catalog import CATALOG
from checks.model import Finding, Status

Receive = Callable[[Services, Tx, Signal], object]
"""The one way in for signals."""


def signals(changes: Iterable[Change], audit: str, at: datetime) -> list[Signal]:
    """What the rest of Picket is told of changed findings: the new and the worse, and the end of what was fixed."""
    return [_signal(change, audit, at) for change in changes]


def _signal(change: Change, audit: str, at: datetime) -> Signal:
    finding, over = change.finding, change.news is News.FIXED
    check = CATALOG.get(finding.check)
    details = [[key.replace("_", " ").capitalize(), words(value)] for key, value in finding.evidence.items()]
    facts: dict[str, Any] = {
        "evidence": dict(finding.evidence),  # for the remedies
        "what": check.why if check else finding.title,
        "details": details,
        "advice": [check.fix] if check else [],
    }
    if over:
        facts["end"] = finding.reason or "The check passes now."
    return Signal(
        event_id=f"audit:{audit}:{finding.id}",
        source=Source.AUDIT,
        type=finding.check,
        account=finding.account,
        region=finding.region,
        resource=finding.resource,
        severity=finding.severity,
        title=finding.title,
        at=at,
        member_id=finding.id,
        active=not over,
        facts=facts,
    )


def take_in(
    services: Services,
    tx: Tx,
    result: AccountResult,
    audit: Audit,
    receive: Receive | None,
    admits: Callable[[Finding], bool] = lambda _: True,
) -> list[Change]:
    """Keep an account's answers, and raise or end the alerts that they call for; returns what changed.

    An alert is raised by a scheduled audit for what people were not told of before, whoever noticed it first, and
    what it `admits`. What the first audit of a check in a region finds is the baseline: that audit's summary tells it.
    """
    now = services.now()
    before = findings.judged(tx, result.account)
    changes = findings.save(tx, result.account, result.findings, result.covered, audit.id, now)
    failing = {finding.id: finding for finding in result.findings if finding.status is Status.FAIL}
    for finding in failing.values():
        if (finding.check, finding.region) not in before:
            findings.tell(tx, finding.id, finding.severity)
    due = [change for change in changes if change.news is News.FIXED]
    if audit.kind is Kind.SCHEDULED:
        due += [c for c in findings.untold(tx, result.account) if c.finding.id in failing and admits(c.finding)]
    for change, signal in zip(due, signals(due, audit.id, now), strict=True):
        placed = place(services.settings, tx, signal)
        if receive and (signal.active or alerts.get(tx, placed.alert_id)):
            receive(services, tx, placed)
        if signal.active:
            findings.tell(tx, change.finding.id, change.finding.severity)
    return changes
