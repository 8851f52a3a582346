"""Reads the buckets into which trails deliver."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from bot.aws.collect import s3
from bot.aws.collect.cloudtrail import DESCRIBE, owner, seen_here
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import gap, lies_here, part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks import policy
from checks.inventory import GLOBAL, Gap
from checks.inventory.cloudtrail import TrailBucket, Versioning

_NO_LOCK = "ObjectLockConfigurationNotFoundError"
_SERVICE = "cloudtrail.amazonaws.com"


def buckets(source: Source) -> Iterator[TrailBucket]:
    """The buckets of this region into which trails deliver, those of other accounts' trails too.

    A bucket that is not the account's own is told by the home region of its trail.
    """
    seen = seen_here(source)
    # a member is told of its organisation's trail, whose bucket is not for it to judge
    own = [found for found in seen.trails.values() if found.get("S3BucketName") and owner(found) == source.account]
    homes = {found["S3BucketName"]: found["HomeRegion"] for found in own}
    for name, home in homes.items():
        if lies_here(source, _lies(source, name, home), seen.errors):
            trails = tuple(found["TrailARN"] for found in own if found["S3BucketName"] == name)
            yield _bucket(source, name, trails, home)
    yield from _of_others(source, set(homes), seen.errors)


def _lies(source: Source, name: str, otherwise: str) -> str:
    try:
        return s3.region_of(source, name) if name in s3.owned(source) else otherwise
    except AwsError:
        return otherwise


def _of_others(source: Source, own: Set[str], silent: Collection[str]) -> Iterator[TrailBucket]:
    """The account's buckets that other accounts' trails deliver into: their policy lets CloudTrail write."""
    first = lies_here(source, GLOBAL, silent)
    try:
        names = [name for name in s3.owned(source) if name not in own]
    except AwsError as error:
        if first:
            yield _unknown(source, gap(source, "TrailBucket", error))
        return
    unread = None
    for name, text in zip(names, source.each(lambda name: s3.policy(source, name), names), strict=True):
        if isinstance(text, Gap):
            unread = unread or text
            continue
        trails = _writers(text)
        if trails is not None and lies_here(source, _lies(source, name, GLOBAL), silent):
            yield _bucket(source, name, trails, GLOBAL)
    if unread and first:
        yield _unknown(source, unread)


def _unknown(source: Source, why: Gap) -> TrailBucket:
    return TrailBucket(name="", arn=f"AWS::::Account:{source.account}", region=source.region, bucket=why)


def _writers(text: str) -> tuple[str, ...] | None:
    """The trails that a policy lets write, as far as it names them; None where it lets none."""
    try:
        statements = policy.parse(text) if text else ()
        raw = json.loads(text)["Statement"] if text else ()
    except ValueError:
        return None
    for one, said in zip(statements, [raw] if isinstance(raw, dict) else raw, strict=True):
        principal = said.get("Principal")
        services = principal.get("Service", ()) if isinstance(principal, dict) else ()
        writes = any(policy.matches(action, "s3:putobject") for action in one.actions)
        if one.allow and writes != one.not_actions and _SERVICE in _list(services):
            return tuple(sorted(_sources(one.condition)))
    return None


def _sources(condition: Mapping[str, Any]) -> set[str]:
    return {
        arn
        for asked in condition.values()
        for key, value in (asked.items() if isinstance(asked, Mapping) else ())
        if key.lower() == "aws:sourcearn"
        for arn in _list(value)
    }


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _bucket(source: Source, name: str, trails: tuple[str, ...], home: str) -> TrailBucket:
    bucket, arn = s3.bucket(source, name), s3.arn(source, name)
    if isinstance(bucket, Gap):
        return TrailBucket(name=name, arn=arn, region=home, trails=trails, bucket=bucket)
    others = _writers(bucket.policy) if isinstance(bucket.policy, str) else ()
    there = replace(source, region=bucket.region)
    reads: tuple[Callable[[Source, str], Any], ...] = (_access_log, _versioning, _lock)
    log, versioning, lock = source.each(lambda read: part(there, "TrailBucket", lambda: read(there, name)), reads)
    return TrailBucket(
        name=name,
        arn=arn,
        region=bucket.region,
        trails=tuple(dict.fromkeys((*trails, *(others or ())))),
        bucket=bucket,
        access_log=log,
        versioning=versioning,
        compliance_lock=lock,
    )


def _access_log(source: Source, name: str) -> str:
    return str(s3.asked(source, "get_bucket_logging", name).get("LoggingEnabled", {}).get("TargetBucket", ""))


def _versioning(source: Source, name: str) -> Versioning:
    answer = s3.asked(source, "get_bucket_versioning", name)
    # both are absent where they were never switched on
    return Versioning(on=answer.get("Status") == "Enabled", mfa_delete=answer.get("MFADelete") == "Enabled")


def _lock(source: Source, name: str) -> str:
    answer = s3.asked(source, "get_object_lock_configuration", name, _NO_LOCK)
    retention = answer.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    if retention.get("Mode") != "COMPLIANCE":
        return ""
    return f"{retention['Years']} years" if retention.get("Years") else f"{retention.get('Days', 0)} days"


COLLECTORS = (
    Collector(
        record=TrailBucket,
        scope=Scope.REGIONAL,
        actions=(
            *DESCRIBE,
            *s3.BUCKET_ACTIONS,
            "s3:GetBucketLogging",
            "s3:GetBucketObjectLockConfiguration",
            "s3:GetBucketVersioning",
        ),
        read=buckets,
    ),
)
