"""Which events the sandbox's rules let through to the queue."""

import pytest

from checks import event_pattern
from checks.cloudwatch_alarms import WATCHES
from sandbox.aws.seeds.relay import RULES


def relayed(source, kind, **detail):
    """The rules that let such an event through."""
    event = {"source": source, "detail-type": kind, "account": "111122223333", "detail": detail}
    return [name for name, pattern in RULES.items() if event_pattern.matches(pattern, event)]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("aws.guardduty", "GuardDuty Finding"),
        ("aws.cloudwatch", "CloudWatch Alarm State Change"),
        ("aws.config", "Config Rules Compliance Change"),
        ("aws.securityhub", "Security Hub Findings - Imported"),
        ("aws.signin", "AWS Console Sign In via CloudTrail"),
    ],
)
def test_what_each_source_says_is_relayed(source, kind):
    assert relayed(source, kind)


def test_the_calls_that_are_watched_are_relayed():
    sources = {one.facts.get("eventSource") for watch in WATCHES for one in watch.activities}
    watched = {str(source).partition(".")[0] for source in sources if source} - {"signin"}

    assert watched
    for service in watched:
        assert relayed(f"aws.{service}", "AWS API Call via CloudTrail", eventName="DeleteThing"), service


def test_a_call_of_root_is_relayed_whatever_the_service():
    kind = "AWS API Call via CloudTrail"

    assert relayed("aws.rds", kind, userIdentity={"type": "Root"}) == ["picket-root"]
    assert relayed("aws.rds", kind, userIdentity={"type": "IAMUser"}) == []


def test_what_else_a_watched_service_says_stays_out():
    assert relayed("aws.ec2", "EC2 Instance State-change Notification") == []


def test_the_findings_of_guardduty_pass_by_one_rule_alone():
    assert relayed("aws.guardduty", "GuardDuty Finding", severity=8) == ["picket-events"]
