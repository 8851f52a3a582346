"""What one event says: who noticed what, of which problem, whatever its source."""

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

    @property
    def label(self) -> str:
        """What people call it: `GuardDuty`."""
        return _LABELS[self]


_LABELS = {
    Source.GUARDDUTY: "GuardDuty",
    Source.CLOUDWATCH: "CloudWatch",
    Source.CONFIG: "AWS Config",
    Source.CLOUDTRAIL: "CloudTrail",
    Source.SECURITYHUB: "Security Hub",
    Source.AUDIT: "Audit",
    Source.PICKET: "Picket",
    Source.UNKNOWN: "AWS",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong and with what, in the same words whichever source noticed: signals of one join in one alert."""

    name: str
    """Of all sources: a check's id, or `guardduty:…` for what only that one source tells of."""
    region: str
    """`global` where it does not matter."""
    resource: str
    """The canonical name: the ARN where AWS has one, `AWS::::Account:…` for an account."""
    why: str = ""
    """Why sources join in it, after "because", unescaped; empty when only one tells of it."""
    apart: bool = False
    """Somebody split it: each source has an alert of its own."""


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
    """How often it was seen, by the source's own count."""
    adds: bool = False
    """True when the source keeps no count: each such signal is one more."""
    sample: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the card shows, JSON-able and unescaped: see `bot.intake.facts`."""
    raw: Any = field(default=None, repr=False)
    """The event as it came, JSON-able, for the alert's thread; None when there is none."""
    problem: Problem | None = None
    """What is wrong, whoever noticed; None: not looked up yet (`bot.joining.place`), and so the source's own."""

    @property
    def identity(self) -> str:
        """The problem's, stable over updates, regions of global services, sources and restarts."""
        own = Problem(name=f"{self.source}:{self.type}", region=self.region, resource=self.resource)
        problem = self.problem or own
        apart = (self.source,) if problem.apart else ()
        return "\n".join((self.account, problem.region, problem.resource, problem.name, *apart))

    @property
    def alert_id(self) -> str:
        """The id of the alert it belongs to."""
        return id_of(self.identity)


def id_of(identity: str) -> str:
    """The id of the alert with that identity."""
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An event that is deliberately no alert, and why."""

    event_id: str
    source: Source
    why: str
