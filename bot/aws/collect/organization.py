"""Reads AWS Organizations: which accounts belong together."""

from __future__ import annotations

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.organization import Organization

_NONE = "AWSOrganizationsNotInUseException"


def organization(source: Source) -> list[Organization]:
    """The one organisation; an empty one where the account belongs to none."""
    arn = f"AWS::::Account:{source.account}"
    try:
        found = source.call("organizations", "describe_organization")["Organization"]
    except AwsError as error:
        if error.code == _NONE:
            return [Organization(arn=arn)]
        raise
    # the management account and delegated administrators alone may list them
    accounts = part(source, Organization.__name__, lambda: _accounts(source))
    return [Organization(arn=arn, id=found["Id"], accounts=accounts)]


def _accounts(source: Source) -> tuple[str, ...]:
    return tuple(one["Id"] for one in source.pages("organizations", "list_accounts", "Accounts"))


COLLECTORS = (
    Collector(
        record=Organization,
        scope=Scope.GLOBAL,
        actions=("organizations:DescribeOrganization", "organizations:ListAccounts"),
        read=organization,
    ),
)
