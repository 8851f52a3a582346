"""EC2's machines: instances, what they start from (images, launch templates, user data), and key pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checks.inventory import GLOBAL, Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance that is not terminated."""

    id: str
    arn: str
    region: str
    state: str
    """`pending`, `running`, `shutting-down`, `stopping` or `stopped`."""
    vpc: str
    profile: str = ""
    """ARN of its instance profile; empty: none."""
    key: str = ""
    """Name of its key pair; empty: none."""
    groups: tuple[str, ...] = ()
    """Ids, of all its network interfaces."""
    addresses: tuple[str, ...] = ()
    """All of its interfaces, private and public, IPv4 and IPv6."""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its tag `Name`, for people."""
        return self.tags.get("Name", "")

    @property
    def label(self) -> str:
        """For people: `i-0a1b2c3d (web-1)`."""
        return f"{self.id} ({self.name})" if self.name else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceProfile:
    """One instance profile of IAM."""

    name: str
    arn: str
    roles: tuple[str, ...]
    """Names; at most one."""

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchTemplate:
    """One launch template: what its default and its latest version name, together."""

    id: str
    name: str
    arn: str
    region: str
    keys: tuple[str, ...] = ()
    """Names of key pairs."""
    groups: tuple[str, ...] = ()
    """Ids of security groups."""
    group_names: tuple[str, ...] = ()
    """Names of security groups, where it gives those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserData:
    """What one instance or launch template runs when it starts; it may hold secrets, so it is in no repr."""

    arn: str
    """The instance's or the launch template's."""
    region: str
    name: str
    """For people."""
    data: Mapping[str, str] = field(repr=False)
    """In base64, by where it stands: `user data`, or `version 3` of a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """One key pair, of which AWS keeps the public half."""

    id: str
    name: str
    arn: str
    region: str
    created: datetime | None
    """None for pairs that are older than AWS's noting of it."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One machine image that the account owns."""

    id: str
    name: str
    arn: str
    region: str
    public: bool = False
    shared_with: tuple[str, ...] | Gap = ()
    """Ids of accounts, and ARNs of organisations and units, that may launch it."""
    tags: Mapping[str, str] = field(default_factory=dict)
