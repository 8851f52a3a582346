"""Judging an inventory: one finding for each check and resource, whatever goes wrong in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from checks.inventory import Gap, GapError, Inventory, Record, View
from checks.inventory.account import Account
from checks.model import (
    Accepted,
    Check,
    Evidence,
    Finding,
    LeftOut,
    NotApplicable,
    Problem,
    Severity,
    Status,
    Unknown,
    Verdict,
)
from checks.settings import CheckSettings


def judge(inventory: Inventory, checks: Iterable[Check], settings: CheckSettings) -> Iterator[Finding]:
    """The findings of `checks` over `inventory`, check by check; those that `settings` switch off are left out.

    Where the records that a check judges could not be read in a region, it gives one UNKNOWN there, for the
    account. A check that fails by a bug gives an UNKNOWN that says so, and the others go on.
    """
    for one in checks:
        if one.id not in settings.disabled:
            yield from _judge_one(inventory, one, settings)


def _judge_one(inventory: Inventory, check: Check, settings: CheckSettings) -> Iterator[Finding]:
    view = View(inventory=inventory, settings=settings, allowed=frozenset((*check.judges, *check.reads)))
    account = Account(id=inventory.account, partition=inventory.partition)
    judged = {kind.__name__ for kind in check.judges}
    missing = {gap.region: gap for gap in reversed(inventory.gaps) if gap.record in judged}
    for region in sorted(missing):
        yield _finding(check, view, account.arn, region, _of_gap(missing[region]))
    for kind in check.judges:
        for resource in inventory.of(kind):
            verdict = _verdict(check, resource, view)
            if not isinstance(verdict, NotApplicable):
                yield _finding(check, view, resource.arn, resource.region, verdict)


@dataclass(frozen=True, slots=True)
class _Missing(Unknown):
    """An Unknown that comes from a gap, with what is missing for machines to read."""

    evidence: Mapping[str, str] = field(default_factory=dict)


def _of_gap(gap: Gap) -> _Missing:
    facts = {"not_read": gap.record, "region": gap.region, "missing_permission": gap.permission}
    return _Missing(gap.text, gap.by_nature, {key: value for key, value in facts.items() if value})


def _verdict(check: Check, resource: Record, view: View) -> Verdict:
    try:
        return check.judge(resource, view)
    except GapError as error:
        return _of_gap(error.gap)
    except Exception as error:  # noqa: BLE001 - one check's bug must not lose the audit
        what = f"{type(error).__name__}: {error}"
        return Unknown(f"this check failed on {resource.arn}: a fault of Picket; please report it ({what})")


def _finding(check: Check, view: View, resource: str, region: str, verdict: Verdict) -> Finding:
    status, severity, reason, by_nature = Status.PASS, check.severity, "", False
    evidence: Evidence = {}
    match verdict:
        case Problem():
            status, evidence, severity = Status.FAIL, verdict.evidence, verdict.severity or check.severity
        case Unknown():
            status, reason, by_nature = Status.UNKNOWN, verdict.reason, verdict.by_nature
            evidence = verdict.evidence if isinstance(verdict, _Missing) else {}
        case LeftOut():
            status, reason = Status.MUTED, verdict.reason
        case Accepted():
            evidence = verdict.evidence
    return Finding(
        check=check.id,
        status=status,
        severity=adjusted(check, severity, view.settings),
        account=view.account,
        region=region,
        resource=resource,
        title=check.title,
        evidence=evidence,
        reason=reason,
        by_nature=by_nature,
    )


def adjusted(check: Check, severity: Severity, settings: CheckSettings) -> Severity:
    """A verdict's severity where the operator set another for the check: as many steps from it as before."""
    word = settings.severity.get(check.id)
    if word is None:
        return severity
    own = Severity.named(word)
    if severity <= check.severity:
        return own.lowered(check.severity - severity)
    return Severity(min(own + severity - check.severity, Severity.CRITICAL))
