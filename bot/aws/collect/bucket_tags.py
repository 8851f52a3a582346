"""Reads the tags of the account's buckets, those that never had any too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.aws.collect import s3
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import lies_here, part
from bot.aws.collect.source import Source
from checks.inventory.s3 import BucketTags

_NO_TAGS = "NoSuchTagSet"


def bucket_tags(source: Source) -> Iterator[BucketTags]:
    """The tags of the account's buckets of this region."""
    names = [name for name in s3.owned(source) if lies_here(source, s3.region_of(source, name))]
    return source.each(lambda name: _of(source, name), names)


def _of(source: Source, name: str) -> BucketTags:
    region = s3.region_of(source, name)
    there = replace(source, region=region)

    def read() -> dict[str, str]:
        answer = s3.asked(there, "get_bucket_tagging", name, _NO_TAGS)
        return {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", ())}

    return BucketTags(name=name, arn=s3.arn(source, name), region=region, tags=part(there, BucketTags.__name__, read))


COLLECTORS = (
    Collector(
        record=BucketTags,
        scope=Scope.REGIONAL,
        actions=(*s3.LIST_ACTIONS, "s3:GetBucketTagging"),
        read=bucket_tags,
    ),
)
