"""What a collector is: the record type it fills, what it may do, where, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.aws.collect.source import Source
from checks.inventory import Record


class Scope(StrEnum):
    """Where a collector reads."""

    GLOBAL = "global"
    """Once for an account."""
    REGIONAL = "regional"
    """In each enabled region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One reading: the record type it fills, the IAM actions it needs, where, and how."""

    record: type[Record]
    actions: tuple[str, ...] = ()
    scope: Scope
    read: Callable[[Source], Iterable[Record]]
    """All records of an account and region, or an AwsError: a part never looks like the whole."""
