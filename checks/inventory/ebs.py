"""EBS: volumes, snapshots, and what a region does by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One volume."""

    id: str
    arn: str
    region: str
    encrypted: bool
    size: int = 0
    """In GiB."""
    instances: tuple[str, ...] = ()
    """Ids of those that it is attached to."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot that the account owns."""

    id: str
    arn: str
    region: str
    volume: str
    encrypted: bool
    public: bool = False
    """Whether every account may make a volume of it."""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EbsDefaults:
    """How new volumes of one region are made."""

    arn: str
    """The account's, as a whole."""
    region: str
    encrypted: bool
