"""The account itself, of which nothing need be read."""

from bot.aws.collect.source import Source
from checks.inventory.account import Account, AccountRegion


def account(source: Source) -> list[Account]:
    """The one account."""
    return [Account(id=source.account, partition=source.partition)]


def account_region(source: Source) -> list[AccountRegion]:
    """The account in the region at hand."""
    return [AccountRegion(id=source.account, region=source.region)]
