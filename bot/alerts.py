"""An alert's life as a pure state machine: open, acknowledged, snoozed, resolved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from checks.model import Severity


class Source(StrEnum):
    """Who noticed."""

    GUARDDUTY = "guardduty"
    CLOUDWATCH = "cloudwatch"
    CONFIG = "config"
    CLOUDTRAIL = "cloudtrail"
    SECURITYHUB = "securityhub"
    AUDIT = "audit"
    PICKET = "picket"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Where an alert is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one event says, whatever its source: the one way in."""

    event_id: str
    """Of the event or message, for deduplication."""
    source: Source
    type: str
    """Finding type, alarm name, check id."""
    account: str
    region: str
    """`global` for global services."""
    resource: str
    """ARN where AWS has one."""
    severity: Severity
    title: str
    """What happened, in words, unescaped."""
    at: datetime
    member_id: str
    """The source's own id of the problem, the same in its updates."""
    active: bool = True
    """False: the source says it is over."""
    count: int = 1
    sample: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the card shows, JSON-able and unescaped: see the parser of each source."""

    @property
    def identity(self) -> str:
        """The problem's, stable over updates, regions of global services and restarts."""
        return "\n".join((self.source, self.account, self.region, self.resource, self.type))

    @property
    def alert_id(self) -> str:
        """The id of the alert it belongs to."""
        return hashlib.sha256(self.identity.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An event that is deliberately no alert, and why."""

    event_id: str
    source: Source
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the source's own ids within an alert."""

    source_id: str
    active: bool
    count: int
    updated_at: datetime


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
    opened_at: datetime
    updated_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    sample: bool = False
    state: State = State.OPEN
    members: tuple[Member, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_by: str | None = None
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_by: str | None = None
    """A user's id, or the source's name when it resolved by itself."""
    resolved_at: datetime | None = None
    resolution: str | None = None

    @property
    def key(self) -> str:
        """The key of its card in the outbox."""
        return f"alert:{self.id}"

    @property
    def count(self) -> int:
        """How often it was seen, over all members."""
        return sum(member.count for member in self.members)
