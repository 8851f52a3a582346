"""S3: what a bucket lets in. A part that could not be read is the Gap that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.inventory import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """The four switches of a bucket or an account; all off where none was ever set."""

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One grant of a bucket's ACL to a group or an account."""

    grantee: str
    """The group's URI, or the account's canonical id."""
    permission: str
    """As `READ`, `WRITE`, `FULL_CONTROL`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One bucket of the account, and all that decides whether it is public (`checks.s3_public`)."""

    name: str
    arn: str
    region: str
    account_block: PublicAccessBlock | Gap
    """The account's own, over all its buckets."""
    block: PublicAccessBlock | Gap
    ownership: str | Gap = "BucketOwnerEnforced"
    """ObjectOwnership; empty: never set, so that ACLs count."""
    acl: tuple[Grant, ...] | Gap = ()
    policy: str | Gap = ""
    """The policy's JSON text; empty: none."""
    policy_public: bool | Gap = False
    """What AWS itself says of the policy (GetBucketPolicyStatus)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketTags:
    """The tags of one bucket of the account, for the checks that ask for nothing else of it."""

    name: str
    arn: str
    region: str
    tags: Mapping[str, str] | Gap = field(default_factory=dict)
