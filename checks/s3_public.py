"""Whether a bucket is public: a way in, by ACL or by policy, that no public access block stops.

Of the four switches IgnorePublicAcls stops ACLs and RestrictPublicBuckets stops policies, each on the bucket or on
the account; the two Block… switches only refuse new grants and open or close nothing that stands. Source: Amazon S3
User Guide, "Blocking public access to your Amazon S3 storage".
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from checks import policy
from checks.inventory import Gap, GapError, known
from checks.inventory.s3 import Bucket, PublicAccessBlock

EVERYONE = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everyone",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "any AWS user",
}


def ways_in(bucket: Bucket) -> tuple[str, ...]:
    """How the public gets into `bucket`, a sentence each, for the evidence; empty: it does not.

    Raises GapError where none is seen and a part that would decide could not be read.
    """
    ways: list[str] = []
    gaps: list[Gap] = []
    for find in (_by_acl, _by_policy):
        try:
            ways.extend(find(bucket))
        except GapError as error:
            gaps.append(error.gap)
    if gaps and not ways:
        raise GapError(gaps[0])
    return tuple(ways)


def _by_acl(bucket: Bucket) -> Iterator[str]:
    if bucket.ownership == "BucketOwnerEnforced" or _stopped(bucket, "ignore_public_acls"):
        return
    granted = [grant for grant in known(bucket.acl) if grant.grantee in EVERYONE]
    if granted:
        known(bucket.ownership)
        _sure(bucket)
    for grant in granted:
        yield f"its ACL grants {grant.permission} to {EVERYONE[grant.grantee]}"


def _by_policy(bucket: Bucket) -> Iterator[str]:
    if bucket.policy == "" or _stopped(bucket, "restrict_public_buckets"):
        return
    if known(bucket.policy_public):
        _sure(bucket)
        yield "AWS calls its policy public" + _statements(bucket.policy)


def _stopped(bucket: Bucket, switch: str) -> bool:
    """Whether the switch is known to be on, on the bucket or on the account."""
    return any(
        isinstance(block, PublicAccessBlock) and getattr(block, switch)
        for block in (bucket.block, bucket.account_block)
    )


def _sure(bucket: Bucket) -> None:
    """Raises GapError where a block that could stop the way in was not read."""
    known(bucket.block)
    known(bucket.account_block)


def _statements(text: str | Gap) -> str:
    """What the statements for anyone allow, for a person who does not have the policy before them."""
    if isinstance(text, Gap):
        return ""
    try:
        raw = json.loads(text).get("Statement", ())
        statements = policy.parse(text)
    except (ValueError, AttributeError):
        return ""
    texts = []
    for one, said in zip(statements, [raw] if isinstance(raw, dict) else raw, strict=True):
        principal = said.get("Principal")
        anyone = principal == "*" or (isinstance(principal, dict) and "*" in _list(principal.get("AWS", ())))
        if one.allow and (anyone or "NotPrincipal" in said):
            name = f" ({said['Sid']})" if said.get("Sid") else ""
            texts.append(f"anyone may {', '.join(_list(said.get('Action', said.get('NotAction'))))}{name}")
    return f": {'; '.join(texts)}" if texts else ""


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
