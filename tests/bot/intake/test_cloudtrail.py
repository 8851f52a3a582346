"""CloudTrail's events: which matter at once, how bad each is, and what ends them."""

import json

import pytest

from bot.alerts import Ignored, Source
from bot.alerts.problems import problem
from bot.intake.parse import Malformed, parse
from checks.model import Severity
from tests.alerting import ACCOUNT, NOW, in_sns
from tests.events import ALICE, DEPLOY, ROOT, TRAIL, a_call, a_sign_in


def read(event):
    (said,) = parse(json.dumps(event), NOW)
    return said


def lines(signal):
    return dict(signal.facts["details"])


def test_a_sign_in_of_root_is_critical_and_says_who_from_where_and_how():
    signal = read(a_sign_in(mfa="Yes"))

    assert (signal.source, signal.severity, signal.region) == (Source.CLOUDTRAIL, Severity.CRITICAL, "global")
    assert signal.title == "The root user signed in to the console"
    assert signal.resource == f"arn:aws:iam::{ACCOUNT}:root"
    assert (signal.facts["who"], signal.facts["origin"]) == ("the root user", "198.51.100.23")
    assert (lines(signal)["MFA"], lines(signal)["User agent"]) == ("yes", "aws-cli/2.0")
    assert lines(signal)["Event"] == "signin-ConsoleLogin"
    assert "best-practices/3" in lines(signal)["Practice"]


@pytest.mark.parametrize(
    ("event", "severity"),
    [
        (a_call("cloudtrail", "StopLogging", {"name": TRAIL}), "critical"),
        (a_call("cloudtrail", "DeleteTrail", {"name": "main"}), "critical"),
        (a_call("cloudtrail", "UpdateTrail", {"name": TRAIL, "isMultiRegionTrail": False}), "high"),
        (a_call("cloudtrail", "UpdateTrail", {"name": TRAIL, "s3KeyPrefix": "x"}), "medium"),
        (a_call("cloudtrail", "CreateTrail", {"name": "new"}), "medium"),
        (a_call("cloudtrail", "PutEventSelectors", {"trailName": TRAIL, "eventSelectors": []}), "high"),
        (a_call("cloudtrail", "PutEventSelectors", {"trailName": TRAIL, "eventSelectors": [
            {"readWriteType": "WriteOnly", "includeManagementEvents": True}]}), "high"),
        (a_call("cloudtrail", "PutEventSelectors", {"trailName": TRAIL, "eventSelectors": [
            {"readWriteType": "All", "includeManagementEvents": True}]}), "medium"),
        (a_call("cloudtrail", "PutEventSelectors", {"trailName": TRAIL, "advancedEventSelectors": [
            {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}]}), "medium"),
        (a_call("guardduty", "DeleteDetector", {"detectorId": "d1"}), "critical"),
        (a_call("guardduty", "UpdateDetector", {"detectorId": "d1", "enable": False}), "critical"),
        (a_call("guardduty", "DisassociateFromMasterAccount", {"detectorId": "d1"}), "critical"),
        (a_call("iam", "CreateAccessKey", None, ROOT), "critical"),
        (a_call("config", "StopConfigurationRecorder", {"configurationRecorderName": "default"}), "high"),
        (a_call("iam", "AttachUserPolicy", {"userName": "bob"}), "medium"),
        (a_call("ec2", "AuthorizeSecurityGroupIngress", {"groupId": "sg-0a1b2c3d"}), "medium"),
        (a_call("kms", "ScheduleKeyDeletion", {"keyId": "k"}), "medium"),
        (a_call("s3", "PutBucketPolicy", {"bucketName": "logs"}), "medium"),
        (a_call("organizations", "LeaveOrganization"), "medium"),
        (a_call("ec2", "RunInstances", None, ROOT), "high"),
        (a_sign_in(ALICE), "medium"),
        (a_sign_in(ALICE, "Failure", errorMessage="Failed authentication"), "medium"),
        (a_sign_in(ROOT, "Failure", errorMessage="Failed authentication"), "medium"),
    ],
)  # fmt: skip
def test_each_is_as_bad_as_it_is(event, severity):
    assert str(read(event).severity) == severity


@pytest.mark.parametrize(
    "event",
    [
        a_call("ec2", "RunInstances"),
        a_call("ec2", "RunInstances", errorCode="Client.UnauthorizedOperation"),
        a_call("iam", "CreateAccessKey", {"userName": "bob"}),
        a_call("iam", "CreateAccessKey", {"userName": "bob"}, ROOT, readOnly=True),
        a_call("guardduty", "UpdateDetector", {"detectorId": "d1", "findingPublishingFrequency": "ONE_HOUR"}),
        a_call("sts", "AssumeRole", None, {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
        a_call("kms", "Decrypt", None, {**ROOT, "invokedBy": "rds.amazonaws.com"}),
        a_sign_in(ALICE, mfa="Yes"),
        a_sign_in(DEPLOY),
    ],
)
def test_what_does_not_matter_by_itself_is_ignored_and_says_so(event):
    said = read(event)

    assert isinstance(said, Ignored)
    assert said.source is Source.CLOUDTRAIL
    assert said.why


def test_a_call_that_was_refused_is_an_attempt_less_bad_and_of_no_problem_that_is():
    event = a_call("cloudtrail", "StopLogging", {"name": TRAIL}, errorCode="AccessDenied", errorMessage="not allowed")

    signal = read(event)

    assert signal.severity is Severity.MEDIUM
    assert signal.title == "IAM user alice tried, and was refused: stopped the trail"
    assert lines(signal)["Error"] == "AccessDenied: not allowed"
    assert problem(signal) != problem(read(a_call("cloudtrail", "StopLogging", {"name": TRAIL})))


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (a_call("cloudtrail", "StopLogging", {"name": TRAIL}), a_call("cloudtrail", "StartLogging", {"name": "main"})),
        (
            a_call("guardduty", "UpdateDetector", {"detectorId": "d1", "enable": False}),
            a_call("guardduty", "UpdateDetector", {"detectorId": "d1", "enable": True}),
        ),
        (a_call("config", "StopConfigurationRecorder"), a_call("config", "StartConfigurationRecorder")),
        (
            a_call("iam", "CreateAccessKey", None, ROOT, responseElements={"accessKey": {"accessKeyId": "AKIA1"}}),
            a_call("iam", "DeleteAccessKey", {"accessKeyId": "AKIA1"}, ROOT),
        ),
    ],
    ids=["trail", "guardduty", "recorder", "root's key"],
)
def test_what_is_undone_is_over(begin, end):
    began, ended = read(begin), read(end)

    assert (began.active, ended.active) == (True, False)
    assert (began.member_id, problem(began)) == (ended.member_id, problem(ended))


@pytest.mark.parametrize(
    ("who", "words"),
    [(ALICE, "IAM user alice"), (DEPLOY, "role deploy (session ci)"), (ROOT, "the root user"),
     ({"type": "AWSService", "invokedBy": "config.amazonaws.com"}, "config.amazonaws.com"),
     ({"type": "AWSAccount", "accountId": "999999999999"}, "AWSAccount 999999999999")],
)  # fmt: skip
def test_whoever_did_it_is_named(who, words):
    assert read(a_call("cloudtrail", "StopLogging", {"name": TRAIL}, who)).facts["who"] == words


def test_a_record_is_read_in_every_envelope_and_two_deliveries_of_it_are_one_event():
    event = a_call("cloudtrail", "StopLogging", {"name": TRAIL})
    one = read(event)

    for other in (read(in_sns(event)), read(event["detail"]), read({**event, "id": "e2"})):
        assert (other.event_id, other.identity, other.facts) == (one.event_id, one.identity, one.facts)


def test_the_link_leads_to_the_event():
    console = read(a_call("cloudtrail", "StopLogging", {"name": TRAIL})).facts["console"]

    assert console.endswith(".console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events/cloudtrail-StopLogging")


@pytest.mark.parametrize(
    ("parts", "words"),
    [({"eventName": None}, "eventName"), ({"recipientAccountId": "x"}, "twelve"), ({"awsRegion": "<"}, "no region")],
)
def test_a_record_without_its_place_is_refused(parts, words):
    with pytest.raises(Malformed, match=words):
        read(a_call("cloudtrail", "StopLogging", {"name": TRAIL}, **parts))
