"""What is read of S3."""

import json

import pytest

from bot.aws.collect import s3
from checks.inventory import GLOBAL, Gap
from checks.inventory.s3 import PublicAccessBlock
from sandbox.aws.accounts import HUB, PROD

ALL_ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@pytest.fixture
def api(cloud):
    return cloud.client("s3", HUB)


def make(api, name="logs", region="us-east-1"):
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    api.create_bucket(Bucket=name, **where)


def test_a_bucket_with_nothing_set_is_read_as_such(api, source):
    make(api)

    bucket = s3.bucket(source(), "logs")

    assert (bucket.name, bucket.arn, bucket.region) == ("logs", "arn:aws:s3:::logs", "us-east-1")
    assert (bucket.block, bucket.account_block) == (PublicAccessBlock(), PublicAccessBlock())
    assert (bucket.ownership, bucket.policy, bucket.policy_public) == ("", "", False)
    assert [grant.permission for grant in bucket.acl] == ["FULL_CONTROL"]


def test_everything_that_is_set_is_read(cloud, api, source):
    make(api, region="eu-west-1")
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
    api.put_bucket_ownership_controls(
        Bucket="logs", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    api.put_bucket_acl(Bucket="logs", ACL="public-read")
    api.put_bucket_policy(Bucket="logs", Policy=json.dumps(policy))
    api.put_public_access_block(Bucket="logs", PublicAccessBlockConfiguration={**ALL_ON, "IgnorePublicAcls": False})
    cloud.client("s3control", HUB).put_public_access_block(
        AccountId=HUB.id, PublicAccessBlockConfiguration={**ALL_ON, "RestrictPublicBuckets": False}
    )

    bucket = s3.bucket(source(), "logs")

    assert bucket.region == "eu-west-1"
    assert bucket.ownership == "BucketOwnerPreferred"
    assert ("http://acs.amazonaws.com/groups/global/AllUsers", "READ") in {
        (grant.grantee, grant.permission) for grant in bucket.acl
    }
    assert json.loads(bucket.policy) == policy
    assert bucket.policy_public is True
    assert (bucket.block.ignore_public_acls, bucket.block.restrict_public_buckets) == (False, True)
    assert (bucket.account_block.ignore_public_acls, bucket.account_block.restrict_public_buckets) == (True, False)


def test_a_bucket_is_read_once_however_often_it_is_asked_for(cloud, api, source):
    make(api)
    one = source()

    assert s3.bucket(one, "logs") is s3.bucket(one, "logs")

    assert set(cloud.calls.count().values()) == {1}


def test_what_is_called_is_what_is_declared(cloud, api, source):
    make(api)
    s3.bucket(source(), "logs")

    called = {s3_action(name) for name in cloud.calls.count()} - {"sts:GetCallerIdentity"}
    assert called == set(s3.BUCKET_ACTIONS)


def s3_action(name):
    return {
        "s3:ListBuckets": "s3:ListAllMyBuckets",
        "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
        "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    }.get(name, name)


def test_anothers_bucket_is_a_gap_that_says_where_it_is_judged(cloud, source):
    make(cloud.client("s3", PROD), "archive")

    gap = s3.bucket(source(), "archive")

    assert isinstance(gap, Gap)
    assert "not this account's own" in gap.reason
    assert gap.permission == ""
    assert cloud.calls.count().get("s3:GetBucketAcl", 0) == 0


@pytest.mark.parametrize(
    ("service", "operation", "part", "permission"),
    [
        ("s3", "GetBucketAcl", "acl", "s3:GetBucketAcl"),
        ("s3", "GetBucketOwnershipControls", "ownership", "s3:GetBucketOwnershipControls"),
        ("s3", "GetBucketPolicy", "policy", "s3:GetBucketPolicy"),
        ("s3", "GetBucketPolicyStatus", "policy_public", "s3:GetBucketPolicyStatus"),
        ("s3", "GetPublicAccessBlock", "block", "s3:GetBucketPublicAccessBlock"),
        ("s3control", "GetPublicAccessBlock", "account_block", "s3:GetAccountPublicAccessBlock"),
    ],
)
def test_a_part_that_may_not_be_read_is_a_gap_with_its_permission(
    cloud, api, source, service, operation, part, permission
):
    make(api)
    cloud.faults.deny(service, operation)

    bucket = s3.bucket(source(), "logs")

    parts = ("acl", "ownership", "policy", "policy_public", "block", "account_block")
    unread = {name for name in parts if isinstance(getattr(bucket, name), Gap)}
    assert unread == {part}
    assert getattr(bucket, part).permission == permission


def test_buckets_that_may_not_be_listed_are_a_gap(cloud, api, source):
    make(api)
    cloud.faults.deny("s3", "ListBuckets")

    gap = s3.bucket(source(), "logs")

    assert (gap.permission, gap.region) == ("s3:ListAllMyBuckets", GLOBAL)


def test_the_list_of_buckets_says_their_regions_on_aws(canned, source):
    canned("s3", "ListBuckets", {"Buckets": [{"Name": "logs", "BucketRegion": "eu-north-1"}]})
    assert s3.region_of(source(), "logs") == "eu-north-1"


@pytest.mark.parametrize(("said", "region"), [(None, "us-east-1"), ("EU", "eu-west-1"), ("eu-west-3", "eu-west-3")])
def test_a_location_of_old_is_read_as_a_region(source, monkeypatch, said, region):
    monkeypatch.setattr(s3, "owned", lambda _: {"logs": ""})
    monkeypatch.setattr(s3, "asked", lambda *_: {"LocationConstraint": said})
    assert s3.region_of(source(), "logs") == region
