"""What is read of the buckets of trails."""

import json

import pytest

from bot.aws.collect import trail_buckets
from checks.inventory import Gap
from checks.inventory.cloudtrail import Versioning
from sandbox.aws.accounts import HUB, PROD

US, EU = "us-east-1", "eu-west-1"
BOTH = (US, EU)


@pytest.fixture
def s3(cloud):
    return cloud.client("s3", HUB)


def make_bucket(s3, name="logs", region=US, **facts):
    where = {} if region == US else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **where, **facts)


def make_trail(cloud, name="main", bucket="logs", region=US, account=HUB):
    return cloud.client("cloudtrail", account, region).create_trail(Name=name, S3BucketName=bucket)["TrailARN"]


def let_write(s3, name, *trails, service="cloudtrail.amazonaws.com"):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/AWSLogs/*",
    }
    if trails:
        statement["Condition"] = {"ArnEquals": {"aws:SourceArn": list(trails)}}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def test_a_bucket_of_two_trails_is_told_once_in_its_own_region(cloud, s3, source):
    make_bucket(s3, region=EU)
    arns = {make_trail(cloud, "one"), make_trail(cloud, "two", region=EU)}

    assert list(trail_buckets.buckets(source(US, BOTH))) == []
    (bucket,) = trail_buckets.buckets(source(EU, BOTH))

    assert (bucket.name, bucket.region, set(bucket.trails)) == ("logs", EU, arns)
    assert bucket.bucket.name == "logs"
    assert (bucket.access_log, bucket.compliance_lock) == ("", "")
    assert bucket.versioning == Versioning(on=False, mfa_delete=False)


def test_what_guards_a_bucket_is_read(cloud, s3, source):
    make_bucket(s3, "access-logs")
    make_bucket(s3, ObjectLockEnabledForBucket=True)
    make_trail(cloud)
    s3.put_bucket_acl(Bucket="access-logs", ACL="log-delivery-write")
    log = {"LoggingEnabled": {"TargetBucket": "access-logs", "TargetPrefix": ""}}
    s3.put_bucket_logging(Bucket="logs", BucketLoggingStatus=log)
    s3.put_bucket_versioning(
        Bucket="logs", MFA="m 1", VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"}
    )
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}}}
    s3.put_object_lock_configuration(Bucket="logs", ObjectLockConfiguration=lock)

    (bucket,) = trail_buckets.buckets(source(US))

    assert bucket.access_log == "access-logs"
    assert bucket.versioning == Versioning(on=True, mfa_delete=True)
    assert bucket.compliance_lock == "365 days"


def test_a_lock_in_governance_mode_is_none(cloud, s3, source):
    make_bucket(s3, ObjectLockEnabledForBucket=True)
    make_trail(cloud)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 365}}}
    s3.put_object_lock_configuration(Bucket="logs", ObjectLockConfiguration=lock)

    assert [bucket.compliance_lock for bucket in trail_buckets.buckets(source(US))] == [""]


def test_anothers_bucket_is_told_by_the_home_of_its_trail_and_not_asked_about(cloud, source):
    make_bucket(cloud.client("s3", PROD), "archive")
    arn = make_trail(cloud, bucket="archive", region=EU)

    (bucket,) = trail_buckets.buckets(source(EU, BOTH))

    assert (bucket.name, bucket.arn, bucket.region, bucket.trails) == ("archive", "arn:aws:s3:::archive", EU, (arn,))
    assert isinstance(bucket.bucket, Gap)
    assert "s3:GetBucketVersioning" not in cloud.calls.count()


def test_a_bucket_that_lets_cloudtrail_write_is_one_of_other_accounts_trails(cloud, s3, source):
    theirs = f"arn:aws:cloudtrail:{US}:{PROD.id}:trail/theirs"
    for name in ("archive", "unnamed", "config", "plain"):
        make_bucket(s3, name)
    let_write(s3, "archive", theirs)
    let_write(s3, "unnamed")
    let_write(s3, "config", service="config.amazonaws.com")

    found = {bucket.name: bucket.trails for bucket in trail_buckets.buckets(source(US))}

    assert found == {"archive": (theirs,), "unnamed": ()}


def test_an_own_bucket_names_the_trails_of_others_too(cloud, s3, source):
    make_bucket(s3)
    own = make_trail(cloud)
    let_write(s3, "logs", own, "arn:aws:cloudtrail:us-east-1:1:trail/theirs")

    (bucket,) = trail_buckets.buckets(source(US))

    assert bucket.trails == (own, "arn:aws:cloudtrail:us-east-1:1:trail/theirs")


def test_policies_that_may_not_be_read_leave_it_unknown_whose_logs_are_kept(cloud, s3, source):
    make_bucket(s3)
    cloud.faults.deny("s3", "GetBucketPolicy")

    (bucket,) = trail_buckets.buckets(source(US, BOTH))

    assert (bucket.name, bucket.arn) == ("", f"AWS::::Account:{HUB.id}")
    assert bucket.bucket.permission == "s3:GetBucketPolicy"
    assert list(trail_buckets.buckets(source(EU, BOTH))) == []


def test_buckets_that_may_not_be_listed_leave_the_named_ones_unknown(cloud, s3, source):
    make_bucket(s3)
    make_trail(cloud)
    cloud.faults.deny("s3", "ListBuckets")

    found = list(trail_buckets.buckets(source(US)))

    assert [bucket.name for bucket in found] == ["logs", ""]
    assert {bucket.bucket.permission for bucket in found} == {"s3:ListAllMyBuckets"}


@pytest.mark.parametrize(
    ("operation", "part", "permission"),
    [
        ("GetBucketLogging", "access_log", "s3:GetBucketLogging"),
        ("GetBucketVersioning", "versioning", "s3:GetBucketVersioning"),
        ("GetObjectLockConfiguration", "compliance_lock", "s3:GetBucketObjectLockConfiguration"),
    ],
)
def test_a_part_that_may_not_be_read_is_a_gap(cloud, s3, source, operation, part, permission):
    make_bucket(s3)
    make_trail(cloud)
    cloud.faults.deny("s3", operation)

    (bucket,) = trail_buckets.buckets(source(US))

    assert getattr(bucket, part).permission == permission
    assert bucket.bucket.name == "logs"


def test_the_bucket_of_an_organisations_trail_is_for_the_account_that_made_it(canned, s3, source):
    make_bucket(s3)
    trail = {
        "TrailARN": f"arn:aws:cloudtrail:{US}:{PROD.id}:trail/org",
        "Name": "org",
        "HomeRegion": US,
        "S3BucketName": "elsewhere",
        "IsOrganizationTrail": True,
    }
    canned("cloudtrail", "DescribeTrails", {"trailList": [trail]}, region=US)

    assert list(trail_buckets.buckets(source(US))) == []
