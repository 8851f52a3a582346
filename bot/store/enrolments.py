"""What AWS Organizations last said of its accounts, so that the service knows them while it does not answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.organization import Member, Unit
from bot.store import moments
from bot.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The last answer, and what went wrong since."""

    members: tuple[Member, ...] = ()
    at: datetime | None = None
    """When it answered; None: never."""
    why: str = ""
    """Why it did not at the last try; empty: it did."""


def keep(tx: Tx, members: Iterable[Member], now: datetime) -> None:
    """Keep an answer in place of the one before."""
    tx.execute(
        "insert or replace into organization(one, members_json, read_at) values (1, ?, ?)",
        (json.dumps([asdict(member) for member in members]), now.isoformat()),
    )


def failed(tx: Tx, why: str, now: datetime) -> None:
    """Keep that it did not answer; the last answer stands."""
    tx.execute(
        "insert into organization(one, failed_at, why) values (1, :at, :why) "
        "on conflict(one) do update set failed_at = :at, why = :why",
        {"at": now.isoformat(), "why": why},
    )


def latest(tx: Tx) -> Kept:
    """The last answer; an empty one where there was none."""
    for members, at, why in tx.execute("select members_json, read_at, why from organization"):
        found = (
            Member(**{**one, "units": tuple(Unit(**unit) for unit in one["units"])}) for one in json.loads(members)
        )
        return Kept(members=tuple(found), at=moments.moment(at), why=why)
    return Kept()
