"""CloudWatch's alarms: what each says, in each shape, and which are left out."""

import json
from urllib.parse import unquote

import pytest

from bot.alerts import Ignored, Signal
from bot.config import Alarms
from bot.intake import practices
from bot.intake.parse import parse
from checks.model import Severity
from sandbox.aws.seeds.alarms import NAMESPACE, PATTERNS
from tests.alerting import ACCOUNT, NOW, an_alarm_event, an_alarm_message


def read(event, alarms=None):
    (said,) = parse(json.dumps(event), NOW, "", alarms or Alarms())
    return said


def lines(signal):
    return dict(signal.facts["details"])


def moved(value, previous="OK", configuration=None, **state):
    """A change of state that says just this of it."""
    detail = {"state": {"value": value, **state}}
    event = an_alarm_event(value, previous, **({"configuration": configuration} if configuration else {}))
    return {**event, "detail": {**event["detail"], **detail}}


REASON = (
    "Threshold Crossed: 1 out of the last 1 datapoints [2.0 (25/11/26 08:25:00)] was greater than or equal to the "
    "threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition)."
)
MATH = [
    {"id": "e1", "expression": "m1 / m2 * 100", "label": "Error rate", "returnData": True},
    {"id": "m1", "metricStat": {"metric": {"namespace": "AWS/ApplicationELB", "name": "HTTPCode_Target_5XX_Count",
     "dimensions": {"LoadBalancer": "app/orders/1"}}, "period": 60, "stat": "Sum"}, "returnData": False},
]  # fmt: skip
SNS_MATH = [
    {"Id": "e1", "Expression": "m1 / m2 * 100", "Label": "Error rate", "ReturnData": True},
    {"Id": "m1", "MetricStat": {"Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_Target_5XX_Count",
     "Dimensions": [{"name": "LoadBalancer", "value": "app/orders/1"}]}, "Period": 60, "Stat": "Sum"},
     "ReturnData": False},
]  # fmt: skip


def test_a_metric_alarm_says_its_metric_threshold_and_newest_value_in_words():
    signal = read(moved("ALARM", reason=REASON, reasonData='{"threshold": 1.0}'))

    assert lines(signal)["Threshold"] == "at least 1"
    assert lines(signal)["Newest values"] == "2"
    assert lines(signal)["Metric"] == "Trail RootUsage (sum)"


def test_an_alarm_that_is_ok_says_the_threshold_that_it_is_back_from():
    reason = "Threshold Crossed: 1 datapoint [0.0 (25/11/26 08:35:00)] was not greater than the threshold (1.0)."

    signal = read(moved("OK", "ALARM", reason=reason, reasonData="{}"))

    assert signal.facts["end"] == reason
    assert not signal.active


def test_metric_math_says_its_expression_and_metrics_alike_from_each_shape():
    event = read(an_alarm_event(configuration={"metrics": MATH}))
    message = read(an_alarm_message(Trigger={"Metrics": SNS_MATH, "Threshold": 5}))

    assert lines(event)["Expression"] == "m1 / m2 * 100"
    assert lines(event)["Metric"] == "AWS/ApplicationELB HTTPCode_Target_5XX_Count (sum)"
    assert event.facts["metrics"] == message.facts["metrics"]
    assert event.facts["metrics"][1]["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "LoadBalancer", "Value": "app/orders/1"}
    ]


def test_an_anomaly_says_what_was_expected():
    reason = (
        "Thresholds Crossed: 1 out of the last 1 datapoints [0.0 (03/10/19 15:58:00)] was less than the lower "
        "thresholds [0.02] or greater than the upper thresholds [0.3] (minimum 1 datapoint for OK -> ALARM transition)."
    )
    band = {"id": "ad1", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "returnData": True}

    signal = read(moved("ALARM", reason=reason, configuration={"metrics": [MATH[1], band]}))

    assert lines(signal)["Expected"] == "0.02 to 0.3"
    assert lines(signal)["Newest values"] == "0"
    assert "Threshold" not in lines(signal)


def test_a_composite_alarm_says_its_rule_in_words_and_which_alarm_moved_it():
    child = f"arn:aws:cloudwatch:us-west-2:{ACCOUNT}:alarm:web 5xx"
    rule = f'ALARM("{child}") AND NOT (OK(deploying) OR INSUFFICIENT_DATA("b"))'
    reason = f"{child} transitioned to ALARM at Friday 22 July, 2022 15:57:45 UTC"
    data = json.dumps({"triggeringAlarms": [{"arn": child, "state": {"value": "ALARM"}}]})
    suppressed = "Actions suppressed by WaitPeriod"
    event = moved(
        "ALARM", reason=reason, reasonData=data, actionsSuppressedReason=suppressed, configuration={"alarmRule": rule}
    )
    message = an_alarm_message(
        Trigger={}, AlarmRule=rule, NewStateReason=reason, TriggeringChildren=[{"Arn": child, "State": {}}]
    )

    for signal in (read(event), read(message)):
        assert lines(signal)["Rule"] == "web 5xx is in ALARM and not (deploying is OK or b has too little data)"
        assert lines(signal)["Moved by"] == "web 5xx"
        assert signal.facts["what"] == "web 5xx transitioned to ALARM at Friday 22 July, 2022 15:57:45 UTC"
    assert lines(read(event))["Its actions"] == "Actions suppressed by WaitPeriod"


def test_too_little_data_is_said_of_an_alarm_in_alarm_and_raises_nothing_else():
    after = read(an_alarm_event("INSUFFICIENT_DATA", "ALARM"))
    before = read(an_alarm_event("INSUFFICIENT_DATA", "OK"))

    assert isinstance(after, Signal)
    assert after.active
    assert after.facts["unsure"]
    assert isinstance(before, Ignored)
    assert "too little data" in before.why


@pytest.mark.parametrize(
    "event",
    [
        an_alarm_event(alarmName="TargetTracking-table/orders-AlarmHigh-1f2e"),
        an_alarm_event(configuration={"description": "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy arn:x"}),
        an_alarm_message(AlarmName="TargetTracking-service/web"),
        an_alarm_message(Trigger={"MetricName": "GroupDesiredCapacity", "Namespace": "AWS/AutoScaling"}),
    ],
    ids=["dynamodb", "description", "topic", "namespace"],
)
def test_the_alarms_of_auto_scaling_are_left_out(event):
    assert isinstance(read(event), Ignored)


def test_what_is_left_out_is_a_setting():
    event = an_alarm_event(alarmName="TargetTracking-table/orders-AlarmHigh-1f2e")

    assert isinstance(read(event, Alarms(leave_out=())), Signal)
    assert isinstance(read(an_alarm_event(), Alarms(leave_out=("root-*",))), Ignored)


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ({"names": ["root-*"]}, Severity.CRITICAL),
        ({"namespaces": ["Trail"]}, Severity.CRITICAL),
        ({"tags": ["team=pay*"]}, Severity.CRITICAL),
        ({"names": ["root-*"], "namespaces": ["AWS/*"]}, Severity.HIGH),
        ({"tags": ["team=orders"]}, Severity.HIGH),
    ],
)
def test_an_alarm_is_high_unless_a_rule_by_name_namespace_or_tag_says_otherwise(rule, severity):
    alarms = Alarms.model_validate({"rules": [{**rule, "severity": "critical"}]})

    assert read(an_alarm_event(alarmTags={"team": "payments"}), alarms).severity is severity


def test_the_tags_of_an_alarm_are_its_own_to_route_by():
    assert read(an_alarm_event(alarmTags={"team": "payments", "odd": 1})).facts["tags"] == {"team": "payments"}
    assert "tags" not in read(an_alarm_event()).facts


def test_only_a_change_into_alarm_counts_as_flapping_and_how_many_do_is_a_setting():
    often = Alarms(flap_changes=5, flap_minutes=30)

    gone_off, over, unsure = (read(an_alarm_event(*states), often) for states in (
        ("ALARM", "OK"), ("OK", "ALARM"), ("INSUFFICIENT_DATA", "ALARM"),
    ))  # fmt: skip

    assert gone_off.facts["turns"] == [gone_off.at.isoformat()]
    assert (over.facts["turns"], unsure.facts["turns"]) == ([], [])
    assert gone_off.facts["flap_limit"] == [5, 30]


def test_of_two_rules_the_first_counts_and_without_one_the_setting():
    alarms = Alarms.model_validate({"severity": "low", "rules": [{"names": ["x*"], "severity": "info"}]})

    assert read(an_alarm_event(), alarms).severity is Severity.LOW


def test_a_rule_of_every_alarm_is_refused():
    with pytest.raises(ValueError, match="every alarm"):
        Alarms.model_validate({"rules": [{"severity": "low"}]})


@pytest.mark.parametrize("name", ["a b/c?d#e&f=ü%<x>", "a'\"b", "TargetTracking/x"])
def test_the_link_leads_to_the_alarm_whatever_its_name(name):
    url = read(an_alarm_event(alarmName=name), Alarms(leave_out=())).facts["console"]

    start, _, end = url.partition("#alarmsV2:alarm/")
    assert start == "https://us-west-2.console.aws.amazon.com/cloudwatch/home?region=us-west-2"
    assert unquote(end) == name
    assert not set(end) & set("/?#&<> '\"")


@pytest.mark.parametrize("word", PATTERNS)
def test_an_alarm_on_a_sensitive_activity_says_which_practice_it_serves(word):
    check = f"cloudwatch-no-alarm-{word}"
    metric = {"metricStat": {"metric": {"namespace": NAMESPACE, "name": word, "dimensions": {}}}}

    signal = read(an_alarm_event(alarmName=word, configuration={"metrics": [metric]}))

    assert signal.facts["practice"] == check
    assert "best-practices/3" in lines(signal)["Practice"]


@pytest.mark.parametrize(
    ("metric", "word"),
    [
        ("UnauthorizedAPICalls", "unauthorized-api"),
        ("AuthorizationFailureCount", "unauthorized-api"),
        ("ConsoleSigninWithoutMFA", "console-no-mfa"),
        ("RootAccountUsage", "root-use"),
        ("IAMPolicyEventCount", "iam-change"),
        ("CloudTrailCfgChanges", "cloudtrail-change"),
        ("ConsoleSignInFailureCount", "console-failure"),
        ("DisableOrDeleteCMK", "cmk-disable"),
        ("S3BucketPolicyChanges", "bucket-policy-change"),
        ("AWSConfigChanges", "config-change"),
        ("NetworkAclEventCount", "nacl-change"),
        ("GatewayEventCount", "gateway-change"),
        ("VPCChanges", "vpc-change"),
        ("OrganizationEvents", "organizations-change"),
    ],
)
def test_the_names_that_people_give_such_metrics_are_known(metric, word):
    assert practices.of_alarm("alarm 7", "", ["LogMetrics"], [metric]) == f"cloudwatch-no-alarm-{word}"


@pytest.mark.parametrize("metric", ["orders-latency", "DatabaseErrors", "RootVolumeFull", "ApiGateway5xx"])
def test_an_alarm_about_something_else_serves_no_practice(metric):
    assert practices.of_alarm("a", "", ["Custom"], [metric]) == ""


def test_a_benchmarks_number_is_understood_and_aws_own_metrics_serve_none():
    assert practices.of_alarm("a", "CIS AWS Foundations 3.0, 4.3", ["C"], ["m"]) == "cloudwatch-no-alarm-root-use"
    assert practices.of_alarm("CIS-3.10", "", ["C"], ["m"]) == "cloudwatch-no-alarm-security-group-change"
    assert practices.of_alarm("vpc changes", "", ["AWS/NATGateway"], ["m"]) == ""
