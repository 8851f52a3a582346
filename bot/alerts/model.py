"""What an alert is: who noticed what, its members, its state, and the lines of its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.alerts.signal import Source
from checks.model import Severity

_LEADS = (
    Source.GUARDDUTY,
    Source.AUDIT,
    Source.SECURITYHUB,
    Source.CLOUDTRAIL,
    Source.CONFIG,
    Source.CLOUDWATCH,
    Source.PICKET,
    Source.UNKNOWN,
)
"""Who speaks for an alert when several say the same: who tells most first."""


class State(StrEnum):
    """Where an alert is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """Why a person resolved it."""

    FIXED = "fixed"
    FALSE_POSITIVE = "false positive"
    ACCEPTED = "accepted"


class Ends(StrEnum):
    """What ends a snooze before its time."""

    CHANGE = "changes"
    WORSE = "gets worse"
    DOUBLE = "doubles"


OVER = "over"
"""The resolution of an alert whose source says that it is over."""
SPLIT = "split"
"""The resolution of an alert whose sources got alerts of their own."""
JOINED = "joined"
"""The resolution of one source's alert that is part of the joined one again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the sources' own ids within an alert, and what it last said."""

    source: Source
    source_id: str
    active: bool
    count: int
    updated_at: datetime
    """When the source last changed it, by the source's clock."""
    severity: Severity = Severity.INFO
    type: str = ""
    region: str = ""
    resource: str = ""
    title: str = ""
    sample: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the alert's others."""
        return (self.source, self.source_id)

    @property
    def precedence(self) -> tuple[Any, ...]:
        """The greatest leads: what stands before what is over, the worst, who tells most, the newest."""
        rank = -_LEADS.index(self.source)
        return (self.active, self.severity, rank, self.updated_at, self.count, self.source_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One problem that people are told of, as it stands."""

    id: str
    identity: str
    source: Source
    type: str
    account: str
    region: str
    resource: str
    severity: Severity
    title: str
    channel: str
    """Where its card is; it stays there until the alert gets a new one."""
    opened_at: datetime
    updated_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    sample: bool = False
    state: State = State.OPEN
    cards: int = 1
    """How many cards it has had; the last is its own. It gets a new one when it comes back, ends a snooze or moves to
    another channel, because an edit far up in a channel is seen by nobody. 0: it has none, for its end came first, it
    came into a snooze, or a roll-up tells of it."""
    storm: str | None = None
    """The id of the storm whose roll-up tells of it, instead of a card that shows how it stands."""
    mention: str = ""
    """Whom its card calls, as in the settings."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Other channels that have a copy of its card, and whom it calls there."""
    members: tuple[Member, ...] = ()
    """In the order of their keys. Type, resource, title and facts are those of the one that leads."""
    problem: str = ""
    """The name of what is wrong, the same for all of its sources."""
    why: str = ""
    """Why sources join in it, after "because"."""
    apart: bool = False
    """It is one source's of a problem that somebody split."""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_by: str | None = None
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_ends: Ends | None = None
    """What ends the snooze before its time; None: only what always does, a critical that is new in it."""
    snoozed_count: int | None = None
    """How often it had been seen when it was snoozed."""
    snooze: str | None = None
    """The id of the snooze of a resource, type or account that covers it; None: it was snoozed for itself."""
    muted: str | None = None
    """Why the settings keep it quiet, by a suppression or a maintenance window: it is snoozed by no person."""
    assigned_to: str | None = None
    """The id of the user or user group whose work it is."""
    assigned_by: str | None = None
    assigned_at: datetime | None = None
    open_since: datetime | None = None
    """Since when it is open and nobody sees to it, when that is not since it was opened."""
    resolved_by: str | None = None
    """A user's id, or the source's name when it resolved by itself."""
    resolved_at: datetime | None = None
    resolution: str | None = None

    @property
    def waiting_since(self) -> datetime:
        """Since when nobody sees to it, for one that is open."""
        return self.open_since or self.opened_at

    @property
    def carded(self) -> bool:
        """Whether it has a card that shows how it stands."""
        return self.cards > 0 and self.storm is None

    @property
    def key(self) -> str:
        """The key of its card in the outbox."""
        return self.card_key(self.cards)

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Key in the outbox and channel of its card and of each copy, the card first."""
        return ((self.key, self.channel), *((f"{self.key}:in:{channel}", channel) for channel in self.copies))

    def card_key(self, number: int) -> str:
        """The key of its first, second… card."""
        return f"alert:{self.id}" if number <= 1 else f"alert:{self.id}:card{number}"

    @property
    def sources(self) -> tuple[Source, ...]:
        """Who tells of it, who tells most first."""
        told = {member.source for member in self.members} or {self.source}
        return tuple(source for source in _LEADS if source in told)

    @property
    def count(self) -> int:
        """How often it was seen, by the source that saw it most often: several may tell of one thing."""
        seen: dict[Source, int] = {}
        for member in self.members:
            seen[member.source] = seen.get(member.source, 0) + member.count
        return max(seen.values(), default=0)

    def opened(self, now: datetime, *, again: bool = True) -> Alert:
        """Open, with nothing left of what people had decided but whose work it is; `again` gives it a new card."""
        return replace(
            self.awake(),
            state=State.OPEN,
            cards=self.cards + again,
            storm=None if again else self.storm,
            updated_at=now,
            open_since=now,
            acknowledged_by=None,
            acknowledged_at=None,
            resolved_by=None,
            resolved_at=None,
            resolution=None,
        )

    def awake(self) -> Alert:
        """With nothing left of a snooze; its state is the caller's to set."""
        return replace(
            self,
            snoozed_by=None,
            snoozed_at=None,
            snoozed_until=None,
            snoozed_ends=None,
            snoozed_count=None,
            snooze=None,
            muted=None,
        )

    def resolved(self, who: str, resolution: str, now: datetime) -> Alert:
        """Resolved, with who had acknowledged it kept; it sleeps no more."""
        return replace(
            self.awake(),
            state=State.RESOLVED,
            updated_at=now,
            resolved_by=who,
            resolved_at=now,
            resolution=resolution,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an alert's timeline."""

    at: datetime
    who: str
    """A user's id, or a source's name."""
    what: str
    """In words, unescaped: `acknowledged it`."""
    whom: str = ""
    """The id of the user or group that it is about, who is called by it."""
    until: datetime | None = None
    note: str = ""
    """What a person or the source said to it, unescaped."""

    @property
    def text(self) -> str:
        """`what` with the rest, as plain text."""
        whom = f" {self.whom}" if self.whom else ""
        until = f" until {self.until:%Y-%m-%d %H:%M} UTC" if self.until else ""
        return f"{self.what}{whom}{until}" + (f": {self.note}" if self.note else "")


Moved = tuple[Alert, list[Entry]]
"""An alert after a move, and what to say of it; nothing to say when nothing changed."""
