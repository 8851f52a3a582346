"""One check explained."""

from bot.messages import explain
from checks.catalog import CATALOG
from checks.model import Finding, Severity, Status
from sandbox.slack.validate import check_message

CHECK = CATALOG["ec2-sg-open-ssh"]


def a_finding(number=0, status=Status.FAIL, **evidence):
    return Finding(
        check=CHECK.id,
        status=status,
        severity=Severity.HIGH,
        account="111122223333",
        region="eu-west-1",
        resource=f"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-{number}",
        title=CHECK.title,
        evidence=evidence,
    )


def said(*findings):
    message = explain.build(CHECK, findings, lambda _: "acme-prod")
    check_message(message.text, message.blocks)
    return message.text + str(message.blocks)


def test_it_counts_every_answer_and_shows_what_fails():
    words = said(a_finding(1, rules=["tcp 22 from 0.0.0.0/0"]), a_finding(2, Status.PASS), a_finding(3, Status.UNKNOWN))

    assert "Of 3 resources: 1 fail, 1 passed, 1 could not be judged." in words
    assert "*sg-1* · acme-prod, eu-west-1: rules: tcp 22 from 0.0.0.0/0" in words


def test_many_and_hostile_findings_stay_within_slacks_limits():
    words = said(*(a_finding(number, group="<!channel>" * 500, rules=["x" * 4000] * 9) for number in range(300)))

    assert "… and 292 more" in words
    assert "<!channel>" not in words
