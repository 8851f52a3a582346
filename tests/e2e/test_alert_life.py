"""An alert's life as people live it in the workspace's page, with the real bot behind it."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages import card

pytestmark = pytest.mark.xdist_group("browser")

SLOW = 90_000


def choose(page, message, choice):
    card(page, message).locator(".button.overflow").click()
    page.get_by_text(choice, exact=True).click()


def test_it_is_taken_on_noted_and_given_to_another(page, people, stolen):
    ana = page(people.ana, "CCRITICAL")
    choose(ana, stolen, "Assign to me")
    expect(card(ana, stolen)).to_contain_text("Assigned to @Ana Lindqvist", timeout=SLOW)

    choose(ana, stolen, "Add a note…")
    modal = ana.get_by_role("dialog")
    modal.locator("textarea").fill("asked the team of ci-deploy")
    modal.get_by_role("button", name="Add").click()
    expect(modal).to_be_hidden(timeout=SLOW)
    card(ana, stolen).locator("button", has_text="repl").click()
    expect(ana.locator("#thread")).to_contain_text("asked the team of ci-deploy", timeout=SLOW)


def test_tomorrow_is_in_the_persons_own_morning(page, people, stolen):
    ana = page(people.ana, "CCRITICAL")
    card(ana, stolen).get_by_role("button", name="Snooze").click()
    ana.get_by_role("option", name="Tomorrow at 09:00").click()

    expect(card(ana, stolen)).to_contain_text(re.compile(r"until .* 9:00 AM"), timeout=SLOW)


def test_a_snooze_of_a_type_shows_first_what_it_would_have_hidden_and_ends_by_the_menu(page, people, stolen):
    ana = page(people.ana, "CCRITICAL")
    card(ana, stolen).get_by_role("button", name="Snooze").click()
    ana.get_by_role("option", name="Until a date").click()
    modal = ana.get_by_role("dialog")
    expect(modal).to_contain_text("This account: ", timeout=SLOW)
    modal.get_by_role("button", name="What is quiet").click()
    ana.get_by_role("option", name="All of type").click()
    modal.get_by_role("button", name="Snooze").click()
    expect(card(ana, stolen)).to_contain_text("Snoozed by @Ana Lindqvist", timeout=SLOW)

    card(ana, stolen).locator("button", has_text="repl").click()
    expect(ana.locator("#thread")).to_contain_text("snoozed all of this type")
    choose(ana, stolen, "End the snooze")
    expect(card(ana, stolen)).to_contain_text("nobody has acknowledged it", timeout=SLOW)


def test_what_the_buttons_do_is_done_by_keyboard_too(acme, people, stolen):
    (id_,) = set(re.findall(r"Alert `([0-9a-f]{12})`", str(stolen)))
    for command, shown in (
        (f"ack {id_}", "*Acknowledged* by"),
        (f"assign {id_} <@{people.priya}>", f"*Assigned* to <@{people.priya}>"),
        (f"snooze {id_} 4h", "*Snoozed* by"),
        (f"resolve {id_} fixed", "as fixed"),
    ):
        assert acme.workspace.command(people.ana, "CCRITICAL", f"/aws-audit {command}").ok
        acme.workspace.wait_for(lambda shown=shown: shown in str(acme.workspace.messages("CCRITICAL")), 30)
