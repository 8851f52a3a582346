"""What AWS holds, in the shape that the queue brings, and whether its event should have come by now."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts import Ignored, Member, Source, receive
from bot.intake.parse import parse
from bot.intake.reconcile import Verdict, found, gone, judge, of_alarm, of_finding
from checks.model import Severity
from tests.alerting import ALARM, FINDING, NOW, a_finding, a_signal, an_alarm_event, an_alert, eventbridge, pascal

GRACE, PACE = timedelta(minutes=5), timedelta(hours=6)


def an_alarm(state="ALARM", **parts):
    """The alarm of `an_alarm_event` as DescribeAlarms tells of it."""
    return {
        "AlarmName": "root-used",
        "AlarmArn": ALARM,
        "AlarmDescription": "Row 4.3",
        "StateValue": state,
        "StateReason": "Threshold Crossed: 1 datapoint [2.0] was greater than 1.0.",
        "StateReasonData": '{"threshold": 1.0, "recentDatapoints": [0.0, 2.0]}',
        "StateUpdatedTimestamp": datetime(2026, 11, 25, 8, 30, 0, 985000, UTC),
        "Namespace": "Trail",
        "MetricName": "RootUsage",
        "Dimensions": [{"Name": "Trail", "Value": "main"}],
        "Statistic": "Sum",
        "Period": 300,
        **parts,
    }


def said(body):
    (one,) = parse(body, NOW)
    return one


def test_an_alarm_says_the_same_whether_it_came_or_was_found():
    came, found = said(json.dumps(an_alarm_event())), said(of_alarm(an_alarm(), ""))

    for name in ("source", "type", "account", "region", "resource", "severity", "title", "at", "member_id", "facts"):
        assert getattr(found, name) == getattr(came, name), name


def test_a_finding_says_the_same_whether_it_came_or_was_found():
    came, found = said(json.dumps(eventbridge(a_finding()))), said(of_finding(pascal(a_finding())))

    for name in ("source", "type", "account", "region", "resource", "severity", "title", "at", "member_id", "facts"):
        assert getattr(found, name) == getattr(came, name), name


def test_an_alarm_of_an_expression_has_its_metrics():
    stat = {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
    metrics = [
        {"Id": "e1", "Expression": "m1 / 2", "ReturnData": True},
        {"Id": "m1", "MetricStat": stat, "ReturnData": False},
    ]

    signal = said(of_alarm(an_alarm(Metrics=metrics, Namespace=None, MetricName=None), ""))

    assert ["Expression", "m1 / 2"] in signal.facts["details"]
    assert [one["Id"] for one in signal.facts["metrics"]] == ["e1", "m1"]


def test_a_composite_alarm_has_its_rule_and_why_its_actions_rest():
    plain = {name: value for name, value in an_alarm().items() if name.startswith(("Alarm", "State"))}
    composite = {**plain, "AlarmRule": "ALARM(a) AND ALARM(b)", "ActionsSuppressedReason": "the alarm maintenance"}

    details = dict(said(of_alarm(composite, "")).facts["details"])

    assert "Rule" in details
    assert details["Its actions"] == "the alarm maintenance"


def test_when_its_state_changed_counts_not_when_it_was_last_looked_at():
    at = datetime(2026, 11, 24, tzinfo=UTC)

    assert said(of_alarm(an_alarm(StateTransitionedTimestamp=at), "")).at == at


def test_too_little_data_says_something_of_an_alarm_that_was_in_alarm_alone():
    assert isinstance(said(of_alarm(an_alarm("INSUFFICIENT_DATA"), "")), Ignored)
    assert said(of_alarm(an_alarm("INSUFFICIENT_DATA"), "ALARM")).facts["unsure"]


def known(minutes=0.0, **parts):
    return Member(
        **{
            "source": Source.GUARDDUTY,
            "source_id": FINDING,
            "active": True,
            "count": 1,
            "updated_at": NOW - timedelta(minutes=minutes),
            "severity": Severity.HIGH,
            **parts,
        }
    )


def seen(minutes=0.0, **parts):
    return a_signal(at=NOW - timedelta(minutes=minutes), **parts)


OVER = {"active": False}
ALARMED = {"source": Source.CLOUDWATCH}


@pytest.mark.parametrize(
    ("before", "signal", "verdict"),
    [
        (None, seen(4), Verdict.WAITING),
        (None, seen(6), Verdict.MISSED),
        (None, seen(6, **OVER), Verdict.KNOWN),
        (known(6), seen(6), Verdict.KNOWN),
        (known(6), seen(9), Verdict.KNOWN),
        (known(60), seen(6), Verdict.WAITING),
        (known(60), seen(6, severity=Severity.CRITICAL), Verdict.MISSED),
        (known(60), seen(4, severity=Severity.CRITICAL), Verdict.WAITING),
        (known(400), seen(366), Verdict.MISSED),
        (known(726), seen(0), Verdict.MISSED),
        (known(700), seen(0), Verdict.WAITING),
        (known(6), seen(6, **OVER), Verdict.OVER),
        (known(6, **OVER), seen(6, **OVER), Verdict.KNOWN),
        (known(60, **OVER), seen(6), Verdict.MISSED),
        (known(60, **OVER), seen(4), Verdict.WAITING),
        (known(60, **ALARMED), seen(6, **OVER, **ALARMED), Verdict.MISSED),
        (known(60, **ALARMED), seen(4, **OVER, **ALARMED), Verdict.WAITING),
    ],
)
def test_it_was_missed_only_when_its_event_should_have_come(before, signal, verdict):
    assert judge(before, signal, NOW, GRACE, PACE) is verdict


@given(st.floats(0, 10_000), st.floats(0, 10_000), st.booleans(), st.booleans())
def test_nothing_older_than_what_is_known_is_taken_in(age, older, was, now_active):
    before = known(age, active=was, source=Source.CLOUDWATCH)
    signal = seen(age + older, active=now_active, source=Source.CLOUDWATCH)

    assert judge(before, signal, NOW, GRACE, PACE) is Verdict.KNOWN


@pytest.mark.parametrize("found_first", [True, False])
def test_what_was_found_and_came_besides_is_the_same_card_in_any_order(found_first):
    came, found_ = a_signal(), found(a_signal(), NOW)
    alert = None
    for signal in (found_, came) if found_first else (came, found_):
        alert, _ = receive(alert, signal, NOW, "C1")

    assert alert.facts["looked"] == NOW.isoformat()
    assert alert.cards == 1
    assert receive(alert, came, NOW, "C1")[0] == alert


def test_what_is_gone_ends_the_very_alert_that_tells_of_it():
    alert = an_alert()

    signal = gone(alert, alert.members[0], NOW)

    assert (signal.identity, signal.member_id, signal.active) == (alert.identity, FINDING, False)
    assert "90 days" in signal.facts["end"]
