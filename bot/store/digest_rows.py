"""Digests as rows: asked for, told, given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.period import Window
from bot.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A digest that is asked for."""

    key: str
    """Of its message in the outbox."""
    channel: str
    schedule: str
    """Empty for one that somebody wanted for themselves."""
    time_zone: str
    since: datetime
    until: datetime
    tries: int = 0


def want(tx: Tx, one: Wanted, asked_by: str | None, now: datetime) -> None:
    """Ask for a digest; nothing where the same is asked for already."""
    tx.execute(
        "insert or ignore into digests(key, channel, schedule, zone, since, until, asked_by, asked_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.key,
            one.channel,
            one.schedule,
            one.time_zone,
            one.since.isoformat(),
            one.until.isoformat(),
            asked_by,
            now.isoformat(),
        ),
    )


def pending(tx: Tx) -> list[Wanted]:
    """What is asked for and not told, the earliest first."""
    rows = tx.execute(
        "select key, channel, schedule, zone, since, until, tries from digests "
        "where told_at is null and failed_at is null order by until, key"
    )
    return [
        Wanted(
            key=key,
            channel=channel,
            schedule=schedule,
            time_zone=zone,
            since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(until),
            tries=tries,
        )
        for key, channel, schedule, zone, since, until, tries in rows
    ]


def window(tx: Tx, one: Wanted) -> Window:
    """What a digest tells of: with what was committed after the last look of the one that ends where it begins."""
    row = tx.execute(
        "select mark from digests where channel = ? and schedule = ? and until = ? and asked_by is null",
        (one.channel, one.schedule, one.since.isoformat()),
    ).fetchone()
    return Window(one.since, one.until, row[0] if row else None)


def told(tx: Tx, key: str, mark: int, now: datetime) -> None:
    """Note that a digest was said, by a look at all up to the transition `mark`."""
    tx.execute("update digests set told_at = ?, mark = ? where key = ?", (now.isoformat(), mark, key))


def failed(tx: Tx, key: str, now: datetime, *, for_good: bool) -> None:
    """Count a failure to say a digest."""
    at = now.isoformat() if for_good else None
    tx.execute("update digests set tries = tries + 1, failed_at = ? where key = ?", (at, key))


def last(tx: Tx, channel: str, schedule: str, before: datetime) -> datetime | None:
    """Up to when the digests of that channel and schedule before `before` told; not those that somebody asked for."""
    row = tx.execute(
        "select case when failed_at is null then until else since end from digests "
        "where channel = ? and schedule = ? and until < ? and asked_by is null order by until desc limit 1",
        (channel, schedule, before.isoformat()),
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def until_of(tx: Tx, key: str) -> datetime | None:
    """Where the digest `key` ended."""
    row = tx.execute("select until from digests where key = ?", (key,)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None
