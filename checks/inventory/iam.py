"""IAM: people, their credentials, groups and policies, and the password policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checks.inventory import GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """One access key of a user."""

    id: str
    """Empty where only the credential report was read, which counts keys without naming them."""
    user: str
    user_arn: str
    number: int
    """1 or 2, as in the credential report."""
    active: bool
    created: datetime | None
    last_used: datetime | None
    """None: never used, or not since AWS began to note it."""
    last_used_service: str = ""

    @property
    def arn(self) -> str:
        """A key has no ARN of its own: the user's, and the key's id or number."""
        return f"{self.user_arn}/access-key/{self.id or self.number}"

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SshPublicKey:
    """One SSH public key of a user, for CodeCommit."""

    id: str
    user: str
    user_arn: str
    active: bool
    uploaded: datetime

    @property
    def arn(self) -> str:
        """A key has no ARN of its own: the user's, and the key's id."""
        return f"{self.user_arn}/ssh-public-key/{self.id}"

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One IAM user (never root), from the credential report and GetAccountAuthorizationDetails."""

    name: str
    arn: str
    created: datetime
    has_password: bool
    password_last_used: datetime | None
    password_changed: datetime | None = None
    mfa: bool = False
    keys: tuple[AccessKey, ...] = ()
    inline_policies: Mapping[str, Any] = field(default_factory=dict)
    """Policy documents by name."""
    attached_policies: tuple[str, ...] = ()
    """ARNs."""
    groups: tuple[str, ...] = ()
    """Names."""
    tags: Mapping[str, str] = field(default_factory=dict)
    boundary: str = ""
    """ARN of the permissions boundary; empty: none."""

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One IAM group; its members are the users that name it."""

    name: str
    arn: str
    inline_policies: Mapping[str, Any] = field(default_factory=dict)
    """Policy documents by name."""
    attached_policies: tuple[str, ...] = ()
    """ARNs."""

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One IAM role."""

    name: str
    arn: str
    created: datetime
    trust: Any = field(default_factory=dict)
    """The document that says who may assume it."""
    inline_policies: Mapping[str, Any] = field(default_factory=dict)
    """Policy documents by name."""
    attached_policies: tuple[str, ...] = ()
    """ARNs."""
    boundary: str = ""
    """ARN of the permissions boundary; empty: none."""
    instance_profiles: tuple[str, ...] = ()
    """ARNs of the instance profiles that hold it."""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """As `/aws-service-role/config.amazonaws.com/`."""
        return "/" + self.arn.partition(":role/")[2].removesuffix(self.name)

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProvider:
    """One SAML identity provider: a way in for people. Identity Center makes one in each account it serves."""

    arn: str

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCertificate:
    """One certificate that was uploaded to IAM."""

    id: str
    name: str
    arn: str
    expires: datetime | None
    uploaded: datetime | None = None

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One managed policy: the customer's own, and those of AWS that are attached or serve as a boundary."""

    name: str
    arn: str
    document: Any
    """The default version's."""
    attached: int = 0
    """To how many users, groups and roles (AttachmentCount)."""
    boundary_of: int = 0
    """Of how many users and roles it is the boundary (PermissionsBoundaryUsageCount)."""

    @property
    def by_aws(self) -> bool:
        """Whether AWS wrote it: `arn:aws:iam::aws:policy/…`."""
        return self.arn.split(":")[4:5] == ["aws"]

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The root user, from its row of the credential report and GetAccountSummary."""

    arn: str
    password_last_used: datetime | None
    keys: tuple[AccessKey, ...]
    """Those that exist; their ids are not to be had."""
    mfa: bool
    has_password: bool | None = None
    """None where AWS does not say."""
    virtual_mfa: bool | None = None
    """Whether its MFA device is a virtual one (ListVirtualMFADevices); None where that could not be read."""

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy:
    """The account's password policy; `exists` is False where none is set, and AWS's default rules."""

    arn: str
    """The account's."""
    exists: bool
    minimum_length: int = 8
    uppercase: bool = False
    lowercase: bool = False
    numbers: bool = False
    symbols: bool = False
    max_age: int | None = None
    """In days; None: passwords do not expire."""
    remembered: int = 0

    @property
    def region(self) -> str:
        """IAM is global."""
        return GLOBAL
