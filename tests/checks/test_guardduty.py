"""GuardDuty: on everywhere, findings dealt with, and carried to where somebody sees them."""

import pytest

from checks.inventory.events import EventRule
from checks.inventory.guardduty import Detector, OpenFinding
from checks.model import Severity, Status
from tests.builders import ACCOUNT, REGION, a_gap
from tests.service_builders import (
    QUEUE,
    QUEUE_ARN,
    STRANGER,
    a_bus_target,
    a_detector,
    a_place,
    a_rule,
    a_subscription,
    a_target,
    a_topic_target,
    an_open_finding,
)

FINDINGS = {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]}
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tell"
RELAY = "guardduty-not-relayed"


@pytest.fixture
def relayed(answer):
    """The answer about a region with a detector and these rules, for a bot with a queue."""

    def ask(*rules, queue=QUEUE, **options):
        return answer(RELAY, a_place(), a_detector(), *rules, event_queue=queue, **options)

    return ask


@pytest.mark.parametrize(
    ("detectors", "status"), [((a_detector(),), "PASS"), ((), "FAIL"), ((a_detector(enabled=False),), "FAIL")]
)
def test_each_enabled_region_needs_an_enabled_detector(answer, detectors, status):
    finding = answer("guardduty-off", a_place(), *detectors)
    assert (finding.status, finding.severity) == (status, Severity.HIGH)
    assert (finding.resource, finding.region) == (f"AWS::::Account:{ACCOUNT}", REGION)


def test_a_detector_elsewhere_is_none_here_and_a_suspended_one_is_said_so(answer):
    assert answer("guardduty-off", a_place(), a_detector("us-east-1")).evidence == {"detector": "none"}
    assert answer("guardduty-off", a_place(), a_detector(enabled=False)).evidence == {"detector": "suspended"}


def test_where_detectors_could_not_be_read_the_region_is_unknown(answer):
    gap = a_gap(Detector, REGION, reason="an organisation policy refuses it", permission="guardduty:ListDetectors")
    assert answer("guardduty-off", a_place(), gaps=[gap]).status is Status.UNKNOWN
    assert answer(RELAY, a_place(), gaps=[gap]).status is Status.UNKNOWN


@pytest.mark.parametrize(("age", "status"), [(7.9, "PASS"), (8, "FAIL")])
def test_a_finding_may_be_open_for_seven_days(answer, age, status):
    assert answer("guardduty-finding-left-open", an_open_finding(age)).status == status


@pytest.mark.parametrize(("number", "severity"), [(7.0, "high"), (8.9, "high"), (9.0, "critical"), (10.0, "critical")])
def test_a_finding_left_open_has_its_own_severity(answer, number, severity):
    finding = answer("guardduty-finding-left-open", an_open_finding(12, number))
    assert (str(finding.status), str(finding.severity)) == ("FAIL", severity)
    assert finding.evidence["age_days"] == 12


def test_how_long_is_a_setting_and_what_could_not_be_read_is_unknown(answer):
    check_id = "guardduty-finding-left-open"
    assert answer(check_id, an_open_finding(2), guardduty_left_open=1).status is Status.FAIL
    assert answer(check_id, gaps=[a_gap(OpenFinding, REGION)]).status is Status.UNKNOWN


@pytest.mark.parametrize(
    "pattern",
    [
        FINDINGS,
        {"source": [{"prefix": "aws."}]},
        {**FINDINGS, "detail": {"severity": [{"numeric": [">=", 7]}]}},
        {**FINDINGS, "region": [REGION], "account": [ACCOUNT]},
        {**FINDINGS, "detail": {"service": {"archived": [False]}}},
    ],
)
def test_a_rule_that_carries_high_findings_to_the_queue_passes(relayed, pattern):
    assert relayed(a_rule(pattern)).status is Status.PASS


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (a_rule({"source": ["aws.config"]}), "no rule lets them out"),
        (a_rule(FINDINGS, enabled=False), "it is disabled"),
        (a_rule(FINDINGS, a_target(f"arn:aws:sqs:{REGION}:{ACCOUNT}:other")), "it is another queue"),
        (a_rule(FINDINGS, a_target(f"arn:aws:sqs:{REGION}:{STRANGER}:picket-events")), "it is another queue"),
        (a_rule(FINDINGS, a_target(f"arn:aws:sqs:us-east-1:{ACCOUNT}:picket-events")), "it is another queue"),
        (a_rule(FINDINGS, a_target(LAMBDA)), "does not lead to the queue"),
        (a_rule(FINDINGS, a_topic_target(a_subscription())), "does not subscribe"),
        (a_rule(FINDINGS, a_bus_target()), "no rule there lets the event on"),
        (a_rule(FINDINGS, a_bus_target(a_rule(FINDINGS, enabled=False))), "it is disabled"),
        (a_rule({**FINDINGS, "detail": {"severity": [{"numeric": ["<", 7]}]}}), "no rule lets them out"),
    ],
)
def test_findings_that_do_not_come_to_the_queue_fail_and_it_says_where_they_end(relayed, rule, why):
    finding = relayed(rule)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert why in str(finding.evidence["looked_at"])


def test_a_rule_for_some_types_alone_does_not_carry_findings(relayed):
    finding = relayed(a_rule({**FINDINGS, "detail": {"type": [{"prefix": "UnauthorizedAccess"}]}}))
    assert finding.status is Status.FAIL
    assert finding.evidence["carried"] == "only some types of findings"


def test_a_rule_of_some_types_and_one_of_the_others_carry_them_all(relayed):
    some = a_rule({**FINDINGS, "detail": {"type": [{"prefix": "UnauthorizedAccess"}]}})
    others = a_rule({**FINDINGS, "detail": {"type": [{"anything-but": {"prefix": "UnauthorizedAccess"}}]}})
    assert relayed(some, others).status is Status.PASS


def test_the_way_may_lead_over_another_bus_in_another_account(relayed):
    assert relayed(a_rule(FINDINGS, a_bus_target(a_rule({"account": [ACCOUNT]})))).status is Status.PASS


def test_the_way_may_lead_over_a_topic_to_which_the_queue_subscribes(relayed):
    def by_topic(confirmed):
        return a_topic_target(a_subscription(confirmed, protocol="sqs", endpoint=QUEUE_ARN))

    assert relayed(a_rule(FINDINGS, by_topic(True))).status is Status.PASS
    assert "not confirmed" in str(relayed(a_rule(FINDINGS, by_topic(False))).evidence)


def test_a_bus_that_could_not_be_read_is_unknown_unless_another_way_leads_there(relayed):
    bus = a_bus_target(rules=a_gap(EventRule, REGION, reason="the event bus lies in an account that is not audited"))
    assert relayed(a_rule(FINDINGS, bus)).status is Status.UNKNOWN
    assert relayed(a_rule(FINDINGS, bus), a_rule(FINDINGS)).status is Status.PASS
    assert relayed(gaps=[a_gap(EventRule, REGION)]).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (a_rule(FINDINGS, a_target(LAMBDA)), "PASS"),
        (a_rule(FINDINGS, targets=()), "FAIL"),
        (a_rule(FINDINGS, enabled=False), "FAIL"),
        (a_rule({"source": ["aws.config"]}), "FAIL"),
    ],
)
def test_without_a_queue_any_target_will_do(relayed, rule, status):
    assert relayed(rule, queue="").status == status


def test_a_region_without_a_detector_is_row_45s_alone(answers):
    for detector in ((), (a_detector(enabled=False),)):
        assert answers(RELAY, a_place(), *detector, event_queue=QUEUE) == []


def test_a_rule_of_calls_alone_relays_no_findings(relayed):
    calls = {"source": ["aws.iam"], "detail-type": ["AWS API Call via CloudTrail"]}
    root = {"detail-type": ["AWS API Call via CloudTrail"], "detail": {"userIdentity": {"type": ["Root"]}}}

    assert relayed(a_rule(calls), a_rule(root)).status is Status.FAIL
    assert relayed(a_rule(calls), a_rule(root), a_rule()).status is Status.PASS


def test_the_url_of_a_queue_need_not_name_its_region(relayed):
    assert relayed(a_rule(), queue=f"http://127.0.0.1:4566/{ACCOUNT}/picket-events").status is Status.PASS
