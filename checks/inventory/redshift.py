"""Redshift: provisioned clusters. Redshift Serverless is not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RedshiftCluster:
    """One provisioned cluster."""

    id: str
    arn: str
    region: str
    encrypted: bool
    public: bool
    """PubliclyAccessible."""
    port: int | None
    """Of its endpoint; None while it has none."""
    groups: tuple[str, ...] = ()
    """Ids of its VPC security groups."""
    vpc: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
