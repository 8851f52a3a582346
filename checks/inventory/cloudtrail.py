"""CloudTrail: trails, and their keys and buckets. A part that could not be read is the Gap that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from checks.inventory import Gap
from checks.inventory.s3 import Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailStatus:
    """GetTrailStatus: whether a trail logs, and when it last delivered."""

    logging: bool
    started: datetime | None = None
    """When it was last started."""
    logs_delivered: datetime | None = None
    """When it last delivered into its log group."""
    logs_error: str = ""
    """Why its last delivery into the log group failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicSelector:
    """One event selector of the first form."""

    management: bool = True
    read_write: str = "All"
    """`All`, `ReadOnly` or `WriteOnly`."""
    excluded: tuple[str, ...] = ()
    """Services whose management events are left out: KMS or RDS Data."""
    data: Mapping[str, tuple[str, ...]]
    """ARN prefixes by type of resource, as `AWS::S3::Object`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What an advanced selector asks of one field."""

    field: str
    operator: str
    """As AWS writes it: `Equals`, `StartsWith`, `EndsWith`, `NotEquals`, `NotStartsWith`, `NotEndsWith`."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancedSelector:
    """One event selector of the second form: an event must meet every condition."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One trail, in its home region; an organisation's trail is in every member's account too."""

    name: str
    arn: str
    region: str
    """Its home."""
    bucket: str
    multi_region: bool = False
    global_events: bool = False
    validates: bool = False
    """Whether it makes digests by which its files can be validated."""
    organization: bool = False
    key: str = ""
    """ARN of the KMS key; empty: none."""
    log_group: str = ""
    """ARN, as CloudTrail gives it."""
    status: TrailStatus | Gap
    selectors: tuple[BasicSelector | AdvancedSelector, ...] | Gap = ()

    @property
    def owner(self) -> str:
        """The account that made it."""
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailKey:
    """The KMS key of a trail's logs."""

    id: str
    """As the trail names it."""
    arn: str
    region: str
    state: str | Gap
    """`Enabled`, `Disabled`, `PendingDeletion` …; empty: there is no such key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioning:
    """Whether a bucket keeps versions, and only root's MFA device may delete one."""

    on: bool
    mfa_delete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailBucket:
    """A bucket into which a trail delivers: one of this account's trails, or another's.

    `bucket` is a Gap where it is not the account's own, and the parts after it then say nothing. Without a name it
    stands for buckets that could not be found out, and its ARN is the account's.
    """

    name: str
    arn: str
    region: str
    trails: tuple[str, ...] = ()
    """ARNs of the trails, as far as they are known."""
    bucket: Bucket | Gap
    access_log: str | Gap = ""
    """Where its server access log goes; empty: nowhere."""
    versioning: Versioning | Gap = Versioning(on=False, mfa_delete=False)
    compliance_lock: str | Gap = ""
    """The default retention of its Object Lock in compliance mode, as `365 days`; empty: none."""
