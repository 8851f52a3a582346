"""Using an element tells the server what was used, and shows that it is at work meanwhile."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.page.conftest import Workspace
from tests.sandbox.page.workspace import (
    ALERTS,
    ANA,
    CRITICAL,
    PRIYA,
    actions,
    audit_summary,
    button,
    field,
    finding_card,
    message,
    option,
    plain,
    section,
    ts,
)

Draw = Callable[..., Locator]


@pytest.fixture
def draw(open_page: Callable[..., Page], workspace: Workspace) -> Draw:
    def drawn(*blocks: dict[str, Any]) -> Locator:
        workspace.snapshot["messages"] = {ALERTS: [message(ts(), *blocks)]}
        return open_page(f"#/{ANA}/{ALERTS}").locator(".message")

    return drawn


def used(workspace: Workspace, count: int = 1) -> Any:
    posts = workspace.posted("/ui/action", count)
    assert len(posts) == count
    return posts[-1]["value"]


def test_a_click_names_the_person_the_message_and_the_button(draw: Draw, workspace: Workspace) -> None:
    node = draw(*finding_card())
    node.get_by_role("button", name="Acknowledge").click()
    [post] = workspace.posted("/ui/action")
    assert post == {
        "user": ANA,
        "container": {"type": "message", "channel": ALERTS, "message_ts": ts()},
        "block_id": "buttons",
        "action_id": "ack",
        "value": "42",
        "values": {},
    }


def test_a_button_is_shut_while_its_click_is_under_way(draw: Draw, workspace: Workspace) -> None:
    node = draw(actions(button("Acknowledge", "ack")))
    workspace.hold = threading.Event()
    control = node.get_by_role("button", name="Acknowledge")
    control.click()
    expect(control).to_be_disabled()
    expect(control).to_have_attribute("aria-busy", "true")
    workspace.hold.set()
    expect(control).to_be_enabled()
    expect(control).to_be_focused()


def test_a_click_that_failed_says_why(draw: Draw, workspace: Workspace) -> None:
    workspace.answers["/ui/action"] = {"ok": False, "error": "This alert is resolved already."}
    node = draw(actions(button("Acknowledge", "ack")))
    node.get_by_role("button", name="Acknowledge").click()
    expect(node.page.get_by_role("alert").filter(has_text="This alert is resolved already.")).to_be_visible()
    expect(node.get_by_role("button", name="Acknowledge")).to_be_enabled()


def test_a_button_with_a_question_asks_it_first(draw: Draw, workspace: Workspace) -> None:
    node = draw(*finding_card())
    dialog = node.page.get_by_role("dialog", name="Isolate this instance?")
    for leave in ("Leave it", "Close"):
        node.get_by_role("button", name="Isolate instance").click()
        dialog.get_by_role("button", name=leave).click()
        expect(dialog).to_have_count(0)
    node.get_by_role("button", name="Isolate instance").click()
    node.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert workspace.posts == []
    node.get_by_role("button", name="Isolate instance").click()
    expect(dialog).to_contain_text("It leaves all its security groups.")
    dialog.get_by_role("button", name="Isolate").click()
    assert used(workspace) == "42"


def test_a_button_with_an_address_tells_the_app_and_opens_it(draw: Draw, workspace: Workspace) -> None:
    node = draw(actions(button("Report", "open", url="http://127.0.0.1:9/report")))
    with node.page.expect_popup() as opened:
        node.get_by_role("button", name="Report").click()
    opened.value.close()
    assert used(workspace) == "1"


def test_an_overflow_menu_sends_its_option_and_works_by_keyboard(draw: Draw, workspace: Workspace) -> None:
    node = draw(*finding_card())
    node.get_by_role("button", name="More actions").focus()
    node.page.keyboard.press("Enter")
    expect(node.page.get_by_role("menuitem")).to_have_text(["Mute this kind…", "Show the event", "Copy the id"])
    node.page.keyboard.press("ArrowDown")
    node.page.keyboard.press("Enter")
    assert used(workspace) == option("Show the event", "event")
    expect(node.page.get_by_role("menuitem")).to_have_count(0)


def test_a_static_select_shows_its_groups_and_sends_the_option(draw: Draw, workspace: Workspace) -> None:
    node = draw(*audit_summary())
    node.get_by_role("button", name="All services").click()
    expect(node.page.get_by_role("group", name="Network")).to_be_visible()
    node.page.get_by_role("option", name="Security groups").click()
    assert used(workspace) == option("Security groups", "sg", "Rules open to the world")
    expect(node.get_by_role("button", name="Security groups")).to_be_visible()


def test_a_long_select_can_be_searched(draw: Draw, workspace: Workspace) -> None:
    choices = [option(f"Account {number}", str(number)) for number in range(30)]
    node = draw(
        actions({"type": "static_select", "action_id": "s", "placeholder": plain("Account"), "options": choices})
    )
    node.get_by_role("button", name="Account").click()
    node.page.get_by_role("textbox", name="Search Account").fill("account 2")
    expect(node.page.get_by_role("option")).to_have_count(11)
    node.page.keyboard.press("ArrowDown")
    node.page.keyboard.press("End")
    node.page.keyboard.press("Enter")
    assert used(workspace) == option("Account 29", "29")


def test_escape_puts_a_list_away_and_changes_nothing(draw: Draw, workspace: Workspace) -> None:
    node = draw(*audit_summary())
    opener = node.get_by_role("button", name="All services")
    opener.click()
    node.page.keyboard.press("Escape")
    expect(node.page.get_by_role("listbox")).to_have_count(0)
    expect(opener).to_be_focused()
    assert workspace.posts == []


def test_several_choices_are_sent_once_when_the_list_is_put_away(draw: Draw, workspace: Workspace) -> None:
    choices = [option("One", "1"), option("Two", "2"), option("Three", "3")]
    node = draw(
        actions(
            {
                "type": "multi_static_select",
                "action_id": "m",
                "placeholder": plain("Accounts"),
                "options": choices,
                "initial_options": choices[:1],
            }
        )
    )
    node.get_by_role("button", name="Accounts").click()
    node.page.get_by_role("option", name="Two").click()
    node.page.get_by_role("option", name="Three").click()
    assert workspace.posts == []
    node.page.keyboard.press("Escape")
    assert used(workspace) == choices
    node.get_by_role("button", name="Remove One").click()
    assert used(workspace, 2) == choices[1:]


def test_people_and_channels_are_chosen_by_name_and_sent_by_id(draw: Draw, workspace: Workspace) -> None:
    node = draw(
        actions(
            {"type": "users_select", "action_id": "u", "placeholder": plain("Person")},
            {"type": "channels_select", "action_id": "c", "placeholder": plain("Channel")},
            {"type": "conversations_select", "action_id": "v", "default_to_current_conversation": True},
        )
    )
    node.get_by_role("button", name="Person").click()
    node.page.get_by_role("option", name="Priya Nair").click()
    assert used(workspace) == PRIYA
    node.get_by_role("button", name="Channel").click()
    node.page.get_by_role("option", name="security-critical").click()
    assert used(workspace, 2) == CRITICAL
    expect(node.get_by_role("button", name="security-alerts")).to_be_visible()


def test_boxes_and_dots_send_all_or_the_one_that_is_set(draw: Draw, workspace: Workspace) -> None:
    choices = [option("High", "h"), option("Low", "l", "Once a day")]
    node = draw(
        section(
            "Send",
            block_id="a",
            accessory={"type": "checkboxes", "action_id": "k", "options": choices, "initial_options": choices[:1]},
        ),
        actions({"type": "radio_buttons", "action_id": "r", "options": choices}),
    )
    node.get_by_role("checkbox", name="Low").check()
    assert used(workspace) == choices
    node.get_by_role("checkbox", name="High").uncheck()
    assert used(workspace, 2) == choices[1:]
    node.get_by_role("radio", name="High").check()
    assert used(workspace, 3) == choices[0]


@pytest.mark.parametrize(
    ("element", "typed", "value"),
    [
        ({"type": "datepicker", "initial_date": "2026-11-27"}, "2026-12-01", "2026-12-01"),
        ({"type": "timepicker"}, "07:45", "07:45"),
        ({"type": "datetimepicker", "initial_date_time": 1_795_608_000}, "2026-12-01T09:30", 1_796_113_800),
    ],
    ids=["date", "time", "moment in the person's zone"],
)
def test_a_day_or_time_is_sent_once_when_it_is_whole(
    draw: Draw, workspace: Workspace, element: dict[str, Any], typed: str, value: Any
) -> None:
    node = draw(actions({"action_id": "when", **element}))
    node.locator("[data-action=when]").fill(typed)
    node.locator("[data-action=when]").blur()
    assert used(workspace) == value
    node.page.wait_for_timeout(700)
    assert len(workspace.posts) == 1


def test_a_text_that_asks_to_be_heard_is_sent_on_enter(draw: Draw, workspace: Workspace) -> None:
    heard = field("q", "Search", {"type": "plain_text_input", "action_id": "t"}, dispatch_action=True)
    node = draw(heard, field("r", "Quiet", {"type": "plain_text_input", "action_id": "t"}))
    node.get_by_label("Quiet").fill("nothing")
    node.get_by_label("Quiet").press("Enter")
    node.get_by_label("Search").fill("key")
    node.get_by_label("Search").press("Enter")
    [post] = workspace.posted("/ui/action")
    assert (post["value"], post["values"]) == ("key", {"q": {"t": "key"}, "r": {"t": "nothing"}})
