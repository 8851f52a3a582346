"""Security Hub's findings, its own and those it passes on."""

import json

import pytest

from bot.alerts import Ignored, Source
from bot.alerts.problems import problem
from bot.intake.parse import Malformed, parse
from checks.model import Severity
from tests.alerting import ACCOUNT, NOW, a_finding, a_key_finding, eventbridge, in_sns
from tests.events import GROUP, a_hub_event, an_asff, of_guardduty


def read(event):
    (said,) = parse(json.dumps(event), NOW)
    return said


def test_a_control_that_fails_is_an_alert_of_its_resource():
    signal = read(a_hub_event(an_asff()))

    assert (signal.source, signal.type, signal.severity) == (Source.SECURITYHUB, "EC2.13", Severity.HIGH)
    assert (signal.account, signal.region, signal.resource) == (ACCOUNT, "eu-north-1", GROUP)
    assert signal.title == "EC2.13 fails: Security groups should not allow ingress from 0.0.0.0/0 to port 22"
    assert signal.facts["control_id"] == "EC2.13"
    assert problem(signal).name == "ec2-sg-open-ssh"
    assert signal.facts["advice"] == [
        "See the documentation. https://docs.aws.amazon.com/console/securityhub/EC2.13/remediation"
    ]
    assert signal.facts["tags"] == {"Owner": "web"}
    assert signal.facts["console"].startswith("https://eu-north-1.console.aws.amazon.com/securityhub/")


@pytest.mark.parametrize(
    "parts",
    [
        {"RecordState": "ARCHIVED"},
        {"Workflow": {"Status": "RESOLVED"}},
        {"Workflow": {"Status": "SUPPRESSED"}},
        {"Compliance": {"Status": "PASSED", "SecurityControlId": "EC2.13"}, "Severity": {"Label": "INFORMATIONAL"}},
    ],
    ids=["archived", "resolved", "suppressed", "passed"],
)
def test_what_is_archived_settled_or_passes_is_over(parts):
    signal, began = read(a_hub_event(an_asff(**parts))), read(a_hub_event(an_asff()))

    assert not signal.active
    assert (signal.identity, signal.member_id) == (began.identity, began.member_id)


def test_what_could_not_be_judged_is_neither():
    said = read(a_hub_event(an_asff(Compliance={"Status": "NOT_AVAILABLE"})))

    assert isinstance(said, Ignored)


@pytest.mark.parametrize(
    ("severity", "level"),
    [({"Label": "CRITICAL"}, "critical"), ({"Label": "LOW"}, "low"), ({"Label": "INFORMATIONAL"}, "info"),
     ({"Normalized": 90}, "critical"), ({"Normalized": 0}, "info"), ({}, "medium"), (None, "medium")],
)  # fmt: skip
def test_severity_follows_the_label_and_without_one_the_number(severity, level):
    assert str(read(a_hub_event(an_asff(Severity=severity))).severity) == level


@pytest.mark.parametrize(
    ("asff", "finding"),
    [
        (of_guardduty("UnauthorizedAccess:EC2-SSHBruteForce", {}), a_finding()),
        (
            of_guardduty("Recon:IAMUser-TorIPCaller", {
                "Type": "AwsIamAccessKey", "Id": "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE",
                "Details": {"AwsIamAccessKey": {"PrincipalType": "IAMUser", "PrincipalName": "alice"}}}),
            a_key_finding(),
        ),
    ],
    ids=["instance", "key"],
)  # fmt: skip
def test_what_guardduty_found_is_one_problem_by_whichever_way_it_comes(asff, finding):
    passed_on, direct = read(a_hub_event(asff)), read(eventbridge(finding))

    assert passed_on.facts["guardduty_type"] == direct.type
    assert problem(passed_on) == problem(direct)


def test_what_picket_put_there_is_of_its_check():
    signal = read(
        an_asff(GeneratorId="picket/ec2-sg-open-ssh", ProductArn=f"arn:aws:securityhub:eu-north-1:{ACCOUNT}:x")
    )

    assert (signal.type, problem(signal).name) == ("ec2-sg-open-ssh", "ec2-sg-open-ssh")


def test_an_event_of_many_findings_is_as_many_signals_each_with_an_id_of_its_own():
    said = parse(json.dumps(a_hub_event(an_asff(), an_asff(Id="other"))), NOW)

    assert len({each.event_id for each in said}) == 2


def test_findings_are_read_alone_and_in_every_envelope():
    one = read(a_hub_event(an_asff()))

    for other in (an_asff(), in_sns(a_hub_event(an_asff())), {"Findings": [an_asff()]}):
        assert read(other).identity == one.identity


def test_the_results_of_an_insight_are_no_finding():
    assert isinstance(read(a_hub_event(kind="Security Hub Insight Results")), Ignored)


@pytest.mark.parametrize(
    ("parts", "words"),
    [({"AwsAccountId": "1"}, "twelve"), ({"Region": "<x>"}, "no region"), ({"Title": None}, "Title")],
)
def test_a_finding_without_its_place_is_refused(parts, words):
    with pytest.raises(Malformed, match=words):
        read(a_hub_event(an_asff(**parts)))


def test_an_event_without_findings_is_refused():
    with pytest.raises(Malformed, match="findings"):
        read(a_hub_event())
