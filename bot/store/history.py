"""Findings over a span of time: what changed since a moment, and how much passed at one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.period import Change, Net, Window, changes, failing
from bot.store import digests, findings, moments, transitions
from bot.store.database import Tx
from bot.store.transitions import Kind
from checks.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What is otherwise now than it was at `since`; lists have the worst first."""

    since: datetime
    first_audit: datetime | None
    """When any account was judged for the first time; None: never."""
    first: int = 0
    """Findings that the first audits of their checks and places met: a baseline, and no news."""
    new: tuple[Finding, ...] = ()
    returned: tuple[Finding, ...] = ()
    worse: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The resources of an account that were judged at a moment: each counts once for each check."""

    judged: int
    failing: int
    weight: int
    """Of all that was judged: a critical answer weighs 16, high 8, medium 4, low 2, info 1."""
    failing_weight: int

    @property
    def passing(self) -> float:
        """The share of the weight that passes, from 0 to 1."""
        return 1 - self.failing_weight / self.weight if self.weight else 1.0

    @classmethod
    def of(cls, accounts: Iterable[Standing]) -> Standing:
        """Several accounts taken together."""
        each = tuple(accounts)
        return cls(
            sum(one.judged for one in each),
            sum(one.failing for one in each),
            sum(one.weight for one in each),
            sum(one.failing_weight for one in each),
        )


def diff(tx: Tx, since: datetime, now: datetime) -> Diff:
    """What changed after `since`, as it stands `now`."""
    window = Window(since, now)
    found = changes(transitions.touched(tx, Kind.FINDING, window), window, failing)
    news = {net: tuple(one.finding for one in digests.finding_news(tx, _only(found, net))) for net in _TOLD}
    return Diff(
        since=since,
        first_audit=first_audit(tx),
        first=len(_only(found, Net.INITIAL)),
        new=news[Net.NEW],
        returned=news[Net.BACK],
        worse=news[Net.WORSE],
        fixed=news[Net.OVER],
    )


_TOLD = (Net.NEW, Net.BACK, Net.WORSE, Net.OVER)


def _only(found: Iterable[Change], net: Net) -> list[Change]:
    return [change for change in found if change.net is net]


def first_audit(tx: Tx) -> datetime | None:
    """When any account was judged for the first time."""
    return moments.moment(tx.execute("select min(since) from judged").fetchone()[0])


def standing(tx: Tx, at: datetime) -> dict[str, Standing]:
    """How the accounts stood at a moment, by id; those that had not been judged by then are missing.

    Rests on the dates of the findings: a resource that never failed and is gone is forgotten, and one that failed
    twice counts as failing in between.
    """
    rows = tx.execute(
        "select account, count(*), sum(fails), sum(1 << severity), sum(fails * (1 << severity)) from ("
        "select f.account, f.severity, f.reason, coalesce(f.first_seen <= :at "
        "and (f.status = 'FAIL' or f.fixed_at > :at), 0) as fails "
        "from findings f join judged j on j.account = f.account and j.check_id = f.check_id and j.region = f.region "
        "where f.status in ('PASS', 'FAIL') and j.since <= :at) "
        "where fails or reason != :gone group by account order by account",
        {"at": at.isoformat(), "gone": findings.GONE},
    )
    return {account: Standing(*numbers) for account, *numbers in rows}


def standings(tx: Tx, until: datetime, days: int = 30) -> list[tuple[date, dict[str, Standing]]]:
    """How the accounts stood at the end (UTC) of each of the days to `until`, the last one as far as it has come."""
    midnight = until.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [midnight - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return [(start.date(), standing(tx, min(start + timedelta(days=1), until))) for start in starts]
