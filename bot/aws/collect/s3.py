"""Reads S3: the account's buckets, and all that decides whether one of them is public.

A part that may not be read is a Gap in its place, so that one missing permission does not hide the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.aws.collect.parts import gap, part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory import GLOBAL, Gap
from checks.inventory.s3 import Bucket, Grant, PublicAccessBlock

LIST_ACTIONS = ("s3:ListAllMyBuckets", "s3:GetBucketLocation")
BUCKET_ACTIONS = (
    *LIST_ACTIONS,
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketAcl",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
)
"""What `bucket` needs."""

_PAGE = 1000
_NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
_NO_POLICY = "NoSuchBucketPolicy"
_NO_OWNERSHIP = "OwnershipControlsNotFoundError"
_OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}
"""What GetBucketLocation calls two regions."""

Answer = Mapping[str, Any]


def bucket(source: Source, name: str) -> Bucket | Gap:
    """A bucket, read once for the account; a Gap where it is not the account's own, or cannot be listed.

    Its parts are read at once, so call this from a collector, never from within `source.each`.
    """
    return source.shared.once(lambda: _bucket(replace(source, region=GLOBAL), name), ("s3.bucket", name))


def _bucket(source: Source, name: str) -> Bucket | Gap:
    try:
        if name not in owned(source):
            return _foreign(source, name)
        region = region_of(source, name)
    except AwsError as error:
        return gap(source, "Bucket", error)
    there = replace(source, region=region)
    reads: tuple[Callable[[], Any], ...] = (
        lambda: account_block(source),
        lambda: part(there, "Bucket", lambda: _block(asked(there, "get_public_access_block", name, _NO_BLOCK))),
        lambda: part(there, "Bucket", lambda: _ownership(there, name)),
        lambda: part(there, "Bucket", lambda: _grants(asked(there, "get_bucket_acl", name))),
        lambda: policy(source, name),
        lambda: part(there, "Bucket", lambda: _policy_public(there, name)),
    )
    account, block, ownership, acl, text, public = source.each(lambda read: read(), reads)
    return Bucket(
        name=name,
        arn=arn(source, name),
        region=region,
        account_block=account,
        block=block,
        ownership=ownership,
        acl=acl,
        policy=text,
        policy_public=public,
    )


def _foreign(source: Source, name: str) -> Gap:
    return Gap(
        account=source.account,
        region=source.region,
        record="Bucket",
        reason=f"the bucket {name} is not this account's own: it is judged in the account that owns it, "
        "when that one is audited too",
        by_nature=True,
    )


def arn(source: Source, name: str) -> str:
    """A bucket's ARN."""
    return f"arn:{source.partition}:s3:::{name}"


def owned(source: Source) -> Mapping[str, str]:
    """The names of the account's own buckets, and the region of each where the list says it. Raises AwsError."""
    return source.shared.once(lambda: _owned(replace(source, region=GLOBAL)), "s3.owned")


def _owned(source: Source) -> Mapping[str, str]:
    # asked for by pages, the list says the regions too
    found = source.pages("s3", "list_buckets", "Buckets", size=_PAGE)
    return {entry["Name"]: entry.get("BucketRegion", "") for entry in found}


def region_of(source: Source, name: str) -> str:
    """The region of a bucket of the account's own, read once. Raises AwsError."""
    return source.shared.once(lambda: _region(replace(source, region=GLOBAL), name), ("s3.region", name))


def _region(source: Source, name: str) -> str:
    listed = owned(source).get(name)
    if listed:
        return listed
    said: str | None = asked(source, "get_bucket_location", name).get("LocationConstraint")
    return _OLD_NAMES.get(said) or str(said)


def policy(source: Source, name: str) -> str | Gap:
    """The policy of a bucket of the account's own, read once; empty where it has none."""
    region = owned(source).get(name) or GLOBAL
    there = replace(source, region=region)

    def read() -> str | Gap:
        return part(there, "Bucket", lambda: str(asked(there, "get_bucket_policy", name, _NO_POLICY).get("Policy", "")))

    return source.shared.once(read, ("s3.policy", name))


def account_block(source: Source) -> PublicAccessBlock | Gap:
    """The public access block of the account, read once."""
    there = replace(source, region=GLOBAL)

    def ask() -> PublicAccessBlock:
        try:
            return _block(there.call("s3control", "get_public_access_block", AccountId=source.account))
        except AwsError as error:
            if error.code == _NO_BLOCK:
                return PublicAccessBlock()
            raise

    return source.shared.once(lambda: part(there, "Bucket", ask), "s3.account_block")


def asked(source: Source, operation: str, name: str, absent: str = "") -> Answer:
    """The answer of one call about a bucket; an empty one where AWS says that there is none, with the code `absent`."""
    try:
        return source.call("s3", operation, Bucket=name)
    except AwsError as error:
        if absent and error.code == absent:
            return {}
        raise


def _block(answer: Answer) -> PublicAccessBlock:
    said = answer.get("PublicAccessBlockConfiguration", {})
    return PublicAccessBlock(
        block_public_acls=said.get("BlockPublicAcls", False),
        ignore_public_acls=said.get("IgnorePublicAcls", False),
        block_public_policy=said.get("BlockPublicPolicy", False),
        restrict_public_buckets=said.get("RestrictPublicBuckets", False),
    )


def _ownership(source: Source, name: str) -> str:
    rules = (
        asked(source, "get_bucket_ownership_controls", name, _NO_OWNERSHIP).get("OwnershipControls", {}).get("Rules")
    )
    return str(rules[0]["ObjectOwnership"]) if rules else ""


def _grants(answer: Answer) -> tuple[Grant, ...]:
    return tuple(
        Grant(grantee=str(g["Grantee"].get("URI") or g["Grantee"].get("ID", "")), permission=str(g["Permission"]))
        for g in answer.get("Grants", ())
    )


def _policy_public(source: Source, name: str) -> bool:
    answer = asked(source, "get_bucket_policy_status", name, _NO_POLICY)
    return bool(answer.get("PolicyStatus", {}).get("IsPublic", False))
