"""The account itself, of which nothing need be read."""

from bot.aws.collect.source import Source
from checks.inventory.account import Account


def account(source: Source) -> list[Account]:
    """The one account."""
    return [Account(id=source.account, partition=source.partition)]
