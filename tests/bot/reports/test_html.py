"""The HTML page of an audit."""

import re
from datetime import UTC, datetime

import pytest

from bot.reports.html import MOST_PASSED, Report, render
from checks.catalog import CATALOG
from checks.model import Severity, Status

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def page(a_finding):
    def make(*findings, **changes):
        facts = {
            "title": "Audit of all",
            "finished_at": NOW,
            "scope": "all checks, 1 account",
            "findings": findings,
            "checks": {},
            "account_names": {"111122223333": "acme-prod"},
        }
        return render(Report(**(facts | changes))).decode()

    return make


def test_the_page_says_what_failed_where_and_on_what_evidence(page, a_finding):
    html = page(a_finding(evidence={"open_to": ["0.0.0.0/0"]}))

    assert "iam-user-no-mfa" in html
    assert "acme-prod" in html
    assert "arn:aws:iam::111122223333:user/alice" in html
    assert "0.0.0.0/0" in html
    assert "2026-11-25 09:00 UTC" in html


def test_how_to_fix_is_told_once_for_each_check_that_fails(page, a_finding):
    checks = {id_: CATALOG[id_] for id_ in ("iam-user-no-mfa", "iam-key-old")}
    passed = a_finding(check="iam-key-old", status=Status.PASS, resource="key")

    html = page(*(a_finding(resource=f"user/{number}") for number in range(3)), passed, checks=checks)

    assert html.count('id="fix-iam-user-no-mfa"') == 1
    assert html.count('href="#fix-iam-user-no-mfa"') == 3
    assert "aws iam delete-login-profile --user-name &lt;user&gt;" in html
    assert "#fix-iam-key-old" not in html


def test_gaps_have_their_own_part_and_never_read_as_clean(page, a_finding):
    html = page(a_finding(status=Status.UNKNOWN, reason="access denied (missing permission: iam:GetUser)"))

    assert "not known to be right" in html
    assert "missing permission: iam:GetUser" in html


def test_checks_that_judged_nothing_are_named(page):
    assert "ec2-sg-open-rdp" in page(nothing_judged=["ec2-sg-open-rdp"])


def test_hostile_text_is_only_text(page, a_finding):
    evil = '</script><script>alert(1)</script>{{ 7*7 }}<img src=x onerror=alert(1)>" onmouseover="x'

    html = page(a_finding(resource=evil, title=evil, account=evil, region=evil, reason=evil, evidence={evil: evil}))

    assert html.count("<script>") == 1
    assert "<img" not in html
    assert "{{ 7*7 }}" in html
    assert not re.search(r'<[^>]*" onmouseover="', html)


def test_the_page_needs_nothing_else_and_runs_only_its_own_script(page, a_finding):
    html = page(a_finding())

    assert not re.search(r"(src|href)=", html)
    assert "default-src 'none'; script-src 'sha256-" in html


def test_an_audit_that_judged_nothing_still_gives_a_page(page):
    assert "Nothing was judged." in page()


def test_of_very_many_that_pass_the_page_shows_some_and_says_so_but_all_that_fails(page, a_finding):
    passed = [a_finding(status=Status.PASS, resource=f"p{i}") for i in range(MOST_PASSED + 5)]
    failing = [a_finding(resource=f"f{i}") for i in range(MOST_PASSED + 5)]

    html = page(*passed, *failing)

    assert html.count('data-status="FAIL"') == MOST_PASSED + 5
    assert html.count('data-status="PASS"') == MOST_PASSED
    assert "5 more that passed are left out here" in html


def test_the_page_is_searched_and_filtered_in_a_browser(page, a_finding, tmp_path, browser):
    file = tmp_path / "audit.html"
    findings = [
        a_finding(severity=Severity.CRITICAL),
        a_finding(resource="arn:aws:iam::111122223333:user/bob"),
        a_finding(status=Status.PASS, resource="arn:aws:iam::111122223333:user/carol"),
    ]
    file.write_text(page(*findings))
    tab = browser.new_page()
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.goto(file.as_uri())
    shown = tab.locator("#findings tbody tr:visible")
    assert shown.count() == 2  # what fails, to begin with
    tab.fill("#search", "BOB")
    assert shown.count() == 1
    tab.fill("#search", "")
    tab.click("button.critical")
    assert shown.count() == 1
    assert tab.inner_text("#count") == "1 of 3 shown"
    tab.close()
    assert faults == []
