"""AWS Config's events and notifications."""

import json

import pytest

from bot.alerts import Ignored, Source
from bot.intake.parse import Malformed, parse
from checks.model import Severity
from tests.alerting import ACCOUNT, NOW, in_sns
from tests.events import a_config_event, a_verdict


def read(event):
    (said,) = parse(json.dumps(event), NOW)
    return said


def test_what_does_not_comply_is_a_medium_alert_of_the_resource():
    signal = read(a_config_event(a_verdict()))

    assert (signal.source, signal.severity, signal.type, signal.account, signal.region) == (
        Source.CONFIG, Severity.MEDIUM, "restricted-ssh", ACCOUNT, "eu-west-1",
    )  # fmt: skip
    assert signal.resource == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-0a1b2c3d4e5f60718"
    assert signal.title == "EC2 SecurityGroup sg-0a1b2c3d4e5f60718 does not comply with restricted-ssh"
    assert signal.facts["console"].startswith("https://eu-west-1.console.aws.amazon.com/config/")


@pytest.mark.parametrize(
    "wrap", [a_config_event, in_sns, lambda verdict: in_sns(a_config_event(verdict)), lambda verdict: verdict]
)
def test_event_and_notification_say_the_same(wrap):
    one, other = read(wrap(a_verdict())), read(a_config_event(a_verdict()))

    assert (one.identity, one.member_id, one.at, one.facts) == (other.identity, other.member_id, other.at, other.facts)


@pytest.mark.parametrize("verdict", ["COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA"])
def test_what_complies_or_is_gone_is_over(verdict):
    signal, began = read(a_config_event(a_verdict(verdict))), read(a_config_event(a_verdict()))

    assert not signal.active
    assert (signal.identity, signal.member_id) == (began.identity, began.member_id)


def test_a_result_that_is_gone_is_over():
    assert not read(a_config_event(a_verdict(newEvaluationResult=None))).active


def test_a_bucket_keeps_its_region_and_a_user_has_none():
    bucket = read(a_config_event(a_verdict(resourceType="AWS::S3::Bucket", resourceId="logs")))
    user = read(a_config_event(a_verdict(resourceType="AWS::IAM::User", resourceId="AIDA1")))

    assert (bucket.resource, bucket.region) == ("arn:aws:s3:::logs", "eu-west-1")
    assert user.region == "global"


@pytest.mark.parametrize(
    ("kind", "active"),
    [
        ("ConfigurationSnapshotDeliveryFailed", True),
        ("ConfigurationHistoryDeliveryFailed", True),
        ("ConfigurationSnapshotDeliveryCompleted", False),
    ],
)
def test_a_delivery_that_fails_is_an_alert_and_one_that_is_done_ends_it(kind, active):
    detail = {"messageType": kind, "s3Bucket": "config-1", "awsRegion": "eu-west-1", "awsAccountId": ACCOUNT,
              "errorCode": "AccessDenied", "errorMessage": "no"}  # fmt: skip

    signal = read(a_config_event(detail, "Config Configuration Snapshot Delivery Status"))

    assert (signal.active, signal.resource) == (active, "arn:aws:s3:::config-1")
    assert signal.facts["what"] == "AccessDenied: no"


@pytest.mark.parametrize(
    "kind",
    ["ConfigurationItemChangeNotification", "ConfigRulesEvaluationStarted", "ConfigurationSnapshotDeliveryStarted"],
)
def test_the_rest_is_deliberately_no_alert(kind):
    for event in (
        a_config_event({"messageType": kind}, "Config Configuration Item Change"),
        in_sns({"messageType": kind}),
    ):
        said = read(event)
        assert isinstance(said, Ignored)
        assert kind in said.why


@pytest.mark.parametrize(
    ("part", "words"),
    [({"awsAccountId": "1"}, "twelve"), ({"awsRegion": "<x>"}, "no region"), ({"resourceId": 7}, "resourceId")],
)
def test_a_verdict_without_its_place_is_refused(part, words):
    with pytest.raises(Malformed, match=words):
        read(a_verdict(**part))
