"""What people are called, as Slack last said; digests name them without calling them."""

from __future__ import annotations

from datetime import datetime

from bot.store.database import Tx

_ENGAGED = (
    "select assigned_to as id from alerts where state != 'resolved' and assigned_to is not null "
    "union select acknowledged_by from alerts where state = 'acknowledged' "
    "union select who from transitions "
    "where kind = 'alert' and at > :lately and became in ('acknowledged', 'resolved') "
    "union select approved_by from remediations where updated_at > :lately"
)


def due(tx: Tx, lately: datetime, before: datetime, limit: int) -> list[str]:
    """Users whose names were not asked for since `before`.

    Of those who have open alerts, and of those who saw to one or approved a fix after `lately`.
    """
    rows = tx.execute(
        f"select e.id from ({_ENGAGED}) e left join names n on n.id = e.id "  # noqa: S608 - ours
        "where (e.id glob 'U[A-Z0-9]*' or e.id glob 'W[A-Z0-9]*') and (n.read_at is null or n.read_at < :before) "
        "order by n.read_at, e.id limit :limit",
        {"lately": lately.isoformat(), "before": before.isoformat(), "limit": limit},
    )
    return [id_ for (id_,) in rows]


def keep(tx: Tx, user: str, name: str, now: datetime) -> None:
    """Remember what Slack said; an empty name, that it was asked, which leaves the name that was known."""
    tx.execute(
        "insert into names(id, name, read_at) values (?, ?, ?) on conflict(id) do update set "
        "name = case excluded.name when '' then name else excluded.name end, read_at = excluded.read_at",
        (user, name, now.isoformat()),
    )


def known(tx: Tx) -> dict[str, str]:
    """All names that are known, by user id."""
    return dict(tx.execute("select id, name from names where name != ''"))
