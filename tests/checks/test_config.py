"""AWS Config: recording everywhere and everything, delivered to a safe place, and heard of."""

import pytest

from checks.inventory.account import Account
from checks.inventory.config import DeliveryBucket, DeliveryChannel, Recorder
from checks.inventory.events import EventRule
from checks.inventory.s3 import Bucket
from checks.model import Severity, Status
from tests.builders import ACCOUNT, REGION, a_bucket, a_gap
from tests.service_builders import (
    a_channel,
    a_delivery_bucket,
    a_place,
    a_recorder,
    a_rule,
    a_subscription,
    a_target,
    a_topic,
    a_topic_target,
)

NO_ONE, PENDING, SOMEONE = (), (a_subscription(confirmed=False),), (a_subscription(),)
CONFIG = {"source": ["aws.config"]}
COMPLIANCE = {**CONFIG, "detail-type": ["Config Rules Compliance Change"]}
CHANGES = {**CONFIG, "detail-type": ["Config Configuration Item Change"]}
SERVICE = "securityhub.amazonaws.com"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tell"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "PASS"),
        ({"last_status": "pending"}, "PASS"),
        ({"last_status": ""}, "PASS"),
        ({"last_status": "failure", "last_error": "AccessDenied: no"}, "FAIL"),
        ({"recording": False}, "FAIL"),
        ({"service": SERVICE}, "FAIL"),
    ],
)
def test_a_region_needs_a_customers_recorder_that_records_and_delivers(answer, facts, status):
    finding = answer("config-not-recording", a_place(), a_recorder(**facts))
    assert (finding.status, finding.severity) == (status, Severity.MEDIUM)
    assert (finding.resource, finding.region) == (f"AWS::::Account:{ACCOUNT}", REGION)


def test_each_region_is_answered_for_itself(answers):
    found = answers("config-not-recording", a_place(), a_place("us-east-1"), a_recorder())
    assert {f.region: str(f.status) for f in found} == {REGION: "PASS", "us-east-1": "FAIL"}


def test_why_nothing_is_recorded_is_said(answer):
    assert answer("config-not-recording", a_place()).evidence == {"recorder": "none"}
    failed = a_recorder(last_status="failure", last_error="AccessDenied: no")
    assert answer("config-not-recording", a_place(), failed).evidence == {
        "recorders": ["default: its last delivery failed (AccessDenied: no)"]
    }


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "PASS"),
        ({"strategy": "", "all_supported": True}, "PASS"),
        ({"strategy": "", "all_supported": False, "types": ("AWS::S3::Bucket",)}, "FAIL"),
        ({"strategy": "INCLUSION_BY_RESOURCE_TYPES", "all_supported": True, "types": ("AWS::S3::Bucket",)}, "FAIL"),
        ({"strategy": "ALL_SUPPORTED_RESOURCE_TYPES", "all_supported": False}, "PASS"),
        ({"strategy": "EXCLUSION_BY_RESOURCE_TYPES", "excluded": ("AWS::EC2::Volume",)}, "FAIL"),
        ({"strategy": "EXCLUSION_BY_RESOURCE_TYPES"}, "PASS"),
    ],
)
def test_all_types_are_recorded_by_the_newer_strategy_before_the_old_flag(answer, facts, status):
    assert answer("config-not-all-resources", a_recorder(**facts)).status == status


def test_a_recorder_of_a_service_may_leave_out_what_it_likes(answers):
    assert answers("config-not-all-resources", a_recorder(service=SERVICE, all_supported=False, strategy="")) == []


def test_global_types_recorded_in_one_region_are_enough(answers):
    here, there = a_recorder(global_types=False), a_recorder(region="us-east-1")
    found = answers("config-not-all-resources", Account(id=ACCOUNT), here, there)
    assert {str(f.status) for f in found} == {"PASS"}


def test_global_types_recorded_nowhere_are_one_finding_of_the_account(answers):
    recorders = [a_recorder(global_types=False, region=region) for region in (REGION, "us-east-1")]
    (failed,) = [f for f in answers("config-not-all-resources", Account(id=ACCOUNT), *recorders) if f.status == "FAIL"]
    assert (failed.resource, failed.region) == (f"AWS::::Account:{ACCOUNT}", "global")
    assert failed.evidence["recorders_in"] == [REGION, "us-east-1"]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"strategy": "EXCLUSION_BY_RESOURCE_TYPES", "excluded": ("AWS::EC2::Volume",)}, "PASS"),
        ({"strategy": "EXCLUSION_BY_RESOURCE_TYPES", "excluded": ("AWS::IAM::User",)}, "FAIL"),
        (
            {
                "strategy": "INCLUSION_BY_RESOURCE_TYPES",
                "types": tuple(f"AWS::IAM::{kind}" for kind in ("User", "Group", "Role", "Policy")),
            },
            "PASS",
        ),
        ({"recording": False, "global_types": True}, None),
    ],
)
def test_global_types_are_recorded_by_any_strategy_that_records(answers, facts, status):
    found = answers("config-not-all-resources", Account(id=ACCOUNT), a_recorder(**{"global_types": False, **facts}))
    assert [str(f.status) for f in found if f.region == "global"] == ([status] if status else [])


def test_without_a_recorder_only_row_41_fails(answers):
    records = (Account(id=ACCOUNT), a_place(), a_channel(snapshots=""), a_recorder(service=SERVICE))
    for check_id in ("config-not-all-resources", "config-no-notification", "config-no-daily-snapshot"):
        assert answers(check_id, *records) == []


def test_a_region_that_could_not_be_read_may_record_global_types(answers):
    records = (Account(id=ACCOUNT), a_recorder(global_types=False))
    found = answers("config-not-all-resources", *records, gaps=[a_gap(Recorder, "us-east-1")])
    assert {(f.region, str(f.status)) for f in found} == {
        ("global", "UNKNOWN"),
        ("us-east-1", "UNKNOWN"),
        (REGION, "PASS"),
    }


def test_a_public_bucket_is_critical_and_says_how_it_is_public(answer):
    public = a_bucket(policy='{"Statement": []}', policy_public=True)
    finding = answer("config-bucket-public", a_delivery_bucket(bucket=public))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.resource == "arn:aws:s3:::logs"
    assert finding.evidence["public_because"] == ["AWS calls its policy public"]
    assert answer("config-bucket-public", a_delivery_bucket()).status is Status.PASS


def test_a_bucket_of_another_account_is_unknown_and_not_failed(answer):
    gap = a_gap(Bucket, reason="the bucket logs is not this account's own", permission="")
    finding = answer("config-bucket-public", a_delivery_bucket(bucket=gap))
    assert finding.status is Status.UNKNOWN
    assert "not this account's own" in finding.reason
    assert f"delivered into from {REGION}" in finding.reason
    refused = answer("config-bucket-public", a_delivery_bucket(bucket=a_gap(Bucket, permission="s3:ListAllMyBuckets")))
    assert refused.evidence["missing_permission"] == "s3:ListAllMyBuckets"


@pytest.mark.parametrize("pattern", [CONFIG, COMPLIANCE, CHANGES, {"detail-type": [{"prefix": "Config "}]}])
@pytest.mark.parametrize(
    "target", [a_target(), a_target(LAMBDA), a_topic_target(*SOMEONE)], ids=["queue", "function", "topic"]
)
def test_a_rule_with_a_live_target_tells_somebody(answer, pattern, target):
    assert answer("config-no-notification", a_place(), a_recorder(), a_rule(pattern, target)).status is Status.PASS


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (a_rule(CONFIG, enabled=False), "it is disabled"),
        (a_rule(CONFIG, targets=()), "it has no target"),
        (a_rule(CONFIG, a_topic_target(*PENDING)), "nobody has confirmed"),
        (a_rule(CONFIG, a_topic_target(*NO_ONE)), "nobody subscribes"),
        (a_rule(CONFIG, a_target("arn:aws:logs:eu-west-1:111122223333:log-group:x")), "neither a topic"),
        (a_rule({"source": ["aws.guardduty"]}), "no rule lets"),
        (a_rule({**CONFIG, "detail-type": ["Config Configuration Snapshot Delivery Completed"]}), "no rule lets"),
        (a_rule({**COMPLIANCE, "detail": {"configRuleName": ["rule-0"]}}), "no rule lets"),
        (a_rule("nonsense"), "not JSON"),
    ],
)
def test_a_rule_that_tells_nobody_says_why(answer, rule, why):
    finding = answer("config-no-notification", a_place(), a_recorder(), a_channel(), rule)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert any(why in text for text in finding.evidence["looked_at"])


@pytest.mark.parametrize(("subscriptions", "status"), [(SOMEONE, "PASS"), (PENDING, "FAIL"), (NO_ONE, "FAIL")])
def test_the_topic_of_the_channel_is_enough_where_somebody_confirmed(answer, subscriptions, status):
    channel = a_channel(topic=a_topic(*subscriptions))
    assert answer("config-no-notification", a_place(), a_recorder(), channel).status == status


def test_either_way_is_enough_though_the_other_could_not_be_read(answer):
    by_channel = (a_place(), a_recorder(), a_channel(topic=a_topic(*SOMEONE)))
    by_rule = (a_place(), a_recorder(), a_rule(CONFIG))
    assert answer("config-no-notification", *by_channel, gaps=[a_gap(EventRule, REGION)]).status is Status.PASS
    assert answer("config-no-notification", *by_rule, gaps=[a_gap(DeliveryChannel, REGION)]).status is Status.PASS


@pytest.mark.parametrize("kind", [Recorder, EventRule, DeliveryChannel])
def test_whether_anybody_hears_is_unknown_where_it_could_not_be_read(answer, kind):
    records = (a_place(), *(() if kind is Recorder else (a_recorder(),)))
    assert answer("config-no-notification", *records, gaps=[a_gap(kind, REGION)]).status is Status.UNKNOWN


def test_a_topic_whose_subscriptions_could_not_be_read_is_unknown(answer):
    topic = a_topic_target(subscriptions=a_gap(EventRule, REGION, permission="sns:ListSubscriptionsByTopic"))
    finding = answer("config-no-notification", a_place(), a_recorder(), a_rule(CONFIG, topic))
    assert finding.status is Status.UNKNOWN
    assert "sns:ListSubscriptionsByTopic" in finding.reason


@pytest.mark.parametrize("often", ["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"])
def test_every_frequency_that_aws_knows_is_daily_or_more(answer, often):
    found = answer("config-no-daily-snapshot", a_recorder(), a_channel(snapshots=often))
    assert found.status is Status.PASS


def test_a_channel_without_snapshots_fails_and_so_does_a_recorder_without_a_channel(answer):
    finding = answer("config-no-daily-snapshot", a_recorder(), a_channel(snapshots=""))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert answer("config-no-daily-snapshot", a_recorder()).evidence["delivery_channel"] == "none"


@pytest.mark.parametrize(
    ("check_id", "kind", "records"),
    [
        ("config-not-recording", Recorder, (a_place(),)),
        ("config-not-all-resources", Recorder, ()),
        ("config-bucket-public", DeliveryBucket, ()),
        ("config-no-daily-snapshot", DeliveryChannel, ()),
        ("config-no-daily-snapshot", Recorder, ()),
    ],
)
def test_what_could_not_be_read_is_unknown(answer, check_id, kind, records):
    finding = answer(check_id, *records, gaps=[a_gap(kind, REGION)])
    assert (finding.status, finding.region) == (Status.UNKNOWN, REGION)
