"""One check explained."""

import pytest

from bot.messages import explain
from bot.messages.text import plain
from checks.catalog import CATALOG
from checks.guide import guide
from checks.model import Finding, Severity, Status
from checks.settings import CheckSettings
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
    message = explain.build(CHECK, findings, lambda _: "acme-prod", CheckSettings())
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


def test_what_passes_and_what_was_not_judged_is_named_too():
    unread = Finding(
        check=CHECK.id,
        status=Status.UNKNOWN,
        severity=Severity.HIGH,
        account="111122223333",
        region="eu-west-1",
        resource="sg-9",
        title=CHECK.title,
        reason="access denied (missing permission: ec2:DescribeSecurityGroups)",
    )

    words = said(*(a_finding(number, Status.PASS) for number in range(7)), unread)

    assert "Passing: sg-0, sg-1, sg-2, sg-3, sg-4 and 2 more" in words
    assert "Not judged: access denied (missing permission: ec2:DescribeSecurityGroups)" in words


@pytest.mark.parametrize("check", CATALOG.values(), ids=list(CATALOG))
def test_each_check_is_explained_whole_and_within_slacks_limits(check):
    message = explain.build(check, (), lambda _: "acme-prod", CheckSettings())
    check_message(message.text, message.blocks)
    texts = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    told = guide(check.id)

    for form in (told.cli, told.terraform):
        assert any(f"```{plain(form.code)}```" in text if form.code else plain(form.note) in text for text in texts)
    assert any(plain(told.judged(CheckSettings())) in text for text in texts)
    assert all(any(plain(step) in text for text in texts) for step in told.console)
    assert sum(map(len, texts)) < 12_000


def explained(settings, own=None, id_="iam-key-old"):
    message = explain.build(CATALOG[id_], (), lambda _: "acme-prod", settings, own)
    check_message(message.text, message.blocks)
    return str(message.blocks)


def test_the_settings_that_tune_it_are_said_with_their_present_values():
    words = explained(CheckSettings(key_max_age=45))

    assert "more than 45 days ago" in words
    assert "`checks.key_max_age`, `checks.key_very_old`, `checks.break_glass`" in words


def test_where_an_account_has_settings_of_its_own_it_says_which():
    own = {"acme-test": CheckSettings(key_max_age=200), "acme-lab": CheckSettings(disabled=("iam-key-old",))}

    words = explained(CheckSettings(), {"acme-prod": CheckSettings(), **own})

    assert "Otherwise in acme-test (`key_max_age: 200`); acme-lab (`switched off`)." in words
    assert "acme-prod (" not in words


def test_a_changed_severity_and_a_check_that_is_off_are_said():
    assert "Its severity is set by `checks.severity`; its own is medium." in explained(
        CheckSettings(severity={"iam-key-old": "low"})
    )
    assert "It is switched off by `checks.disabled`." in explained(CheckSettings(disabled=("iam-key-old",)))
