"""AWS Config: what a region records, where that is delivered, and how public that place is."""

from __future__ import annotations

from dataclasses import dataclass

from checks.inventory import Gap
from checks.inventory.s3 import Bucket
from checks.inventory.sns import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """One configuration recorder."""

    name: str
    arn: str
    region: str
    recording: bool
    last_status: str
    """`pending`, `success`, `failure`, `notapplicable`; empty: AWS does not say."""
    last_error: str = ""
    service: str = ""
    """The AWS service that keeps it for itself; empty: it is a customer's."""
    strategy: str = ""
    """`ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_…`, `EXCLUSION_BY_RESOURCE_TYPES`; empty: the old flag counts."""
    all_supported: bool = False
    """The old flag."""
    global_types: bool = False
    """includeGlobalResourceTypes."""
    types: tuple[str, ...] = ()
    """Those recorded, where it names them."""
    excluded: tuple[str, ...] = ()
    """Those left out, where it names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChannel:
    """The delivery channel of a region."""

    name: str
    arn: str
    region: str
    bucket: str
    snapshots: str = ""
    """How often it delivers a snapshot, as `TwentyFour_Hours`; empty: never."""
    topic: Topic | None = None
    """That hears of deliveries and changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryBucket:
    """A bucket into which Config delivers: from this account's channels, or by its policy from others'.

    `bucket` is a Gap where it is not the account's own. Without a name it stands for those of a region whose
    channels could not be read, and its ARN is the account's.
    """

    name: str
    arn: str
    region: str
    regions: tuple[str, ...] = ()
    """Where this account's Config delivers into it."""
    bucket: Bucket | Gap
