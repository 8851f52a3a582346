"""What a digest tells, as of a moment: alerts, findings, gaps, and the days of the trend.

Everything that has a date in the state file is counted as of `until`, so that a digest posted late says what it
would have said in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.chart import Day
from bot.store import findings
from bot.store.database import Tx
from checks.folding import GapLine, fold_gaps
from checks.model import Finding, Severity


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in one line. `at` and `by` belong to what the line is about: opened, resolved, acknowledged, wakes."""

    id: str
    severity: Severity
    title: str
    account: str
    region: str
    channel: str
    at: datetime
    by: str | None = None


def opened(tx: Tx, since: datetime, until: datetime) -> list[AlertLine]:
    """Alerts that came in, the worst first."""
    return _alerts(tx, "opened_at", "null", "opened_at > ? and opened_at <= ?", (since, until))


def resolved(tx: Tx, since: datetime, until: datetime) -> list[AlertLine]:
    """Alerts that were resolved, the worst first."""
    return _alerts(tx, "resolved_at", "resolved_by", "resolved_at > ? and resolved_at <= ?", (since, until))


def untouched(tx: Tx, before: datetime) -> list[AlertLine]:
    """Alerts that somebody acknowledged at `before` or earlier and that are not resolved."""
    where = "state = 'acknowledged' and acknowledged_at <= ?"
    return _alerts(tx, "acknowledged_at", "acknowledged_by", where, (before,))


def waking(tx: Tx, since: datetime, until: datetime) -> list[AlertLine]:
    """Alerts whose snooze ends."""
    where = "state = 'snoozed' and snoozed_until > ? and snoozed_until <= ?"
    return _alerts(tx, "snoozed_until", "snoozed_by", where, (since, until))


def _alerts(tx: Tx, at: str, by: str, where: str, times: Iterable[datetime]) -> list[AlertLine]:
    return alert_lines(tx, at, by, f"{where} order by severity desc, {at}, id", [time.isoformat() for time in times])


def alert_lines(tx: Tx, at: str, by: str, where: str, values: Sequence[Any]) -> list[AlertLine]:
    """Alerts that people were shown and that fit `where`, with the columns `at` and `by` (names of ours)."""
    rows = tx.execute(
        f"select id, severity, title, account, region, channel, {at}, {by} from alerts "  # noqa: S608 - ours
        f"where shown and {where}",
        values,
    )
    return [
        AlertLine(id_, Severity(severity), title, account, region, channel, datetime.fromisoformat(when), who)
        for id_, severity, title, account, region, channel, when, who in rows
    ]


def open_alerts(tx: Tx, until: datetime) -> dict[Severity, int]:
    """How many alerts were not resolved at `until`, by severity."""
    rows = tx.execute(
        "select severity, count(*) from alerts where cards > 0 and opened_at <= :until and "
        "(resolved_at is null or resolved_at > :until) group by severity",
        {"until": until.isoformat()},
    )
    return {Severity(severity): number for severity, number in rows}


_FAILING = "first_seen <= :at and status != 'MUTED' and (status = 'FAIL' or fixed_at is null or fixed_at > :at)"
"""A finding that cannot be judged any more still fails: what is not known is not fixed."""


def failing(tx: Tx, until: datetime) -> dict[Severity, int]:
    """How many findings failed at `until`, by severity."""
    rows = tx.execute(
        f"select severity, count(*) from findings where {_FAILING} group by severity",  # noqa: S608 - ours
        {"at": until.isoformat()},
    )
    return {Severity(severity): number for severity, number in rows}


_BASELINE = (
    "exists (select 1 from judged j where j.account = findings.account and j.check_id = findings.check_id "
    "and j.region = findings.region and j.since >= findings.first_seen)"
)
"""Found when the check was judged there for the first time: a state that was met, and no news."""


def new_findings(tx: Tx, since: datetime, until: datetime) -> list[Finding]:
    """Findings that fail for the first time, where the check had been judged before."""
    return _findings(tx, f"status = 'FAIL' and first_seen > ? and first_seen <= ? and not {_BASELINE}", since, until)


def first_findings(tx: Tx, since: datetime, until: datetime) -> int:
    """How many findings the first audits of their checks and places met."""
    where = f"findings where status = 'FAIL' and first_seen > ? and first_seen <= ? and {_BASELINE}"
    return _number(tx, where, (since.isoformat(), until.isoformat()))


def returned_findings(tx: Tx, since: datetime, until: datetime) -> list[Finding]:
    """Findings that had been fixed and fail again."""
    where = "status = 'FAIL' and fixed_at is not null and changed_at > ? and changed_at <= ? and first_seen <= ?"
    return _findings(tx, where, since, until, since)


def fixed_findings(tx: Tx, since: datetime, until: datetime) -> list[Finding]:
    """Findings that were fixed."""
    return _findings(tx, "status = 'PASS' and fixed_at > ? and fixed_at <= ?", since, until)


def _findings(tx: Tx, where: str, *times: datetime) -> list[Finding]:
    rows = tx.query(
        f"select * from findings where {where} "  # noqa: S608 - ours
        "order by severity desc, check_id, account, region, resource",
        [time.isoformat() for time in times],
    )
    return [findings.of_row(row) for row in rows]


def gaps(tx: Tx) -> list[GapLine]:
    """What the newest audits could not judge, by account, region and reason."""
    return fold_gaps(_findings(tx, "status = 'UNKNOWN'"))


def audited(tx: Tx) -> dict[str, datetime]:
    """When each account was last audited, in whole or in part."""
    rows = tx.execute("select account, max(last_seen) from findings group by account order by account")
    return {account: datetime.fromisoformat(at) for account, at in rows}


def trend(tx: Tx, until: datetime, days: int = 30) -> list[Day]:
    """The days to `until`, the last one as far as it has come."""
    first_audit = tx.execute("select min(finished_at) from audits").fetchone()[0]
    return [_day(tx, until, back, first_audit) for back in range(days - 1, -1, -1)]


def _day(tx: Tx, until: datetime, back: int, first_audit: str | None) -> Day:
    start = until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=back)
    end = min(start + timedelta(days=1), until).isoformat()
    span = (start.isoformat(), end)
    known = first_audit is not None and first_audit <= end
    return Day(
        start.date(),
        _number(tx, "alerts where cards > 0 and opened_at > ? and opened_at <= ?", span),
        _number(tx, "alerts where cards > 0 and resolved_at > ? and resolved_at <= ?", span),
        _number(tx, f"findings where {_FAILING}", {"at": end}) if known else None,
    )


def _number(tx: Tx, where: str, values: Any) -> int:
    return int(tx.execute(f"select count(*) from {where}", values).fetchone()[0])  # noqa: S608 - ours


def last(tx: Tx, channel: str, before: datetime) -> datetime | None:
    """Where the channel's last digest before `before` ended; those that somebody asked for do not count."""
    row = tx.execute(
        "select max(until) from digests where channel = ? and until < ? and asked_by is null",
        (channel, before.isoformat()),
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def until_of(tx: Tx, key: str) -> datetime | None:
    """Where the digest `key` ended."""
    row = tx.execute("select until from digests where key = ?", (key,)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def save(tx: Tx, key: str, channel: str, since: datetime, until: datetime, asked_by: str | None, now: datetime) -> None:
    """Note that a digest was posted."""
    tx.execute(
        "insert or ignore into digests(key, channel, since, until, asked_by, posted_at) values (?, ?, ?, ?, ?, ?)",
        (key, channel, since.isoformat(), until.isoformat(), asked_by, now.isoformat()),
    )
