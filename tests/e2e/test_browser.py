"""What a person sees and does in the workspace's page, with the real bot behind it."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from sandbox.aws.accounts import PROD
from tests.pages import card

pytestmark = pytest.mark.xdist_group("browser")

SLOW = 90_000
"""Milliseconds: an audit on a busy machine."""


@pytest.fixture
def type_command(people):
    def type_command(page, channel, text):
        composer = page.get_by_label(f"Message #{channel}")
        composer.fill(text)
        composer.press("Escape")
        composer.press("Enter")

    return type_command


def test_an_audit_is_typed_advances_and_shows_the_worst_first(page, people, type_command):
    slack = page(people.ana, "CALERTS01")
    type_command(slack, "security-alerts", "/aws-audit iam account=acme-prod")

    summary = slack.locator("#column .message", has_text="Audit · iam account=acme-prod").last
    expect(summary).to_be_visible(timeout=SLOW)
    expect(summary).to_contain_text("critical")
    summary.get_by_role("button", name="Next →").click()
    expect(summary).to_contain_text("Page 2 of", timeout=SLOW)
    summary.get_by_text("2 replies").click()
    thread = slack.locator("#thread")
    expect(thread).to_contain_text("as CSV")
    expect(thread).to_contain_text("as a page")


def test_a_wrong_word_gets_the_nearest_and_changes_nothing(page, people, type_command, acme):
    slack = page(people.ana, "CALERTS01")
    before = len(acme.workspace.messages("CALERTS01"))
    type_command(slack, "security-alerts", "/aws-audit iamm")

    expect(slack.locator("#column")).to_contain_text("Only visible to you")
    expect(slack.locator("#column .message").last).to_contain_text("iam")
    assert len(acme.workspace.messages("CALERTS01")) == before


def test_a_card_is_acknowledged_for_all_to_see(page, people, stolen):
    ana, priya = page(people.ana, "CCRITICAL"), page(people.priya, "CCRITICAL")
    card(ana, stolen).get_by_role("button", name="Acknowledge").click()

    expect(card(priya, stolen)).to_contain_text("Acknowledged by @Ana Lindqvist", timeout=SLOW)


def test_an_outsider_is_told_why_not_and_nothing_changes(page, people, stolen):
    otto = page(people.otto, "CCRITICAL")
    card(otto, stolen).get_by_role("button", name="Resolve").click()

    expect(otto.locator("#column")).to_contain_text("rights.respond", timeout=SLOW)
    expect(otto.get_by_role("dialog")).to_have_count(0)
    expect(card(otto, stolen)).to_contain_text("nobody has acknowledged it")


def test_a_snooze_may_be_a_date_but_not_one_that_has_passed(page, people, stolen):
    ana = page(people.ana, "CCRITICAL")
    card(ana, stolen).get_by_role("button", name="Snooze").click()
    ana.get_by_role("option", name="Until a date").click()
    modal = ana.get_by_role("dialog")
    when = modal.locator('input[type="datetime-local"]')
    past, later = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=2)
    when.fill(f"{past:%Y-%m-%dT%H:%M}")
    modal.get_by_role("button", name="Snooze").click()
    expect(modal).to_contain_text("has passed", timeout=SLOW)
    when.fill(f"{later:%Y-%m-%dT%H:%M}")
    modal.get_by_role("button", name="Snooze").click()

    expect(modal).to_be_hidden(timeout=SLOW)
    expect(card(ana, stolen)).to_contain_text("Snoozed by @Ana Lindqvist", timeout=SLOW)


def test_a_key_is_deactivated_when_another_person_approves_and_the_check_passes(page, people, stolen, acme):
    ana, priya = page(people.ana, "CCRITICAL"), page(people.priya, "CCRITICAL")
    card(ana, stolen).get_by_role("button", name="Deactivate key").click()
    card(ana, stolen).locator("button", has_text="repl").click()
    expect(ana.locator("#thread")).to_contain_text("Waiting for approval", timeout=SLOW)
    card(priya, stolen).locator("button", has_text="repl").click()
    thread = priya.locator("#thread")
    thread.get_by_role("button", name="Approve", exact=True).click()
    priya.get_by_role("dialog").get_by_role("button", name="Approve").click()

    expect(thread).to_contain_text("Done", timeout=SLOW)
    keys = acme.cloud.client("iam", PROD).list_access_keys(UserName="ci-deploy")["AccessKeyMetadata"]
    assert "Inactive" in {key["Status"] for key in keys}


def test_a_card_is_resolved_with_a_reason(page, people, stolen):
    ana = page(people.ana, "CCRITICAL")
    card(ana, stolen).get_by_role("button", name="Resolve").click()
    modal = ana.get_by_role("dialog")
    modal.get_by_role("button", name="Resolve").click()

    expect(modal).to_be_hidden(timeout=SLOW)
    expect(card(ana, stolen)).to_contain_text("Resolved", timeout=SLOW)


def test_home_shows_what_waits_and_the_digest_comes_when_asked(page, people, type_command):
    ana = page(people.ana, "CDIGEST01")
    type_command(ana, "security-digest", "/aws-audit digest")
    expect(ana.locator("#column .message", has_text="Digest").last).to_be_visible(timeout=SLOW)
    home = page(people.ana, "home/UPICKET01")

    expect(home.locator("body")).to_contain_text("audit", ignore_case=True, timeout=SLOW)


def test_the_read_role_has_changed_nothing(acme, people):
    assert acme.workspace.command(people.ana, "CALERTS01", "/aws-audit all account=acme-dev").ok
    acme.workspace.wait_for(lambda: acme.find("CALERTS01", "Audit · all account=acme-dev"), 90)
    read = acme.cloud.calls.count(role="PicketRead")

    assert read
    verbs = {name.split(":")[1] for name in read}
    assert {
        verb for verb in verbs if not verb.startswith(("Get", "List", "Describe", "GenerateCredentialReport"))
    } == set()
