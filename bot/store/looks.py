"""When what AWS holds was last compared with what the queue brought, place by place, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.alerts import Alert, Member, Source
from bot.store import alerts, moments
from bot.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known of one source in one account and region."""

    account: str
    region: str
    source: str
    since: datetime
    """What is older was there before anybody looked, and is no news."""
    looked_at: datetime | None = None
    """When it was last read whole; None: never."""
    failed_at: datetime | None = None
    """Since when it cannot be read; None: it can."""
    why: str = ""
    """Why not."""
    missed: int = 0
    """How much was found by looking since the queue last brought something."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others."""
        return (self.account, self.region, self.source)


def every(tx: Tx) -> list[Look]:
    """All of them, by account, region and source."""
    return [
        Look(
            **{name: row[name] for name in ("account", "region", "source", "why", "missed")},
            since=datetime.fromisoformat(row["since"]),
            looked_at=moments.moment(row["looked_at"]),
            failed_at=moments.moment(row["failed_at"]),
        )
        for row in tx.query("select * from looks order by account, region, source")
    ]


def save(tx: Tx, look: Look) -> None:
    """Keep one as it now is."""
    tx.execute(
        "insert or replace into looks(account, region, source, since, looked_at, failed_at, why, missed) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *look.key,
            look.since.isoformat(),
            moments.text(look.looked_at),
            moments.text(look.failed_at),
            look.why,
            look.missed,
        ),
    )


def forget(tx: Tx, look: Look) -> None:
    """Drop one that is no longer looked at."""
    tx.execute("delete from looks where account = ? and region = ? and source = ?", look.key)


def known(tx: Tx, source: Source, source_id: str) -> tuple[Alert, Member] | None:
    """What is known of a source's own id, and its alert: where several tell of it, the one that was told last."""
    which = "id in (select alert from members where source = ? and source_id = ?)"
    told = [
        (alert, member)
        for alert in alerts.select(tx, which, (source, source_id))
        for member in alert.members
        if member.key == (source, source_id)
    ]
    return max(told, key=lambda one: one[1].updated_at, default=None)


def findings(tx: Tx) -> Mapping[str, Mapping[str, list[str]]]:
    """The ids of GuardDuty's findings that still stand, by account and detector."""
    rows = tx.execute(
        "select a.account, json_extract(m.facts_json, '$.detector_id'), m.source_id from members m "
        "join alerts a on a.id = m.alert where m.source = ? and m.active = 1 order by m.source_id",
        (Source.GUARDDUTY,),
    )
    standing: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for account, detector, id_ in rows:
        standing[account][detector or ""].append(id_)
    return standing


def alarms(tx: Tx) -> Mapping[tuple[str, str], list[str]]:
    """The ARNs of the alarms that have not come to be OK, by account and region."""
    rows = tx.execute(
        "select distinct source_id from members where source = ? and active = 1 order by source_id",
        (Source.CLOUDWATCH,),
    )
    standing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (arn,) in rows:
        _, _, _, region, account, *_ = arn.split(":", 6)
        standing[account, region].append(arn)
    return standing
