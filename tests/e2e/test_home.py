"""App Home in the workspace's page, with the real bot behind it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

SLOW = 90_000
HOME = "home/UPICKET01"


@pytest.fixture
def details(page, people, stolen):
    """Ana's Home, and the details of an alert that she opened from it."""
    home = page(people.ana, HOME)
    expect(home.locator("#column")).to_contain_text("Not acknowledged", timeout=SLOW)
    home.get_by_role("button", name="Refresh").click()
    home.get_by_role("button", name="Details").first.click()
    modal = home.get_by_role("dialog")
    expect(modal).to_contain_text("Timeline", timeout=SLOW)
    return home, modal


def test_an_alert_is_acknowledged_noted_and_resolved_from_home_and_home_follows(details):
    home, modal = details
    modal.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(modal).to_contain_text("Acknowledged by @Ana Lindqvist", timeout=SLOW)
    expect(modal).to_contain_text("acknowledged it")

    modal.locator(".button.overflow").click()
    home.get_by_text("Add a note…", exact=True).click()
    modal.locator("textarea").fill("looking at it")
    modal.get_by_role("button", name="Add").click()
    expect(modal).to_contain_text("looking at it", timeout=SLOW)

    modal.get_by_role("button", name="Resolve").click()
    expect(modal).to_contain_text("Why?", timeout=SLOW)
    modal.get_by_role("button", name="Resolve").click()
    expect(modal).to_contain_text("Reopen", timeout=SLOW)
    modal.get_by_role("button", name="Close", exact=True).last.click()
    expect(home.get_by_role("dialog")).to_have_count(0)


def test_a_title_leads_to_the_card(details):
    home, _ = details
    home.keyboard.press("Escape")
    expect(home.get_by_role("dialog")).to_have_count(0)
    home.locator("#column a[href*='/archives/']").first.click()

    expect(home.locator("#column .message.flash")).to_be_visible(timeout=SLOW)


def test_status_opens_over_home_and_an_outsider_sees_what_they_may_not(page, people):
    home = page(people.ana, HOME)
    home.get_by_role("button", name="Status").click(timeout=SLOW)
    expect(home.get_by_role("dialog")).to_contain_text("to be sent", timeout=SLOW)
    home.get_by_role("dialog").get_by_role("button", name="Close", exact=True).last.click()
    expect(home.get_by_role("dialog")).to_have_count(0)

    expect(page(people.otto, HOME).locator("#column")).to_contain_text("none of Picket's rights", timeout=SLOW)
