"""How Picket makes sure that nothing is missed: by looking for itself, and by drills."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config.part import Part
from bot.config.values import MaybeCron, Zone

Looked = Literal["guardduty", "cloudwatch"]


class Reconciliation(Part):
    """What GuardDuty and CloudWatch hold is compared with what the queue brought; what it did not bring is taken in."""

    every_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    """How often, and at each start; 0: never. The first look at a region goes a day back."""
    grace_minutes: Annotated[int, Field(ge=0, le=60)] = 5
    """How long an event may be on its way before it counts as missed; GuardDuty alone may take five minutes."""
    sources: tuple[Looked, ...] = ("guardduty", "cloudwatch")
    """What is compared. Leave out what is not meant to come by the queue."""


class Drill(Part):
    """A synthetic event goes through AWS to Slack, so that a path that is broken is noticed on a quiet day."""

    schedule: MaybeCron = "0 8 * * *"
    """Five fields of cron; empty (""): only when somebody asks, by `picket drill`."""
    time_zone: Zone = "UTC"
    """Of the schedule."""
    minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """How long it may take to come through before it counts as lost."""
    bus: str = "default"
    """The event bus that it is put on, of the service's own account in the queue's region; the rule that leads to the
    queue must let source `picket.drill` pass."""
    sample_finding: bool = False
    """Let GuardDuty of the same account and region make a sample finding instead, so that the way out of it is tried
    too; it is archived afterwards. Where the service's own role may not, the event is sent all the same."""
