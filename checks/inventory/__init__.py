"""What an account looks like: frozen records, and the gaps where it could not be read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from checks.settings import CheckSettings

GLOBAL = "global"
"""The region of IAM, CloudFront, Organizations and account settings."""


class Record(Protocol):
    """What every record has; each is a frozen dataclass, in the module of this package named for its service."""

    @property
    def arn(self) -> str:
        """The resource's ARN, or `AWS::::Account:ID` for the account as a whole."""

    @property
    def region(self) -> str:
        """The resource's region, or `global`."""


R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be read: all records of a type in a region."""

    account: str
    region: str
    record: str
    """Name of the record type, as `SecurityGroup`."""
    reason: str
    """In words for a person: what was refused or failed."""
    permission: str = ""
    """The IAM action that is missing, if one is."""
    by_nature: bool = False
    """From where the audit stands, as of what lies in another account: nothing failed."""

    @property
    def text(self) -> str:
        """The reason, and the missing permission if one is known."""
        return f"{self.reason} (missing permission: {self.permission})" if self.permission else self.reason


class GapError(Exception):
    """A check asked for records that could not be read; the judge makes an Unknown of it."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.reason)
        self.gap = gap


def foremost(gaps: Iterable[Gap]) -> Gap:
    """The first that may be closed; where all are by nature, the first. Raises ValueError without any."""
    return min(gaps, key=lambda gap: gap.by_nature)


def known(part: T | Gap) -> T:
    """A part of a record, where it was read; raises GapError where it was not."""
    if isinstance(part, Gap):
        raise GapError(part)
    return part


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """One account as it was read at `collected_at`; picklable.

    `regions` are those looked at (without `global`); `left_out` maps a region to the reason why not.
    """

    account: str
    collected_at: datetime
    name: str = ""
    partition: str = "aws"
    regions: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[type[Record], tuple[Record, ...]] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    """API calls made, by `service:Operation`."""

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """Every record of one type, of all regions."""
        return cast(tuple[R, ...], self.records.get(kind, ()))

    def gap(self, kind: type[Record], region: str) -> Gap | None:
        """Why records of `kind` are missing in `region`, if they are."""
        return next((g for g in self.gaps if g.record == kind.__name__ and g.region == region), None)


@dataclass(frozen=True, kw_only=True)
class View:
    """What one check may see: the inventory through the record types it declared."""

    inventory: Inventory
    settings: CheckSettings
    allowed: frozenset[type[Record]]
    _memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def now(self) -> datetime:
        """When the inventory was taken: ages are counted from here."""
        return self.inventory.collected_at

    @property
    def account(self) -> str:
        """The account's id."""
        return self.inventory.account

    def of(self, kind: type[R], region: str | None = None) -> tuple[R, ...]:
        """The records of `kind`, of one region if one is given.

        Raises GapError when they could not be read there, LookupError when the check did not declare `kind`.
        """
        if kind not in self.allowed:
            raise LookupError(f"this check reads {kind.__name__} without declaring it")
        for gap in self.inventory.gaps:
            if gap.record == kind.__name__ and region in (None, gap.region):
                raise GapError(gap)
        return tuple(r for r in self.inventory.of(kind) if region in (None, r.region))

    def seen(self, kind: type[R]) -> tuple[tuple[R, ...], tuple[Gap, ...]]:
        """The records of `kind` that were read anywhere, and the gaps where others may be.

        For a question that one good record answers wherever it lies. Raises LookupError like `of`.
        """
        if kind not in self.allowed:
            raise LookupError(f"this check reads {kind.__name__} without declaring it")
        return self.inventory.of(kind), tuple(g for g in self.inventory.gaps if g.record == kind.__name__)

    def age(self, moment: datetime) -> int:
        """Whole days from `moment` to `now`, rounded down; nought for what is yet to come."""
        return max(0, (self.now - moment).days)

    def once(self, index: Callable[[View, str], T], region: str = GLOBAL) -> T:
        """`index(self, region)`, worked out once for all the resources that one check judges.

        What `index` raises is raised again each time.
        """
        key = (index, region)
        if key not in self._memo:
            self._memo[key] = index(self, region)
        return cast(T, self._memo[key])
