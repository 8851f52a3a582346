"""Which AWS accounts and regions, and by which roles: listed, or taken from AWS Organizations."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.checks import Checks
from bot.config.part import Part
from bot.config.values import AccountId, Belonging, MaybeAccountId, Words


class Account(Part):
    """An AWS account to audit and to fix."""

    id: AccountId
    """Twelve digits, in quotes."""
    name: str = ""
    """What people call it: acme-prod; empty: its name in AWS Organizations, if that is asked."""
    environment: str = ""
    """production, staging, development …"""
    units: tuple[Words, ...] = ()
    """Its organisational units with those above, by id or path of names; empty: as AWS Organizations says."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Of the account; empty: as AWS Organizations says."""
    checks: Checks = Checks()
    """What of `[checks]` is different for this account; each key takes the place of the one there."""


class Group(Part):
    """What is different for some accounts of the organisation; of two groups that set the same, the later counts."""

    of: Annotated[tuple[Belonging, ...], Field(min_length=1)]
    """Whose: in the same words as `include`."""
    environment: str = ""
    """production, staging, development …; empty: what the tag says."""
    checks: Checks = Checks()
    """What of `[checks]` is different for these accounts; each key takes the place of the one there."""


class Organization(Part):
    """AWS Organizations as the source of accounts; those in `[[aws.accounts]]` come besides, and set their own."""

    enabled: bool = False
    """Whether its accounts are audited. They are asked for at each audit."""
    account: MaybeAccountId = ""
    """Where `read_role` may ask: the management account, or a delegated administrator; empty: the caller's own."""
    include: tuple[Belonging, ...] = ()
    """An organisational unit with all below it, by its id (ou-…) or its path of names (Workloads/Production);
    a tag of the account as key=value, with * and ?; or an account's number. Empty: all."""
    leave_out: tuple[Belonging, ...] = ()
    """The same words; goes before `include`."""
    environment_tag: str = "Environment"
    """Key of an account's tag that names its environment; empty: none is read."""
    groups: tuple[Group, ...] = ()

    @property
    def reads_tags(self) -> bool:
        """Whether the accounts' tags are asked for: only where a setting here looks at them."""
        words = (*self.include, *self.leave_out, *(word for group in self.groups for word in group.of))
        return bool(self.environment_tag) or any("=" in word for word in words)


class Aws(Part):
    """Which accounts and regions, by which roles."""

    accounts: tuple[Account, ...] = ()
    """Empty: the organisation's, or without one the caller's own account alone."""
    organization: Organization = Organization()
    regions: tuple[str, ...] = ()
    """Empty: all that the account has enabled."""
    read_role: str = ""
    """Name of the role to assume in each account for reading; empty: the caller's own credentials."""
    remediation_role: str = ""
    """Name of the role that may change things; empty: remediations are off."""
    security_hub_role: str = ""
    """Name of the role that may import findings into Security Hub; empty: the caller's own credentials."""
    external_id: str = ""
    """Sent with AssumeRole, when the roles ask for one."""
    queue_url: str = ""
    """The SQS queue that EventBridge and SNS lead to; empty: no relay."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if twice := [id_ for id_, times in Counter(one.id for one in self.accounts).items() if times > 1]:
            raise ValueError(f"accounts: {', '.join(twice)} is listed twice")
        return self
