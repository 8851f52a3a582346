"""Alarms on sensitive activity: every link of the chain."""

import pytest

from checks import activities
from checks.catalog import CATALOG
from checks.cloudwatch_alarms import LINKS, WATCHES
from checks.inventory.cloudtrail import Trail
from checks.inventory.cloudwatch import LogGroup, Metric
from checks.inventory.sns import Topic
from checks.model import Severity, Status
from tests.builders import ACCOUNT, REGION, a_gap
from tests.trail_builders import (
    GROUP,
    TOPIC,
    a_chain,
    a_filter,
    a_log_group,
    a_status,
    a_subscription,
    a_topic,
    a_trail,
    an_alarm,
    names,
    the_account,
)

CHECK = "cloudwatch-no-alarm-vpc-change"
IDS = {f"cloudwatch-no-alarm-{watch.word}" for watch in WATCHES}
UNREAD = a_gap(LogGroup, REGION, permission="x:Read")
OTHER = Metric(namespace="Trail", name="other")
PENDING = a_subscription("PendingConfirmation")


@pytest.fixture
def judged(answer):
    """The finding about changes of VPCs, of a chain whose parts may be replaced."""
    return lambda **parts: answer(CHECK, *a_chain(**parts))


def test_there_are_fifteen_of_them_and_two_are_high():
    words = (
        "unauthorized-api console-no-mfa root-use iam-change cloudtrail-change console-failure cmk-disable "
        "bucket-policy-change config-change security-group-change nacl-change gateway-change route-table-change "
        "vpc-change organizations-change"
    )
    assert {f"cloudwatch-no-alarm-{word}" for word in words.split()} == IDS
    assert {id_ for id_ in IDS if CATALOG[id_].severity is Severity.HIGH} == {
        "cloudwatch-no-alarm-unauthorized-api",
        "cloudwatch-no-alarm-root-use",
    }


def test_a_whole_chain_passes_for_the_account(judged):
    finding = judged()
    assert (finding.status, finding.resource, finding.region) == (Status.PASS, f"AWS::::Account:{ACCOUNT}", "global")


def test_a_pass_names_the_chain_and_every_alarm_that_goes_off(judged):
    over = an_alarm("over", rule='ALARM("seen")')
    evidence = judged(group=a_log_group(alarms=(an_alarm(), over))).evidence
    assert {**evidence, "alarms": len(evidence["alarms"])} == {
        "trail": "main", "log_group": "trail", "metric_filter": "seen", "alarms": 2,
    }  # fmt: skip
    assert an_alarm().arn in evidence["alarms"]


@pytest.mark.parametrize("check_id", sorted(IDS))
def test_each_alarm_passes_by_a_filter_of_its_own_and_fails_by_one_of_another(answer, check_id):
    watch = next(watch for watch in WATCHES if check_id.endswith(watch.word))
    of_all = a_log_group(a_filter("{ $.eventName = * }"))
    of_none = a_log_group(a_filter("{ $.eventName = Other }"))
    assert answer(check_id, *a_chain(group=of_all)).status is Status.PASS
    finding = answer(check_id, *a_chain(group=of_none))
    assert (finding.status, finding.severity) == (Status.FAIL, watch.severity)


@pytest.mark.parametrize(
    ("link", "parts", "said"),
    [
        ("trail", {"trail": None}, {"cause": "no trail of all regions is logging"}),
        ("trail", {"trail": a_trail(multi_region=False)}, {}),
        ("trail", {"trail": a_trail(status=a_status(logging=False))}, {}),
        ("log group", {"trail": a_trail(log_group="")}, {"cause": "no trail of all regions has a log group: main"}),
        ("metric filter", {"group": a_log_group(filters=())}, {"metric_filter": "none that speaks of it"}),
        (
            "metric filter",
            {"group": a_log_group(a_filter(names(activities.VPC_CHANGE[2:]), name="most"))},
            {"metric_filter": "most", "does_not_match": ["CreateVpc", "DeleteVpc"]},
        ),
        ("metric filter", {"group": a_log_group(a_filter("[a, b]"))}, {"metric_filter": "none that speaks of it"}),
        ("alarm", {"group": a_log_group(alarms=())}, {"metric_filter": "seen", "alarm": "none on Trail/seen"}),
        ("alarm", {"group": a_log_group(alarms=(an_alarm(metrics=(OTHER,)),))}, {}),
        (
            "alarm",
            {"group": a_log_group(a_filter(metric=Metric(namespace="Trail", name="seen", dimensions=frozenset("d"))))},
            {},
        ),
        ("alarm actions", {"group": a_log_group(alarms=(an_alarm(enabled=False),))}, {"alarm_actions": "disabled"}),
        ("alarm actions", {"group": a_log_group(alarms=(an_alarm(actions=()),))}, {"alarm_actions": "none"}),
        (
            "alarm actions",
            {"group": a_log_group(alarms=(an_alarm(actions=("arn:aws:automate:eu-west-1:ec2:reboot",)),))},
            {"alarm_actions": ["arn:aws:automate:eu-west-1:ec2:reboot"]},
        ),
        (
            "confirmed subscription",
            {"topic": a_topic(PENDING)},
            {"topic": TOPIC, "subscriptions": ["email security@acme.example: PendingConfirmation"]},
        ),
        ("confirmed subscription", {"topic": a_topic(a_subscription("Deleted"))}, {}),
        ("confirmed subscription", {"topic": a_topic(subscriptions=())}, {"subscriptions": ["none"]}),
    ],
)
def test_a_broken_chain_fails_and_says_at_which_link(judged, link, parts, said):
    finding = judged(**parts)
    assert finding.status is Status.FAIL
    assert finding.evidence["broken_at"] == link
    assert said.items() <= finding.evidence.items()


def test_the_evidence_names_the_whole_way_to_the_break(judged):
    assert judged(topic=a_topic(PENDING)).evidence == {
        "broken_at": "confirmed subscription",
        "topic": TOPIC,
        "subscriptions": ["email security@acme.example: PendingConfirmation"],
        "metric_filter": "seen",
        "alarm": "seen",
        "trail": "main",
        "log_group": "trail",
    }


def test_without_a_trail_all_fifteen_fail_for_one_cause(answers):
    found = [finding for id_ in sorted(IDS) for finding in answers(id_, *a_chain(trail=None))]
    assert len(found) == 15
    assert {f.evidence["cause"] for f in found} == {"no trail of all regions is logging"}


def test_of_several_broken_chains_the_one_that_goes_furthest_is_told(judged):
    group = a_log_group(
        a_filter("{ $.eventName = CreateVpc }", name="narrow"),
        a_filter(name="whole"),
        alarms=(an_alarm("muted", enabled=False), an_alarm("unheard")),
    )
    finding = judged(group=group, topic=a_topic(PENDING))
    assert (finding.evidence["broken_at"], finding.evidence["alarm"]) == ("confirmed subscription", "unheard")
    assert finding.evidence["metric_filter"] == "whole"


def test_any_one_working_chain_is_enough(judged):
    group = a_log_group(
        a_filter("{ $.eventName = CreateVpc }"), a_filter(), alarms=(an_alarm("a", enabled=False), an_alarm())
    )
    assert judged(group=group, topic=a_topic(PENDING, a_subscription())).status is Status.PASS


def test_a_second_trail_may_carry_the_chain(answer):
    other = GROUP.replace("trail:*", "other:*")
    records = a_chain(group=a_log_group(filters=()))
    second = (a_trail("second", log_group=other), a_log_group(arn=other, name="other"))
    assert answer(CHECK, *records, *second).status is Status.PASS
    stopped = (a_trail("second", log_group=other, status=a_status(logging=False)), second[1])
    assert answer(CHECK, *records, *stopped).status is Status.FAIL


def test_two_narrow_filters_do_not_make_a_whole_one(judged):
    halves = [a_filter(names(half)) for half in (activities.VPC_CHANGE[:5], activities.VPC_CHANGE[5:])]
    assert judged(group=a_log_group(*halves)).status is Status.FAIL


def test_a_filter_that_matches_more_is_a_pass(judged):
    assert judged(group=a_log_group(a_filter(""))).status is Status.PASS


def test_a_composite_alarm_over_it_counts(judged):
    quiet = an_alarm(actions=())
    over = an_alarm("over", rule='ALARM("seen") OR ALARM("x")')
    assert judged(group=a_log_group(alarms=(quiet, over))).status is Status.PASS
    assert judged(group=a_log_group(alarms=(an_alarm(enabled=False), over))).status is Status.PASS
    both = an_alarm("both", rule='ALARM("seen") AND ALARM("x")')
    assert judged(group=a_log_group(alarms=(quiet, both))).status is Status.FAIL
    muted = an_alarm("over", rule='ALARM("seen")', enabled=False)
    assert judged(group=a_log_group(alarms=(quiet, muted))).status is Status.FAIL


@pytest.mark.parametrize(
    "action",
    [
        "arn:aws:lambda:eu-west-1:111122223333:function:page",
        "arn:aws:ssm-incidents::111122223333:response-plan/security",
        "arn:aws:ssm:eu-west-1:111122223333:opsitem:1",
    ],
)
def test_other_live_actions_count_as_a_topic_does(judged, action):
    group = a_log_group(alarms=(an_alarm(actions=(action,)),))
    assert judged(group=group, topic=None).status is Status.PASS


@pytest.mark.parametrize(
    "parts",
    [
        {"trail": a_trail(status=UNREAD)},
        {"group": a_log_group(filters=UNREAD)},
        {"group": a_log_group(alarms=UNREAD)},
        {"topic": a_topic(subscriptions=UNREAD)},
    ],
)
def test_a_link_that_could_not_be_read_is_unknown(judged, parts):
    finding = judged(**parts)
    assert finding.status is Status.UNKNOWN
    assert finding.evidence["missing_permission"] == "x:Read"


@pytest.mark.parametrize(
    ("kind", "parts"),
    [(Trail, {"trail": None}), (LogGroup, {"group": None}), (Topic, {"topic": None})],
)
def test_links_that_could_not_be_read_in_a_region_are_unknown(answer, kind, parts):
    gap = a_gap(kind, REGION, permission="x:Read")
    assert answer(CHECK, *a_chain(**parts), gaps=[gap]).status is Status.UNKNOWN


def test_a_log_group_of_another_account_is_unknown_with_the_reason(answer):
    foreign = a_gap(LogGroup, REGION, reason="the log group trail is in account 999988887777", permission="")
    finding = answer(CHECK, *a_chain(group=a_log_group(filters=foreign, alarms=foreign)))
    assert finding.status is Status.UNKNOWN
    assert "999988887777" in finding.reason


def test_a_topic_nobody_read_is_unknown(judged):
    assert TOPIC in judged(topic=None).reason


def test_what_could_not_be_read_does_not_matter_beside_a_chain_that_works(answer):
    records = (*a_chain(), a_trail("b", status=UNREAD), a_log_group(arn="b", filters=UNREAD))
    assert answer(CHECK, *records).status is Status.PASS
    two = a_log_group(alarms=(an_alarm(actions=(f"{TOPIC}-unread", TOPIC)),))
    unread = a_topic(arn=f"{TOPIC}-unread", subscriptions=UNREAD)
    assert answer(CHECK, *a_chain(group=two), unread).status is Status.PASS


def test_every_link_can_be_the_broken_one():
    assert LINKS == ("trail", "log group", "metric filter", "alarm", "alarm actions", "confirmed subscription")


def test_no_account_no_finding(answers):
    assert answers(CHECK, a_trail()) == []
    assert len(answers(CHECK, the_account())) == 1


def test_the_address_of_a_web_hook_is_not_printed(judged):
    hook = a_subscription("PendingConfirmation", protocol="https", endpoint="https://hooks.example/secret-token")
    assert judged(topic=a_topic(hook)).evidence["subscriptions"] == ["https: PendingConfirmation"]
