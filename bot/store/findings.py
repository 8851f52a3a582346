"""Findings over time: the newest answer for each, when it was first and last seen to fail, when it was fixed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.alerts.resources import account_of
from bot.store import moments
from bot.store.database import Tx
from checks.model import Finding, Severity, Status

Place = tuple[str, str]
"""A check's id and a region."""

GONE = "It is no longer there."


class News(StrEnum):
    """What an audit learned of a finding."""

    NEW = "new"
    BACK = "back"
    """It had been fixed, and fails again."""
    WORSE = "worse"
    FIXED = "fixed"
    """It passes, or the resource is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding as it now is, and what is new about it."""

    finding: Finding
    news: News


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A finding as it was kept."""

    finding: Finding
    first_seen: datetime | None
    """When it first failed; None: it never did."""
    last_seen: datetime
    changed_at: datetime
    fixed_at: datetime | None
    told: Severity | None
    """The severity that people were told of, or that it had in the first audit of its check and place."""


def get(tx: Tx, finding: str) -> Known | None:
    """What is kept of a finding, by its id."""
    row = next(iter(tx.query("select * from findings where id = ?", [finding])), None)
    return _known(row) if row else None


def failing(tx: Tx, *, account: str = "", check: str = "") -> list[Known]:
    """The findings that fail, the worst first; of one account or check, where named."""
    return [
        _known(row)
        for row in tx.query(
            "select * from findings where status = 'FAIL' and :account in ('', account) and :check in ('', check_id) "
            "order by severity desc, check_id, account, region, resource",
            {"account": account, "check": check},
        )
    ]


def of_check(tx: Tx, check: str) -> list[Finding]:
    """The newest answer of one check for each resource that is still there."""
    rows = tx.query("select * from findings where check_id = ? and reason != ? order by resource", (check, GONE))
    return [of_row(row) for row in rows]


def unknown(tx: Tx) -> list[Finding]:
    """What the newest audits could not judge."""
    return [of_row(row) for row in tx.query("select * from findings where status = 'UNKNOWN' order by id")]


def judged(tx: Tx, account: str) -> frozenset[Place]:
    """Which checks were judged before, and in which regions of the account."""
    return frozenset(tx.execute("select check_id, region from judged where account = ?", (account,)))


def save(
    tx: Tx, account: str, found: Iterable[Finding], covered: Iterable[Place], audit: str, now: datetime
) -> list[Change]:
    """Take in the answers that an audit gave for an account; returns what is new in them.

    `covered` are the checks and regions of which every resource was read: a finding there that got no answer is of
    a resource that is gone. UNKNOWN leaves a failing finding as it was.
    """
    covered = frozenset(covered)
    before = _of_account(tx, account)
    by_id = {f.id: f for f in sorted(found, key=lambda f: (f.status is Status.FAIL, f.severity))}
    changes = [_take(tx, before.get(id_), finding, audit, now) for id_, finding in by_id.items()]
    changes += [
        _lose(tx, known, audit, now)
        for id_, known in before.items()
        if id_ not in by_id and (known.finding.check, known.finding.region) in covered
    ]
    tx.conn.executemany(
        "insert or ignore into judged(account, check_id, region, since) values (?, ?, ?, ?)",
        [(account, check, region, now.isoformat()) for check, region in sorted(covered)],
    )
    return [change for change in changes if change]


def tell(tx: Tx, finding: str, severity: Severity | None) -> None:
    """Note which severity of a finding people know of; None: none any more."""
    tx.execute("update findings set told = ? where id = ?", (severity, finding))


def untold(tx: Tx, account: str) -> list[Change]:
    """The failing findings of an account that people do not know of, or not that they are so bad."""
    rows = tx.query(
        "select * from findings where account = ? and status = 'FAIL' and (told is null or told < severity) "
        "order by severity desc, check_id, region, resource",
        [account],
    )
    return [_untold(_known(row)) for row in rows]


def _untold(known: Known) -> Change:
    new = News.BACK if known.fixed_at else News.NEW
    return Change(finding=known.finding, news=new if known.told is None else News.WORSE)


def _of_account(tx: Tx, account: str) -> dict[str, Known]:
    rows = tx.query("select * from findings where account = ?", [account])
    return {row["id"]: _known(row) for row in rows}


def _take(tx: Tx, before: Known | None, finding: Finding, audit: str, now: datetime) -> Change | None:
    was = before.finding.status if before else None
    if was is Status.FAIL and finding.status is Status.UNKNOWN:
        return None
    change = _change(before, finding)
    first_seen = before.first_seen if before else None
    fixed_at = before.fixed_at if before else None
    if finding.status is Status.FAIL:
        first_seen = first_seen or now
    if change is News.FIXED:
        fixed_at = now
    moved = change or was is not finding.status
    _put(
        tx,
        Known(
            finding=finding,
            first_seen=first_seen,
            last_seen=now,
            changed_at=now if moved or before is None else before.changed_at,
            fixed_at=fixed_at,
            told=before.told if before and was is finding.status else None,
        ),
        audit,
    )
    return Change(finding=finding, news=change) if change else None


def _change(before: Known | None, finding: Finding) -> News | None:
    was = before.finding if before else None
    if finding.status is Status.FAIL:
        if was is None or before is None or before.first_seen is None:
            return News.NEW
        if was.status is not Status.FAIL:
            return News.BACK
        return News.WORSE if finding.severity > was.severity else None
    fixed = was is not None and was.status is Status.FAIL and finding.status is Status.PASS
    return News.FIXED if fixed else None


def _lose(tx: Tx, known: Known, audit: str, now: datetime) -> Change | None:
    """A resource that is gone: if it ever failed, that is fixed now; if not, it is forgotten."""
    if known.first_seen is None:
        tx.execute("delete from findings where id = ?", (known.finding.id,))
        return None
    if known.finding.status is Status.PASS:
        return None
    return _take(tx, known, replace(known.finding, status=Status.PASS, reason=GONE), audit, now)


def watching(tx: Tx, account: str, alarm: str) -> list[str]:
    """The checks of row 3 that the last audit saw `alarm`, an ARN, serve."""
    rows = tx.execute(
        "select check_id, evidence_json from findings where resource = ? and check_id like 'cloudwatch-no-alarm-%' "
        "order by check_id",
        (account_of(account),),
    )
    name = alarm.split(":", 6)[-1]
    told = ((check, json.loads(evidence)) for check, evidence in rows.fetchall())
    return [check for check, facts in told if alarm in facts.get("alarms", ()) or facts.get("alarm") == name]


_PUT = """insert into findings(id, check_id, account, region, resource, status, severity, title, evidence_json, reason,
        first_seen, last_seen, changed_at, fixed_at, told, audit)
    values (:id, :check, :account, :region, :resource, :status, :severity, :title, :evidence, :reason,
        :first_seen, :last_seen, :changed_at, :fixed_at, :told, :audit)
    on conflict(id) do update set status = excluded.status, severity = excluded.severity, title = excluded.title,
        evidence_json = excluded.evidence_json, reason = excluded.reason, first_seen = excluded.first_seen,
        last_seen = excluded.last_seen, changed_at = excluded.changed_at, fixed_at = excluded.fixed_at,
        told = excluded.told, audit = excluded.audit"""


def failing_of(tx: Tx, account: str, resources: Sequence[str], limit: int) -> list[Finding]:
    """The failing findings of those resources, and of the access keys of users among them, the worst first."""
    found: list[Finding] = []
    for resource in resources:
        keys = f"{resource}/access-key/"
        rows = tx.query(
            "select * from findings where (resource = ? or (resource > ? and resource < ?)) and account = ? "
            "and status = 'FAIL' order by severity desc, check_id, region limit ?",
            [resource, keys, f"{keys}~", account, limit],
        )
        found += [of_row(row) for row in rows]
    return sorted(found, key=lambda finding: (-finding.severity, finding.check, finding.resource))[:limit]


def settle(tx: Tx, settled: Iterable[str]) -> None:
    """Let go of findings, by their ids, that are UNKNOWN and that another account's audit judged."""
    tx.conn.executemany("delete from findings where id = ? and status = 'UNKNOWN'", [(one,) for one in settled])


def _put(tx: Tx, known: Known, audit: str) -> None:
    finding = known.finding
    values = {
        "id": finding.id,
        "check": finding.check,
        "account": finding.account,
        "region": finding.region,
        "resource": finding.resource,
        "status": finding.status.value,
        "severity": finding.severity.value,
        "title": finding.title,
        "evidence": json.dumps(finding.evidence, default=str),
        "reason": finding.reason,
        "first_seen": moments.text(known.first_seen),
        "last_seen": known.last_seen.isoformat(),
        "changed_at": known.changed_at.isoformat(),
        "fixed_at": moments.text(known.fixed_at),
        "told": known.told,
        "audit": audit,
    }
    tx.execute(_PUT, values)


def of_row(row: Mapping[str, Any]) -> Finding:
    """The finding in a row of the table."""
    return Finding(
        check=row["check_id"],
        status=Status(row["status"]),
        severity=Severity(row["severity"]),
        account=row["account"],
        region=row["region"],
        resource=row["resource"],
        title=row["title"],
        evidence=json.loads(row["evidence_json"]),
        reason=row["reason"],
    )


def _known(row: Mapping[str, Any]) -> Known:
    return Known(
        finding=of_row(row),
        first_seen=moments.moment(row["first_seen"]),
        last_seen=datetime.fromisoformat(row["last_seen"]),
        changed_at=datetime.fromisoformat(row["changed_at"]),
        fixed_at=moments.moment(row["fixed_at"]),
        told=None if row["told"] is None else Severity(row["told"]),
    )
