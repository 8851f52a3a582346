"""What is read of trails, and of their keys."""

from datetime import UTC, datetime

import pytest

from bot.aws.collect import cloudtrail
from bot.errors import AwsDenied
from checks.inventory import Gap
from checks.inventory.cloudtrail import BasicSelector, Condition
from sandbox.aws.accounts import HUB, PROD

US, EU = "us-east-1", "eu-west-1"
BOTH = (US, EU)


@pytest.fixture
def make(cloud):
    """Make a trail of the hub; its ARN."""

    def make(name="main", region=US, **facts):
        s3 = cloud.client("s3", HUB)
        if "logs" not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket="logs")
        api = cloud.client("cloudtrail", HUB, region)
        arn = api.create_trail(Name=name, **{"S3BucketName": "logs", **facts})["TrailARN"]
        api.start_logging(Name=name)
        return arn

    return make


def test_a_trail_is_read_with_its_settings_and_its_status(make, source):
    arn = make(IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True, EnableLogFileValidation=True, KmsKeyId="k")

    (trail,) = cloudtrail.trails(source(US))

    assert (trail.name, trail.arn, trail.region, trail.bucket, trail.owner) == ("main", arn, US, "logs", HUB.id)
    assert (trail.multi_region, trail.global_events, trail.validates, trail.organization) == (True, True, True, False)
    assert (trail.key, trail.log_group) == ("k", "")
    assert trail.status.logging
    assert abs((trail.status.started - datetime.now(UTC)).total_seconds()) < 60
    assert trail.selectors == (BasicSelector(data={}),)


def test_both_forms_of_selectors_are_read(cloud, make, source):
    make("basic")
    make("advanced")
    api = cloud.client("cloudtrail", HUB)
    data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::logs/"]}]
    basic = {
        "ReadWriteType": "WriteOnly",
        "IncludeManagementEvents": True,
        "DataResources": data,
        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
    }
    api.put_event_selectors(TrailName="basic", EventSelectors=[basic])
    fields = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]},
    ]
    api.put_event_selectors(TrailName="advanced", AdvancedEventSelectors=[{"Name": "a", "FieldSelectors": fields}])

    advanced, plain = sorted(cloudtrail.trails(source(US)), key=lambda trail: trail.name)

    assert plain.selectors == (
        BasicSelector(
            read_write="WriteOnly",
            excluded=("kms.amazonaws.com",),
            data={"AWS::S3::Object": ("arn:aws:s3:::logs/",)},
        ),
    )
    assert advanced.selectors[0].conditions == (
        Condition(field="eventCategory", operator="Equals", values=("Management",)),
        Condition(field="eventSource", operator="NotEquals", values=("kms.amazonaws.com",)),
    )


def test_a_trail_is_told_once_by_its_home_though_its_shadow_is_everywhere(cloud, make, source):
    make("everywhere", region=EU, IsMultiRegionTrail=True)
    make("local")
    one = source(US, BOTH)

    told = {region: [t.name for t in cloudtrail.trails(source(region, BOTH))] for region in BOTH}

    assert told == {US: ["local"], EU: ["everywhere"]}
    assert [trail.name for trail in cloudtrail.trails(source(US))] == ["everywhere", "local"]
    cloud.calls.clear()
    list(cloudtrail.trails(one))
    list(cloudtrail.keys(one))
    assert cloud.calls.count()["cloudtrail:DescribeTrails"] == 2


def test_a_home_that_does_not_answer_leaves_its_trail_to_another_region(cloud, make, source):
    make("everywhere", region=EU, IsMultiRegionTrail=True)
    cloud.faults.deny("cloudtrail", region=EU)

    (trail,) = cloudtrail.trails(source(US, BOTH))
    assert trail.region == EU
    assert isinstance(trail.status, Gap)
    with pytest.raises(AwsDenied):
        list(cloudtrail.trails(source(EU, BOTH)))


@pytest.mark.parametrize(("operation", "part"), [("GetTrailStatus", "status"), ("GetEventSelectors", "selectors")])
def test_a_part_that_may_not_be_read_is_a_gap(cloud, make, source, operation, part):
    make()
    cloud.faults.deny("cloudtrail", operation)

    (trail,) = cloudtrail.trails(source(US))

    assert getattr(trail, part).permission == f"cloudtrail:{operation}"


def test_a_key_is_read_once_for_all_trails_that_use_it(cloud, make, source):
    kms = cloud.client("kms", HUB)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    make("one", KmsKeyId=key)
    make("two", KmsKeyId=key)
    kms.disable_key(KeyId=key.rpartition("/")[2])

    (found,) = cloudtrail.keys(source(US))

    assert (found.id, found.region, found.state) == (key, US, "Disabled")
    assert cloud.calls.count()["kms:DescribeKey"] == 1


def test_a_key_that_is_gone_has_no_state_and_one_that_may_not_be_read_is_a_gap(cloud, make, source):
    gone = f"arn:aws:kms:{US}:{HUB.id}:key/00000000-0000-0000-0000-000000000000"
    make(KmsKeyId=gone)
    (key,) = cloudtrail.keys(source(US))
    assert (key.id, key.state) == (gone, "")

    cloud.faults.deny("kms", "DescribeKey")
    (key,) = cloudtrail.keys(source(US))
    assert key.state.permission == "kms:DescribeKey"


def test_a_key_in_another_region_is_told_there(make, source):
    make(KmsKeyId=f"arn:aws:kms:{EU}:{PROD.id}:key/1")

    assert list(cloudtrail.keys(source(US, BOTH))) == []
    (key,) = cloudtrail.keys(source(EU, BOTH))
    assert key.region == EU
