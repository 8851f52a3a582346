"""Where a GuardDuty finding's resource is, and how the finding tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """The place that goes into an ARN."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, rest: str, *, region: bool = True, account: bool = True) -> str:
        """An ARN in this place."""
        place = f"{self.region if region else ''}:{self.account if account else ''}"
        return f"arn:{self.partition}:{service}:{place}:{rest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """As the finding tells of it."""

    kind: str
    name: str
    """The ARN where AWS has one."""
    who: str = ""
    """The actor, where the resource is one."""
    details: list[list[str]] = field(default_factory=list)
    ids: dict[str, Any] = field(default_factory=dict)
    """Some of `bot.intake.facts.Facts`."""
    everywhere: bool = False
    """Of a global service: GuardDuty reports it from every region."""
