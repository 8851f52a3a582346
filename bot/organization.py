"""What is known of an AWS organisation: its accounts, and the units that they are in; plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisational unit, or the root."""

    id: str
    path: str
    """Names from below the root, as `Workloads/Production`; empty for the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account of the organisation."""

    id: str
    name: str
    active: bool
    """Whether it can be used: neither closed, suspended nor about to be."""
    units: tuple[Unit, ...]
    """From the root to the one that it is in."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """None where they were not asked for."""
