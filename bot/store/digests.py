"""What a digest tells: what changed in alerts, findings and gaps, and what waits.

What the log of transitions tells is of the digest's end, so that one that is posted late says what it would have said
in time; titles, reasons and the ends of snoozes are as they now are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.alerts import Source
from bot.period import Change, Net
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNews:
    """An alert of which something changed, and what."""

    change: Change
    title: str
    account: str
    region: str
    source: Source
    tags: Mapping[str, Any]
    """Of its resource, where the source tells them."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A remediation that mended something, and who approved it."""

    remedy: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingNews:
    """A finding of which something changed, and what."""

    change: Change
    finding: Finding
    fix: Fix | None = None
    """What was done just before it was over."""


def alert_news(tx: Tx, changes: Iterable[Change]) -> list[AlertNews]:
    """Changes of alerts with their words, the worst first."""
    by_id = {change.subject: change for change in changes}
    rows = tx.execute(
        "select id, title, account, region, source, json_extract(facts_json, '$.tags') from alerts "
        "where id in (select value from json_each(?)) order by id",
        (json.dumps(list(by_id)),),
    )
    news = [
        AlertNews(
            change=by_id[id_],
            title=title,
            account=account,
            region=region,
            source=Source(source),
            tags=_tags(tags),
        )
        for id_, title, account, region, source, tags in rows
    ]
    return sorted(news, key=lambda one: (-one.change.severity, one.change.turn.at))


def finding_news(tx: Tx, changes: Iterable[Change]) -> list[FindingNews]:
    """Changes of findings with what is known of them, the worst first; what is forgotten is left out."""
    by_id = {change.subject: change for change in changes}
    rows = tx.query(
        "select * from findings where id in (select value from json_each(?)) "
        "order by check_id, account, region, resource",
        (json.dumps(list(by_id)),),
    )
    fixes = _fixes(tx, {id_: change.turn.at for id_, change in by_id.items() if change.net in (Net.OVER, Net.BRIEF)})
    news = [
        FindingNews(change=by_id[row["id"]], finding=findings.of_row(row), fix=fixes.get(row["id"])) for row in rows
    ]
    return sorted(news, key=lambda one: -one.change.severity)


_TAKES = timedelta(days=2)
"""From asking for a fix to seeing that it worked, at most: an approval may take a day."""


def _fixes(tx: Tx, over: Mapping[str, datetime]) -> dict[str, Fix]:
    """The fixes of findings that were over at those moments."""
    rows = tx.execute(
        "select f.id, r.remedy, r.approved_by, r.requested_at from findings f "
        "join remediations r on r.check_id = f.check_id and r.account = f.account and r.resource = f.resource "
        "where r.state in ('applied', 'verified') and r.approved_by != '' "
        "and f.id in (select value from json_each(?)) order by r.requested_at",
        (json.dumps(list(over)),),
    )
    return {
        id_: Fix(remedy, by)
        for id_, remedy, by, at in rows
        if timedelta() <= over[id_] - datetime.fromisoformat(at) <= _TAKES
    }


def unowned(tx: Tx, until: datetime) -> list[tuple[Severity, Mapping[str, Any]]]:
    """The open alerts with tags that nobody has, as they now are: their severities and tags."""
    rows = tx.execute(
        "select severity, json_extract(facts_json, '$.tags') as tags from alerts where shown and state != 'resolved' "
        "and assigned_to is null and acknowledged_by is null and opened_at <= ? and tags is not null order by id",
        (until.isoformat(),),
    )
    return [(Severity(severity), _tags(tags)) for severity, tags in rows]


def _tags(text: str | None) -> Mapping[str, Any]:
    tags = json.loads(text) if text and text.startswith("{") else {}
    return tags if isinstance(tags, dict) else {}


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


def gaps(tx: Tx) -> list[GapLine]:
    """What the newest audits could not judge, by account, region and reason."""
    return fold_gaps(findings.unknown(tx))


def audited(tx: Tx) -> dict[str, datetime]:
    """When each account was last audited, in whole or in part."""
    rows = tx.execute(
        "with recursive audited(account) as (select min(account) from findings union all "  # steps from one to the next
        "select (select min(account) from findings where account > audited.account) from audited where account not null"
        ") select account, (select max(last_seen) from findings where account = audited.account) from audited "
        "where account not null"
    )
    return {account: datetime.fromisoformat(at) for account, at in rows}
