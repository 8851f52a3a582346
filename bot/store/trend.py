"""The days of the trend, from the log of transitions: what came and went on each, and what failed at its end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.chart import Day
from bot.store import transitions
from bot.store.database import Tx
from checks.model import Severity

_OPEN_BEFORE, _OPEN_AFTER = "coalesce(was, 'resolved') != 'resolved'", "coalesce(became, 'resolved') != 'resolved'"
_TURNS = "from transitions where kind = 'alert' and at >= ? and at <= ?"


def days(tx: Tx, until: datetime, number: int = 30) -> list[Day]:
    """The days (UTC) to `until`, the last one as far as it has come."""
    until = until.astimezone(UTC)
    first = until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=number - 1)
    span = (first.isoformat(), until.isoformat())
    came, went, failing = _came(tx, span), _went(tx, span), _failing(tx, span)
    audited = tx.execute("select min(finished_at) from audits").fetchone()[0]
    since = datetime.fromisoformat(audited).date() if audited else None
    dates = [(first + timedelta(days=after)).date() for after in range(number)]
    at_end, standing = transitions.failing(tx, until), {}
    for day in reversed(dates):
        standing[day] = +at_end
        at_end.subtract(failing.get(day.isoformat(), Counter()))
    return [
        Day(
            day=day,
            opened=came.get(day.isoformat(), {}),
            resolved=went.get(day.isoformat(), 0),
            failing=standing[day] if since and since <= day else None,
        )
        for day in dates
    ]


def _came(tx: Tx, span: tuple[str, str]) -> dict[str, Counter[Severity]]:
    """How many alerts came or came back on each day, by their worst severity on it: each once a day."""
    rows = tx.execute(
        f"select day, severity, count(*) from (select substr(at, 1, 10) as day, max(severity) as severity {_TURNS} "  # noqa: S608
        f"and {_OPEN_AFTER} and not ({_OPEN_BEFORE}) group by 1, subject) group by 1, 2",
        span,
    )
    found: dict[str, Counter[Severity]] = {}
    for day, severity, number in rows:
        found.setdefault(day, Counter())[Severity(severity)] = number
    return found


def _went(tx: Tx, span: tuple[str, str]) -> dict[str, int]:
    """How many alerts were resolved on each day: each once a day."""
    rows = tx.execute(
        f"select substr(at, 1, 10), count(distinct subject) {_TURNS} "
        f"and {_OPEN_BEFORE} and not ({_OPEN_AFTER}) group by 1",
        span,
    )
    return dict(rows)


def _failing(tx: Tx, span: tuple[str, str]) -> dict[str, Counter[Severity]]:
    """How many findings more or fewer failed at the end of each day than at its beginning, by severity."""
    found: dict[str, Counter[Severity]] = {}
    for columns, sign in (("severity, became", 1), ("was_severity, was", -1)):
        severity, status = columns.split(", ")
        rows = tx.execute(
            f"select substr(at, 1, 10), {severity}, count(*) from transitions where kind = 'finding' "  # noqa: S608
            f"and at >= ? and at <= ? and {status} = 'FAIL' group by 1, 2",
            span,
        )
        for day, level, number in rows:
            found.setdefault(day, Counter())[Severity(level)] += sign * number
    return found
