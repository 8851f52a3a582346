"""What is read of AWS Config."""

import json

import pytest

from bot.aws.collect import config
from bot.errors import AwsDenied
from checks.inventory import Gap
from checks.inventory.s3 import Bucket
from sandbox.aws.accounts import DEV, HUB
from sandbox.aws.seeds import recorders

REGION, OTHER = "eu-west-1", "us-east-1"


@pytest.fixture
def s3(cloud):
    return cloud.client("s3", HUB)


def allow(bucket, resource="*", service="config.amazonaws.com", **facts):
    """A policy that lets an AWS service write into a bucket."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{resource}",
        **facts,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_recorder_is_read_with_its_status_and_strategy(cloud, source):
    recorders.record(cloud, HUB, REGION, "logs", types=("AWS::S3::Bucket",))

    (read,) = config.recorders(source(REGION))

    assert (read.name, read.recording, read.last_status, read.service) == ("default", True, "success", "")
    assert (read.strategy, read.types) == ("INCLUSION_BY_RESOURCE_TYPES", ("AWS::S3::Bucket",))
    assert (read.all_supported, read.global_types) == (False, False)
    assert read.arn.startswith(f"arn:aws:config:{REGION}:{HUB.id}:configuration-recorder/default")


def test_what_moto_lacks_of_recorders_is_read_too(canned, source):
    group = {
        "allSupported": False,
        "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
        "exclusionByResourceTypes": {"resourceTypes": ["AWS::EC2::Volume"]},
    }
    found = [
        {"name": "default", "arn": "arn:aws:config:x", "recordingGroup": group},
        {"name": "hub", "servicePrincipal": "securityhub.amazonaws.com", "recordingScope": "INTERNAL"},
        {"name": "old", "recordingScope": "INTERNAL"},
    ]
    failed = {"lastStatus": "FAILURE", "lastErrorCode": "AccessDenied", "lastErrorMessage": "no"}
    canned("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": found}, region=REGION)
    status = {"ConfigurationRecordersStatus": [{"name": "default", "recording": True, **failed}]}
    canned("config", "DescribeConfigurationRecorderStatus", status, region=REGION)

    own, hub, old = config.recorders(source(REGION))

    assert (own.arn, own.excluded, own.last_status) == ("arn:aws:config:x", ("AWS::EC2::Volume",), "failure")
    assert own.last_error == "AccessDenied: no"
    assert (own.service, hub.service, old.service) == ("", "securityhub.amazonaws.com", "AWS")
    assert not hub.recording


def test_a_region_without_a_recorder_is_not_asked_for_its_status(cloud, source):
    assert config.recorders(source(REGION)) == []
    assert cloud.calls.count()["config:DescribeConfigurationRecorderStatus"] == 0


def test_a_channel_is_read_with_its_snapshots_and_who_hears_of_it(cloud, source):
    topic = cloud.client("sns", HUB, REGION).create_topic(Name="config")["TopicArn"]
    cloud.client("sns", HUB, REGION).subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{HUB.id}:told"
    )
    recorders.record(cloud, HUB, REGION, "logs", frequency="One_Hour")
    channel = {"name": "default", "s3BucketName": "logs", "snsTopicARN": topic}
    cloud.client("config", HUB, REGION).put_delivery_channel(DeliveryChannel=channel)
    recorders.record(cloud, HUB, OTHER, "logs", frequency="One_Hour")

    (here,), (there,) = config.channels(source(REGION)), config.channels(source(OTHER))

    assert (here.bucket, here.snapshots, here.topic.arn) == ("logs", "", topic)
    assert [one.confirmed for one in here.topic.subscriptions] == [True]
    assert (there.snapshots, there.topic) == ("One_Hour", None)


def test_the_bucket_of_all_regions_is_one_and_one_of_another_account_is_a_gap(cloud, s3, source):
    s3.create_bucket(Bucket="logs")
    for region in (REGION, OTHER):
        recorders.record(cloud, HUB, region, "logs")
    recorders.record(cloud, HUB, "eu-north-1", "somebody-elses")

    own, foreign = config.delivery_buckets(source(regions=(REGION, OTHER, "eu-north-1")))

    assert (own.name, own.regions, own.region) == ("logs", (REGION, OTHER), OTHER)
    assert isinstance(own.bucket, Bucket)
    assert isinstance(foreign.bucket, Gap)
    assert "not this account's own" in foreign.bucket.reason


@pytest.mark.parametrize(
    ("policy", "lent"),
    [
        (allow("logs", f"AWSLogs/{DEV.id}/Config/*"), True),
        (allow("logs", "AWSLogs/*/Config/*"), True),
        (allow("logs", Condition={"StringEquals": {"aws:SourceAccount": DEV.id}}), True),
        (allow("logs", f"AWSLogs/{HUB.id}/*"), False),
        (allow("logs", "AWSLogs/*"), False),
        (allow("logs", f"AWSLogs/{DEV.id}/*", "cloudtrail.amazonaws.com"), False),
    ],
)
def test_a_bucket_that_is_lent_to_the_config_of_others_is_read_where_it_lies(s3, source, policy, lent):
    s3.create_bucket(Bucket="logs")
    s3.put_bucket_policy(Bucket="logs", Policy=policy)

    found = list(config.delivery_buckets(source(regions=(REGION,))))

    assert [(one.name, one.regions) for one in found] == ([("logs", ())] if lent else [])


def test_a_region_whose_channel_may_not_be_read_leaves_its_bucket_unknown(cloud, source):
    recorders.record(cloud, HUB, OTHER, "logs")
    cloud.faults.deny("config", "DescribeDeliveryChannels", region=REGION)

    unread, _ = config.delivery_buckets(source(regions=(REGION, OTHER)))

    assert (unread.name, unread.region, unread.arn) == ("", REGION, f"AWS::::Account:{HUB.id}")
    assert unread.bucket.permission == "config:DescribeDeliveryChannels"
    with pytest.raises(AwsDenied):
        config.channels(source(REGION))
