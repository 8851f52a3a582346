"""From what the queue brings to what it says."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerts import Ignored, Signal, Source
from bot.intake.parse import Malformed, parse
from bot.intake.shapes import DEEPEST, LARGEST
from checks.model import Severity
from tests.alerting import (
    ACCOUNT,
    ALARM,
    FINDING,
    NOW,
    a_finding,
    a_key_finding,
    an_alarm_action,
    an_alarm_event,
    an_alarm_message,
    eventbridge,
    in_sns,
    pascal,
)
from tests.events import TRAIL, a_call, a_config_event, a_hub_event, a_sign_in, a_verdict, an_asff, of_guardduty
from tests.spoiling import places, put


def read(event):
    (said,) = parse(json.dumps(event), NOW)
    return said


def lines(signal):
    return dict(signal.facts["details"])


# GuardDuty


def test_a_finding_says_what_happened_to_what_from_where_how_often_and_when():
    signal = read(eventbridge(a_finding()))

    assert (signal.source, signal.account, signal.region, signal.severity, signal.count) == (
        Source.GUARDDUTY, ACCOUNT, "eu-north-1", Severity.HIGH, 12,
    )  # fmt: skip
    assert signal.resource == f"arn:aws:ec2:eu-north-1:{ACCOUNT}:instance/i-0a1b2c3d4e5f60718"
    facts = signal.facts
    assert facts["what"] == "198.51.100.23 is performing SSH brute force attacks against i-0a1b2c3d4e5f60718."
    assert facts["did"] == "accepted a connection over TCP to port 22 (SSH)"
    assert facts["origin"] == "198.51.100.23 (Example Hosting B.V., AS64500, Amsterdam, Netherlands)"
    assert (facts["first_seen"], facts["last_seen"]) == ("2026-11-25T08:00:00+00:00", "2026-11-25T08:50:00+00:00")
    assert facts["instance_id"] == "i-0a1b2c3d4e5f60718"
    assert facts["security_group_ids"] == ["sg-0a1b2c3d"]
    assert lines(signal)["Instance"] == "i-0a1b2c3d4e5f60718 (bastion)"
    assert facts["advice"]
    assert facts["console"].startswith("https://eu-north-1.console.aws.amazon.com/guardduty/")


@pytest.mark.parametrize("finding", [a_finding(), a_key_finding()])
def test_both_spellings_of_a_finding_say_the_same(finding):
    one, other = read(eventbridge(finding)), read(pascal(finding))

    assert (one.identity, one.facts, one.severity, one.at) == (other.identity, other.facts, other.severity, other.at)


def test_an_answer_of_get_findings_is_as_many_signals_as_it_has_findings():
    answer = {"Findings": [pascal(a_finding()), pascal(a_key_finding(id="b" * 32))]}

    assert [each.member_id for each in parse(json.dumps(answer), NOW)] == [FINDING, "b" * 32]


def test_of_a_delegated_administrator_the_members_account_is_told():
    assert read(eventbridge(a_finding(), account="999999999999")).account == ACCOUNT


def test_a_key_is_of_no_region_and_names_its_user():
    signal = read(eventbridge(a_key_finding()))
    elsewhere = read(eventbridge(a_key_finding(region="us-east-1", id="c" * 32)))

    assert signal.alert_id == elsewhere.alert_id
    assert (signal.region, signal.resource) == ("global", f"arn:aws:iam::{ACCOUNT}:user/alice")
    assert signal.facts["who"] == "IAM user alice"
    assert signal.facts["did"] == "called iam:ListUsers"
    assert (signal.facts["access_key_id"], signal.facts["user_name"]) == ("AKIAIOSFODNN7EXAMPLE", "alice")


@pytest.mark.parametrize(
    ("key", "arn", "who"),
    [
        ({"userName": "Root", "userType": "Root"}, f"arn:aws:iam::{ACCOUNT}:root", "the root user"),
        (
            {"userName": "deploy", "userType": "AssumedRole", "principalId": "AROA1:i-1"},
            f"arn:aws:iam::{ACCOUNT}:role/deploy",
            "role deploy (session i-1)",
        ),
        ({"userName": "bob", "userType": "FederatedUser"}, "bob", "FederatedUser bob"),
    ],
)
def test_whoever_used_a_key_is_named(key, arn, who):
    signal = read(eventbridge(a_key_finding(resource={"resourceType": "AccessKey", "accessKeyDetails": key})))

    assert (signal.resource, signal.facts["who"], signal.region) == (arn, who, "global")


@pytest.mark.parametrize(
    ("number", "level"),
    [(1, "low"), (3.9, "low"), (4, "medium"), (6.9, "medium"), (7.0, "high"), (8.9, "high"), (9, "critical"),
     (10.0, "critical"), (0.1, "low"), ("8", "high")],
)  # fmt: skip
def test_severity_follows_the_bands_of_aws(number, level):
    assert str(read(eventbridge(a_finding(severity=number))).severity) == level


def test_an_archived_finding_is_over():
    assert not read(eventbridge(a_finding(service={"archived": True}))).active


@pytest.mark.parametrize("extra", [{"sample": True}, {"value": '{"sample": true}', "type": "default"}])
def test_a_sample_is_marked(extra):
    assert read(eventbridge(a_finding(service={"additionalInfo": extra}))).sample


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ({"resourceType": "S3Bucket", "s3BucketDetails": [{"name": "b", "arn": "arn:aws:s3:::b"}]}, "arn:aws:s3:::b"),
        ({"resourceType": "S3Bucket", "s3BucketDetails": [{"name": "b"}]}, "arn:aws:s3:::b"),
        (
            {"resourceType": "EKSCluster", "eksClusterDetails": {"name": "k"}, "kubernetesDetails": None},
            f"arn:aws:eks:eu-north-1:{ACCOUNT}:cluster/k",
        ),
        ({"resourceType": "ECSCluster", "ecsClusterDetails": {"arn": "arn:e"}}, "arn:e"),
        ({"resourceType": "Container", "containerDetails": {"id": "docker://1"}}, "docker://1"),
        (
            {"resourceType": "Lambda", "lambdaDetails": {"functionName": "f"}},
            f"arn:aws:lambda:eu-north-1:{ACCOUNT}:function:f",
        ),
        (
            {"resourceType": "RDSDBInstance", "rdsDbInstanceDetails": {"dbInstanceIdentifier": "d"}},
            f"arn:aws:rds:eu-north-1:{ACCOUNT}:db:d",
        ),
        ({"resourceType": "EBSSnapshot", "ebsSnapshotDetails": {"snapshotArn": "arn:s"}}, "arn:s"),
        ({"resourceType": "Later", "laterDetails": {"name": "l"}}, "l"),
        ({"resourceType": "Instance", "instanceDetails": None}, f"Instance of finding {FINDING}"),
        (None, f"EC2 of finding {FINDING}"),
    ],
)
def test_whatever_the_resource_it_is_named_as_well_as_can_be(resource, name):
    assert read(eventbridge(a_finding(resource=resource))).resource == name


@pytest.mark.parametrize(
    ("action", "did"),
    [
        ({"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": "pool.example"}}, "looked up pool.example"),
        (
            {"portProbeAction": {"portProbeDetails": [{"localPortDetails": {"port": 22}}]}},
            "was probed on port 22",
        ),
        (
            {"kubernetesApiCallAction": {"verb": "get", "requestUri": "/api"}},
            "called the Kubernetes API: get /api",
        ),
        (
            {"rdsLoginAttemptAction": {"loginAttributes": [{"successfulLoginAttempts": 1}]}},
            "logged in to the database: once with success, 0 times without",
        ),
        ({"actionType": "SOMETHING_NEW"}, "something new"),
    ],
)
def test_whatever_was_done_is_told_in_words(action, did):
    assert read(eventbridge(a_finding(service={"action": action}))).facts["did"] == did


@pytest.mark.parametrize("service", [{}, None, {"action": {}}, {"action": None, "count": None}])
def test_a_finding_that_does_not_say_what_was_done_is_relayed_all_the_same(service):
    signal = read(eventbridge(a_finding(service=service)))

    assert (signal.active, signal.count) == (True, 1)
    assert "did" not in signal.facts


def test_links_lead_to_the_console_of_the_partition():
    signal = read(eventbridge(a_finding(region="cn-north-1", partition="aws-cn")))

    assert signal.facts["console"].startswith("https://cn-north-1.console.amazonaws.cn/")


def test_there_is_no_link_made_of_a_region_that_is_none():
    assert read(eventbridge(a_finding(region="evil.example/"))).facts["console"] == ""


# CloudWatch


@pytest.mark.parametrize("event", [an_alarm_event(), in_sns(an_alarm_message()), an_alarm_message(), an_alarm_action()])
def test_an_alarm_says_the_same_in_each_shape(event):
    signal = read(event)

    assert (signal.source, signal.type, signal.resource) == (Source.CLOUDWATCH, "root-used", ALARM)
    assert (signal.account, signal.region, signal.severity) == (ACCOUNT, "us-west-2", Severity.HIGH)
    assert signal.active
    assert signal.title == "Alarm root-used is in ALARM"
    assert signal.at == datetime(2026, 11, 25, 8, 30, 0, 985000, tzinfo=UTC)
    assert signal.facts["what"].startswith("Threshold Crossed")
    assert lines(signal)["Metric"] == "Trail RootUsage (sum)"
    assert lines(signal)["Dimensions"] == "Trail=main"
    assert "1" in lines(signal)["Threshold"]


def test_an_alarm_that_is_ok_is_over():
    assert not read(an_alarm_event("OK", "ALARM")).active


def test_a_change_of_an_alarms_configuration_is_deliberately_no_alert():
    event = {**an_alarm_event(), "detail-type": "CloudWatch Alarm Configuration Change"}

    said = read({**event, "detail": {"alarmName": "root-used", "operation": "update"}})

    assert isinstance(said, Ignored)
    assert "root-used" in said.why


# The rest


def test_an_unknown_event_is_kept_and_shown():
    event = {"id": "1", "source": "aws.health", "detail-type": "AWS Health Event", "account": ACCOUNT,
             "region": "eu-west-1", "detail": {"service": "EC2"}}  # fmt: skip

    signal = read(event)

    assert (signal.source, signal.severity, signal.type) == (Source.UNKNOWN, Severity.MEDIUM, "AWS Health Event")
    assert signal.title == "AWS Health Event from aws.health"
    assert lines(signal) == {"service": "EC2"}
    assert signal.raw == event


def test_plain_text_of_a_topic_is_shown_as_it_is():
    signal = read(in_sns("The budget is spent."))

    assert (signal.source, signal.account) == (Source.UNKNOWN, ACCOUNT)
    assert signal.facts["what"] == "The budget is spent."


@pytest.mark.parametrize(
    "wrap",
    [
        in_sns,
        lambda event: {"MessageId": "m", "ReceiptHandle": "r", "Body": json.dumps(event)},
        lambda event: {"Messages": [{"MessageId": "m", "Body": json.dumps(in_sns(event))}]},
        lambda event: {"Records": [{"EventSource": "aws:sns", "Sns": in_sns(event)}]},
        lambda event: {"Records": [{"messageId": "m", "body": json.dumps(event)}]},
        lambda event: [event],
    ],
)
def test_an_event_is_found_in_whatever_envelope_it_came(wrap):
    event = eventbridge(a_finding())

    assert read(wrap(event)) == read(event)


def test_an_event_delivered_twice_has_the_same_id_and_another_has_not():
    one, again = read(eventbridge(a_finding())), read(eventbridge(a_finding()))
    other = read(eventbridge(a_finding(), id="another"))

    assert one.event_id == again.event_id != other.event_id


def test_text_that_cannot_be_stored_is_made_to():
    signal = read(eventbridge(a_finding(title="a\ud800b\x00c")))

    assert signal.title == "a?b�c"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("nonsense", "not JSON"),
        ("7", "a number"),
        ("null", "null"),
        ('{"a": NaN}', "NaN"),
        ('{"a": ' + "9" * 5000 + "}", "number"),
        ("[" * 100_000, "deep"),
        ('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1), "deep"),
        (json.dumps({"a": "x" * LARGEST}), "bytes"),
        (json.dumps(eventbridge(a_finding(id=None))), "`id` is null"),
        (json.dumps(eventbridge(a_finding(id=["x"]))), "`id` is a list"),
        (json.dumps(eventbridge(a_finding(severity=None))), "severity"),
        (json.dumps(eventbridge(a_finding(accountId="12"))), "twelve digits"),
        (json.dumps({**eventbridge({}), "detail": "text"}), "`detail`"),
        (json.dumps(an_alarm_event("BROKEN")), "BROKEN"),
        (json.dumps(an_alarm_message(AlarmArn="x")), "ARN"),
        (json.dumps(in_sns("{broken")), "not JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(body, words):
    with pytest.raises(Malformed, match=words):
        parse(body, NOW)


EVENTS = [
    eventbridge(a_finding()),
    eventbridge(a_key_finding()),
    pascal(a_finding()),
    an_alarm_event(),
    an_alarm_message(),
    an_alarm_action(),
    in_sns("text"),
    a_config_event(a_verdict()),
    a_call("cloudtrail", "PutEventSelectors", {"trailName": TRAIL, "advancedEventSelectors": [{"fieldSelectors": []}]}),
    a_sign_in(),
    a_hub_event(an_asff()),
    a_hub_event(of_guardduty("Recon:IAMUser-TorIPCaller", {"Type": "AwsIamAccessKey"})),
]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutants(draw):
    event = draw(st.sampled_from(EVENTS))
    for _ in range(draw(st.integers(1, 3))):
        event = put(event, draw(st.sampled_from(list(places(event)))), draw(anything))
    return event


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(mutants(), st.booleans())
def test_no_event_whatever_raises_anything_but_malformed(event, wrapped):
    body = json.dumps(in_sns(event) if wrapped else event)
    try:
        said = parse(body, NOW, "m")
    except Malformed:
        return
    for each in said:
        assert each.event_id
        if isinstance(each, Signal):
            json.dumps([each.facts, each.raw]).encode()
            assert each.title
            assert each.member_id
            assert each.at.tzinfo


@pytest.mark.parametrize(
    ("region", "partition", "console"),
    [
        ("eu-west-1", "aws", "https://eu-west-1.console.aws.amazon.com/"),
        ("us-gov-west-1", "aws-us-gov", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
        ("cn-north-1", "aws-cn", "https://cn-north-1.console.amazonaws.cn/"),
    ],
)
def test_an_alarm_without_an_arn_is_of_the_partition_of_its_region(region, partition, console):
    (signal,) = parse(json.dumps(an_alarm_message(AlarmArn="", Region=region)), NOW)

    assert signal.resource.startswith(f"arn:{partition}:cloudwatch:{region}:")
    assert signal.facts["console"].startswith(console)
