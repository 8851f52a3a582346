"""Storms: when each channel got new cards lately, the roll-ups, and which alerts each tells of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.alerts import State
from bot.store import moments
from bot.store.database import Tx
from checks.model import Severity


class Deed(StrEnum):
    """What a person does to all that a roll-up tells of."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    FIXED = "fixed"
    FALSE_POSITIVE = "false positive"
    ACCEPTED = "accepted"

    @property
    def states(self) -> tuple[State, ...]:
        """In which states an alert is when it is still to be done to it."""
        if self is Deed.ACKNOWLEDGE:
            return (State.OPEN,)
        return (State.OPEN, State.ACKNOWLEDGED) + ((State.SNOOZED,) if self is not Deed.SNOOZE else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """One storm in one channel."""

    id: str
    channel: str
    mention: str
    """Whom its roll-up calls, as the route of its first alert says."""
    began_at: datetime
    ended_at: datetime | None = None
    deed: Deed | None = None
    """What is being done to all that was in it at `done_at`."""
    done_by: str = ""
    done_at: datetime | None = None
    done: int = 0
    """To how many of them it is done so far."""

    @property
    def key(self) -> str:
        """The key of its roll-up in the outbox."""
        return f"storm:{self.id}"


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts of a roll-up that are of one account, type and severity."""

    account: str
    type: str
    severity: Severity
    total: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a roll-up counts."""

    total: int
    """All alerts that ever joined it."""
    states: Mapping[State, int]
    """Those that it still tells of; the others have cards of their own, or joined a later one."""
    groups: Sequence[Group]
    """Those that it still tells of, the worst and then the most first."""

    @property
    def open(self) -> int:
        """How many of them nobody sees to."""
        return self.states.get(State.OPEN, 0)

    def among(self, states: Collection[State]) -> int:
        """How many of them are in one of these states."""
        return sum(self.states.get(state, 0) for state in states)

    @property
    def left(self) -> int:
        """How many it tells of no more."""
        return self.total - sum(self.states.values())


def raised(tx: Tx, channel: str, now: datetime, kept: timedelta) -> None:
    """Note that the channel got a new card, or would have got one without the storm; forget those before `kept`."""
    tx.execute("delete from raised where channel = ? and at <= ?", (channel, (now - kept).isoformat()))
    tx.execute("insert into raised(channel, at) values (?, ?)", (channel, now.isoformat()))


def lately(tx: Tx, channel: str, since: datetime) -> int:
    """How many new cards the channel got, or would have got, after `since`."""
    row = tx.execute("select count(*) from raised where channel = ? and at > ?", (channel, since.isoformat()))
    return int(row.fetchone()[0])


def begin(tx: Tx, storm: Storm) -> None:
    """Keep a new one; a channel has one at a time."""
    tx.execute(
        "insert into storms(id, channel, mention, began_at) values (?, ?, ?, ?)",
        (storm.id, storm.channel, storm.mention, storm.began_at.isoformat()),
    )


def join(tx: Tx, storm: str, alert: str) -> None:
    """Count an alert among those that joined; it is told of as long as its own row names the storm."""
    tx.execute("insert or ignore into storm_members(storm, alert) values (?, ?)", (storm, alert))


def touch(tx: Tx, *storms: str | None) -> None:
    """Note that the roll-ups of these storms show what is no longer so."""
    for storm in storms:
        tx.execute("update storms set stale = 1 where id = ? and stale = 0", (storm,))


def end(tx: Tx, storm: Storm, now: datetime) -> None:
    """End it; what came to its channel until now counts for no other."""
    tx.execute("update storms set ended_at = ?, stale = 1 where id = ?", (now.isoformat(), storm.id))
    tx.execute("delete from raised where channel = ?", (storm.channel,))


def begin_deed(tx: Tx, storm: str, deed: Deed, user: str, now: datetime) -> None:
    """Note that `user` does that to all that is in it now."""
    tx.execute(
        "update storms set deed = ?, done_by = ?, done_at = ?, done = 0, stale = 1 where id = ?",
        (deed, user, now.isoformat(), storm),
    )


def went_on(tx: Tx, storm: str, number: int) -> None:
    """It is done to so many more."""
    tx.execute("update storms set done = done + ?, stale = 1 where id = ?", (number, storm))


def end_deed(tx: Tx, storm: str) -> None:
    """It is done to all; nobody was called yet for those that came after them."""
    tx.execute("update storms set deed = null, stale = 1 where id = ?", (storm,))
    tx.execute("delete from storm_steps where storm = ?", (storm,))


def to_do(tx: Tx, storm: Storm, limit: int) -> list[str]:
    """The ids of the first alerts that it tells of, as of when the deed was begun, to which it is still to be done."""
    states = storm.deed.states if storm.deed else ()
    marks = ", ".join("?" * len(states))
    rows = tx.execute(
        f"select id from alerts where storm = ? and state in ({marks}) "  # noqa: S608 - marks are ours
        "and coalesce(open_since, opened_at) <= ? limit ?",
        (storm.id, *states, moments.text(storm.done_at), limit),
    )
    return [alert for (alert,) in rows]


def get(tx: Tx, id_: str) -> Storm | None:
    """The storm with that id."""
    return next(iter(_select(tx, "id = ?", (id_,))), None)


def running(tx: Tx, channel: str | None = None) -> list[Storm]:
    """Those that are not over, of one channel or of all, the oldest first."""
    if channel is None:
        return _select(tx, "ended_at is null order by began_at, id")
    return _select(tx, "ended_at is null and channel = ?", (channel,))


def stale(tx: Tx) -> list[Storm]:
    """Those whose roll-up shows what is no longer so."""
    return _select(tx, "stale = 1 order by began_at, id")


def in_hand(tx: Tx) -> list[Storm]:
    """Those to all of which something is being done."""
    return _select(tx, "deed is not null order by done_at, id")


def fresh(tx: Tx, storm: str) -> None:
    """Note that the roll-up is as it should be."""
    tx.execute("update storms set stale = 0 where id = ?", (storm,))


def tally(tx: Tx, storm: str) -> Tally:
    """What its roll-up counts, as of now."""
    groups: dict[tuple[str, str, Severity], Group] = {}
    states: dict[State, int] = {}
    rows = tx.execute(
        "select account, type, severity, state, count(*) from alerts where storm = ? "
        "group by account, type, severity, state",
        (storm,),
    )
    for account, type_, severity, state, number in rows:
        key = (account, type_, Severity(severity))
        before = groups.get(key, Group(*key, 0, 0))
        open_ = number if state == State.OPEN else 0
        groups[key] = Group(*key, before.total + number, before.open + open_)
        states[State(state)] = states.get(State(state), 0) + number
    (total,) = tx.execute("select count(*) from storm_members where storm = ?", (storm,)).fetchone()
    ordered = sorted(groups.values(), key=lambda group: (-group.severity, -group.total, group.account, group.type))
    return Tally(total=total, states=states, groups=ordered)


MEMBER = ("id", "severity", "state", "account", "region", "type", "resource", "title", "source", "count", "opened_at",
          "updated_at", "acknowledged_by", "acknowledged_at", "assigned_to", "snoozed_until", "resolved_by",
          "resolved_at", "resolution")  # fmt: skip
"""What `members` tells of each alert."""


def members(tx: Tx, storm: str) -> Iterator[tuple[Any, ...]]:
    """All alerts that joined, the worst and then the oldest first: `MEMBER`, and whether it still tells of them."""
    columns = ", ".join(MEMBER)
    yield from tx.execute(
        f"select {columns}, alerts.storm is ? from storm_members join alerts on alerts.id = alert "  # noqa: S608 - ours
        "where storm_members.storm = ? order by severity desc, opened_at, id",
        (storm, storm),
    )


def _select(tx: Tx, where: str, values: Collection[Any] = ()) -> list[Storm]:
    return [_storm(row) for row in tx.query(f"select * from storms where {where}", tuple(values))]  # noqa: S608 - ours


def _storm(row: Mapping[str, Any]) -> Storm:
    return Storm(
        **{name: row[name] for name in ("id", "channel", "mention", "done_by", "done")},
        deed=Deed(row["deed"]) if row["deed"] else None,
        began_at=datetime.fromisoformat(row["began_at"]),
        ended_at=moments.moment(row["ended_at"]),
        done_at=moments.moment(row["done_at"]),
    )
