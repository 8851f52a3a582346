"""The tags of buckets."""

import pytest

from bot.aws.collect import bucket_tags
from checks.inventory import Gap
from sandbox.aws.accounts import HUB

REGION = "eu-west-1"


@pytest.fixture
def buckets(cloud):
    s3 = cloud.client("s3", HUB)
    s3.create_bucket(Bucket="tagged-here")
    s3.put_bucket_tagging(Bucket="tagged-here", Tagging={"TagSet": [{"Key": "Owner", "Value": "platform"}]})
    s3.create_bucket(Bucket="never-there", CreateBucketConfiguration={"LocationConstraint": REGION})
    return s3


def test_each_region_tells_its_own_buckets_and_those_never_tagged_too(source, buckets):
    both = ("us-east-1", REGION)
    here = list(bucket_tags.bucket_tags(source("us-east-1", both)))
    assert [(one.name, one.region, one.tags) for one in here] == [("tagged-here", "us-east-1", {"Owner": "platform"})]
    there = list(bucket_tags.bucket_tags(source(REGION, both)))
    assert [(one.name, one.arn, one.tags) for one in there] == [("never-there", "arn:aws:s3:::never-there", {})]


def test_where_a_buckets_tags_are_refused_it_is_named_all_the_same(cloud, source, buckets):
    cloud.faults.deny("s3", "GetBucketTagging")
    (one,) = bucket_tags.bucket_tags(source(REGION, ("us-east-1", REGION)))
    assert isinstance(one.tags, Gap)
    assert one.tags.permission == "s3:GetBucketTagging"
