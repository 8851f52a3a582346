"""EventBridge: the rules that carry an account's own events onward, and where those end."""

from __future__ import annotations

from dataclasses import dataclass

from checks.inventory import Gap
from checks.inventory.sns import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """An event bus that a rule leads to, with its own rules; in another account too, where that is audited."""

    arn: str
    rules: tuple[EventRule, ...] | Gap = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a rule sends what it matches."""

    arn: str
    topic: Topic | None = None
    """The SNS topic that it is."""
    bus: Bus | None = None
    """The event bus that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """One rule of an event bus that can match an event of Config or GuardDuty."""

    name: str
    arn: str
    region: str
    enabled: bool
    pattern: str
    """JSON."""
    targets: tuple[Target, ...] = ()
