"""EC2 Auto Scaling: groups of instances, and what those are launched with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoScalingGroup:
    """One scaling group, with what its launch configuration or the versions of its launch templates name."""

    name: str
    arn: str
    region: str
    keys: tuple[str, ...] = ()
    """Names of key pairs."""
    groups: tuple[str, ...] = ()
    """Ids of security groups."""
    group_names: tuple[str, ...] = ()
    """Names of security groups, where it gives those."""
