"""Parts of a record that may fail alone: the Gap that stands in the place of one that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from bot.aws.collect.source import Source
from bot.errors import AwsDenied, AwsError
from checks.inventory import Gap

T = TypeVar("T")


def part(source: Source, record: str, read: Callable[[], T]) -> T | Gap:
    """What `read` returns, or the Gap that its AwsError leaves in a record of this type."""
    try:
        return read()
    except AwsError as error:
        return gap(source, record, error)


def gap(source: Source, record: str, error: AwsError) -> Gap:
    """The Gap that an error leaves in a record of this type."""
    permission = error.permission if isinstance(error, AwsDenied) else ""
    return Gap(account=source.account, region=source.region, record=record, reason=str(error), permission=permission)


def lies_here(source: Source, region: str, silent: Collection[str] = ()) -> bool:
    """Whether this reading tells what lies in `region`: each region its own, the first what lies elsewhere.

    What lies in a `silent` region, which could not be read, lies elsewhere.
    """
    telling = [one for one in source.regions if one not in silent]
    return source.region == (region if region in telling else telling[0])
