"""Audits: who asked for what, how far it is, what it answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.store import moments
from bot.store.database import Tx
from bot.store.findings import Change, News
from checks.inventory import Gap
from checks.model import Finding, Severity, Status


class Kind(StrEnum):
    """Why an audit is run."""

    ADHOC = "adhoc"
    SCHEDULED = "scheduled"
    RECHECK = "recheck"
    """Of one resource, after a fix."""


class State(StrEnum):
    """Where an audit is in its life."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It could not be run at all; `error` says why. What could not be read is among the gaps of one that is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a running audit is."""

    accounts: int = 0
    accounts_done: int = 0
    regions: int = 0
    """Of the accounts that were begun; `global` counts as one."""
    regions_done: int = 0
    checks: int = 0
    failing: int = 0
    """Findings that fail, so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One account as it was audited."""

    account: str
    name: str = ""
    regions: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Regions not looked at, and why not."""
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    """API calls by `service:Operation`."""
    seconds: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A finished audit in numbers."""

    judged: Mapping[str, int] = field(default_factory=dict)
    """By check that ran, how many resources got an answer, nought included; not counting UNKNOWN."""
    statuses: Mapping[Status, int] = field(default_factory=dict)
    severities: Mapping[Severity, int] = field(default_factory=dict)
    """Failures by severity, the worst first."""
    news: Mapping[News, int] = field(default_factory=dict)
    """What changed since the audit before."""
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the operator should look at in the settings."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Of all accounts."""
        return tuple(gap for part in self.parts for gap in part.gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit, as it stands."""

    id: str
    kind: Kind
    selector: str
    """The words by which it was asked for."""
    state: State = State.REQUESTED
    requested_by: str
    """A user's id; empty when it was scheduled."""
    channel: str
    """Where it was asked for; empty when it was scheduled."""
    public: bool = False
    """Whether the answer is for all to see, or for the asker alone."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: Progress = Progress()
    summary: Summary = Summary()
    error: str = ""

    @property
    def key(self) -> str:
        """The key of its message in the outbox."""
        return f"audit:{self.id}"


def add(tx: Tx, audit: Audit) -> None:
    """Keep a new audit."""
    tx.execute(
        "insert into audits(id, kind, selector, state, requested_by, channel, public, created_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            audit.id,
            audit.kind.value,
            audit.selector,
            audit.state.value,
            audit.requested_by,
            audit.channel,
            audit.public,
            audit.created_at.isoformat(),
        ),
    )


def update(tx: Tx, audit: Audit) -> None:
    """Keep how far an audit is."""
    tx.execute(
        "update audits set state = ?, started_at = ?, finished_at = ?, progress_json = ?, summary_json = ?, error = ? "
        "where id = ?",
        (
            audit.state.value,
            moments.text(audit.started_at),
            moments.text(audit.finished_at),
            json.dumps(asdict(audit.progress)),
            json.dumps(_dump(audit.summary)),
            audit.error or None,
            audit.id,
        ),
    )


def get(tx: Tx, id_: str) -> Audit | None:
    """The audit with that id."""
    return next(iter(_select(tx, "id = ?", (id_,))), None)


def waiting(tx: Tx) -> list[Audit]:
    """The audits that are requested or running, in the order of asking."""
    return _select(tx, "state in ('requested', 'running') order by created_at, id")


def last_warnings(tx: Tx) -> tuple[str, ...]:
    """Those of the last audit that looked at everything, or at all that is looked at by schedule."""
    last = _select(tx, "state = 'done' and (kind = 'scheduled' or selector = 'all') order by finished_at desc limit 1")
    return last[0].summary.warnings if last else ()


def results(
    tx: Tx, id_: str, *, status: Status | None = None, news: News | None = None, limit: int = -1, offset: int = 0
) -> list[Finding]:
    """What an audit answered, the worst first; of one status, or what is new in one way, where named."""
    rows = tx.execute(
        "select finding_json from results where audit = :audit and :status in ('', status) "
        "and :news in ('', coalesce(change, '')) "
        "order by severity desc, check_id, account, region, resource limit :limit offset :offset",
        {"audit": id_, "status": status or "", "news": news or "", "limit": limit, "offset": offset},
    )
    return [_load_finding(json.loads(text)) for (text,) in rows]


def save_part(tx: Tx, id_: str, part: Part, findings: Iterable[Finding], changes: Iterable[Change]) -> None:
    """Keep what an audit answered for one account: that account is done with."""
    news = {change.finding.id: change for change in changes}
    answers = {finding.id: finding for finding in findings}
    answers |= {key: change.finding for key, change in news.items() if change.news is News.FIXED}
    tx.conn.executemany(
        "insert or replace into results(audit, finding, check_id, account, region, resource, status, severity, change, "
        "finding_json) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                id_,
                key,
                one.check,
                one.account,
                one.region,
                one.resource,
                one.status.value,
                one.severity.value,
                news[key].news.value if key in news else None,
                json.dumps(asdict(one), default=str),
            )
            for key, one in answers.items()
        ],
    )
    text = json.dumps(asdict(part))
    tx.execute("insert or replace into audited(audit, account, part_json) values (?, ?, ?)", (id_, part.account, text))


def parts(tx: Tx, id_: str) -> tuple[Part, ...]:
    """The accounts that an audit is through with, by id."""
    rows = tx.execute("select part_json from audited where audit = ? order by account", (id_,))
    return tuple(_load_part(json.loads(text)) for (text,) in rows)


def summarise(tx: Tx, id_: str, checks: Iterable[str]) -> Summary:
    """An audit in numbers, from what was kept of it; `checks` are the ids of those that ran."""
    of = {"audit": id_}
    statuses = dict(tx.execute("select status, count(*) from results where audit = :audit group by status", of))
    severities = dict(
        tx.execute(
            "select severity, count(*) from results where audit = :audit and status = 'FAIL' group by severity", of
        )
    )
    judged = dict(
        tx.execute(
            "select check_id, count(*) from results where audit = :audit and status != 'UNKNOWN' group by check_id", of
        )
    )
    news = dict(
        tx.execute(
            "select change, count(*) from results where audit = :audit and change is not null group by change", of
        )
    )
    return Summary(
        judged={check: judged.get(check, 0) for check in checks},
        statuses={status: statuses.get(status.value, 0) for status in Status},
        severities={severity: severities.get(severity.value, 0) for severity in sorted(Severity, reverse=True)},
        news={kind: news.get(kind.value, 0) for kind in News},
        parts=parts(tx, id_),
    )


def of_checks(tx: Tx, id_: str, checks: Iterable[str]) -> list[Finding]:
    """What an audit answered by some checks, in all of its accounts."""
    rows = tx.execute(
        "select finding_json from results where audit = ? and check_id in (select value from json_each(?))",
        (id_, json.dumps(sorted(checks))),
    )
    return [_load_finding(json.loads(text)) for (text,) in rows]


def drop(tx: Tx, id_: str, settled: Iterable[str]) -> None:
    """Take answers, by the ids of their findings, out of an audit."""
    tx.conn.executemany("delete from results where audit = ? and finding = ?", [(id_, one) for one in settled])


def forget(tx: Tx, before: datetime) -> None:
    """Let go of the audits that ended before a moment, with their answers; the findings stay."""
    old = "(select id from audits where finished_at < ?)"
    for table in ("results", "audited"):
        tx.execute(f"delete from {table} where audit in {old}", (before.isoformat(),))  # noqa: S608 - ours
    tx.execute("delete from audits where finished_at < ?", (before.isoformat(),))


def _select(tx: Tx, where: str, values: tuple[Any, ...] = ()) -> list[Audit]:
    return [_audit(row) for row in tx.query(f"select * from audits where {where}", values)]  # noqa: S608 - ours


def _audit(row: Mapping[str, Any]) -> Audit:
    return Audit(
        id=row["id"],
        kind=Kind(row["kind"]),
        selector=row["selector"],
        state=State(row["state"]),
        requested_by=row["requested_by"],
        channel=row["channel"],
        public=bool(row["public"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        started_at=moments.moment(row["started_at"]),
        finished_at=moments.moment(row["finished_at"]),
        progress=Progress(**json.loads(row["progress_json"])),
        summary=_load(json.loads(row["summary_json"])),
        error=row["error"] or "",
    )


def _dump(summary: Summary) -> dict[str, Any]:
    return {
        "judged": dict(summary.judged),
        "statuses": {status.value: number for status, number in summary.statuses.items()},
        "severities": {str(severity): number for severity, number in summary.severities.items()},
        "news": {kind.value: number for kind, number in summary.news.items()},
        "parts": [asdict(part) for part in summary.parts],
        "warnings": list(summary.warnings),
    }


def _load(table: Mapping[str, Any]) -> Summary:
    return Summary(
        judged=table.get("judged", {}),
        statuses={Status(name): number for name, number in table.get("statuses", {}).items()},
        severities={Severity.named(name): number for name, number in table.get("severities", {}).items()},
        news={News(name): number for name, number in table.get("news", {}).items()},
        parts=tuple(_load_part(part) for part in table.get("parts", ())),
        warnings=tuple(table.get("warnings", ())),
    )


def _load_part(table: Mapping[str, Any]) -> Part:
    gaps = tuple(Gap(**gap) for gap in table["gaps"])
    return Part(**{**table, "regions": tuple(table["regions"]), "gaps": gaps})


def _load_finding(table: Mapping[str, Any]) -> Finding:
    return Finding(**{**table, "status": Status(table["status"]), "severity": Severity(table["severity"])})
