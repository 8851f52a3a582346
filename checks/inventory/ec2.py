"""EC2's network: security groups, what they are attached to, prefix lists, and VPCs with their flow logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of IpPermissions as AWS groups it: a protocol, ports, and all its sources."""

    protocol: str
    """`-1`, `tcp`, `udp`, `icmp`, `icmpv6` or a number, as AWS gives it."""
    from_port: int | None
    """For ICMP the type; None: all."""
    to_port: int | None
    """For ICMP the code; None: all."""
    cidrs: tuple[str, ...] = ()
    """IPv4 and IPv6."""
    prefix_lists: tuple[str, ...] = ()
    """Ids."""
    groups: tuple[str, ...] = ()
    """Ids of referenced security groups."""
    descriptions: Mapping[str, str] = field(default_factory=dict)
    """By source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    """One security group with its rules."""

    id: str
    name: str
    arn: str
    region: str
    vpc: str
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface:
    """One network interface: what a group is attached to."""

    id: str
    arn: str
    region: str
    vpc: str
    groups: tuple[str, ...]
    """Ids."""
    public_address: str = ""
    private_address: str = ""
    instance: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixList:
    """One managed prefix list; AWS's own (`owner` is `AWS`) come without entries."""

    id: str
    name: str
    arn: str
    region: str
    owner: str
    cidrs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """One VPC, another account's that is shared with this one too."""

    id: str
    arn: str
    region: str
    owner: str
    """Id of the account that it belongs to, which alone sees its tags and flow logs."""
    default: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """One subnet."""

    id: str
    arn: str
    region: str
    vpc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLog:
    """One flow log of a VPC, a subnet or a network interface."""

    id: str
    arn: str
    region: str
    resource: str
    """Id of what it logs."""
    traffic: str
    """`ALL`, `REJECT` or `ACCEPT`."""
    active: bool = True
    error: str = ""
    """Why its records are not delivered, in AWS's words; empty: they are, as far as AWS says."""
