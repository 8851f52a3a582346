"""What an audit changed, apart from what it judged for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.store.audits import Audit, Kind
from bot.store.database import Tx
from bot.store.findings import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Findings by what is new about them, since the audit that finished at `since`."""

    since: datetime
    new: int = 0
    back: int = 0
    worse: int = 0
    fixed: int = 0
    first: int = 0
    """Found where the check had never been judged before: a baseline, and no news."""


def of(tx: Tx, audit: Audit) -> Changes | None:
    """What `audit`, which is summarised, changed; None when no audit had finished before it."""
    before = tx.execute(
        "select max(finished_at) from audits where state = 'done' and kind != ? and id != ? and finished_at <= ?",
        (Kind.RECHECK, audit.id, (audit.started_at or audit.created_at).isoformat()),
    ).fetchone()[0]
    if before is None:
        return None
    first, news = _first(tx, audit), audit.summary.news
    return Changes(
        since=datetime.fromisoformat(before),
        new=news.get(News.NEW, 0) - first,
        back=news.get(News.BACK, 0),
        worse=news.get(News.WORSE, 0),
        fixed=news.get(News.FIXED, 0),
        first=first,
    )


def _first(tx: Tx, audit: Audit) -> int:
    row = tx.execute(
        "select count(*) from results r join judged j on j.account = r.account and j.check_id = r.check_id "
        "and j.region = r.region where r.audit = ? and r.change = ? and j.since >= ?",
        (audit.id, News.NEW, (audit.started_at or audit.created_at).isoformat()),
    ).fetchone()
    return int(row[0])
