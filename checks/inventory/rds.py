"""RDS: database instances, clusters (Aurora's and others') and their snapshots; DocumentDB and Neptune too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.inventory import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class DbInstance:
    """One database instance, a cluster's members among them."""

    id: str
    arn: str
    region: str
    engine: str
    encrypted: bool
    public: bool
    """PubliclyAccessible."""
    port: int | None
    groups: tuple[str, ...] = ()
    """Ids of its VPC security groups."""
    vpc: str = ""
    cluster: str = ""
    """Id of the cluster that it is a member of; empty: it stands alone."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DbCluster:
    """One cluster, which is where its storage is encrypted or not."""

    id: str
    arn: str
    region: str
    engine: str
    encrypted: bool
    port: int | None
    groups: tuple[str, ...] = ()
    """Ids of its VPC security groups."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DbSnapshot:
    """One snapshot of an instance or a cluster that somebody made; automated ones go as their database goes."""

    id: str
    arn: str
    region: str
    source: str
    """Id of the instance or cluster that it was taken of."""
    of_cluster: bool
    engine: str
    encrypted: bool
    public: bool | Gap = False
    """Whether everyone may restore it; AWS lets no encrypted one be public, so those are not asked about."""
    tags: Mapping[str, str] = field(default_factory=dict)
