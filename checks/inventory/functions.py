"""Lambda: functions, as far as the network and tags go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.inventory import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function."""

    name: str
    arn: str
    region: str
    groups: tuple[str, ...] = ()
    """Ids of its security groups."""
    tags: Mapping[str, str] | Gap = field(default_factory=dict)
