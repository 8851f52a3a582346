"""Modals: drawn as Slack draws them, submitted with every value, errors beside their fields."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.page.conftest import Workspace
from tests.sandbox.page.workspace import (
    ALERTS,
    ANA,
    PRIYA,
    actions,
    button,
    field,
    modal,
    option,
    plain,
    section,
    snooze_modal,
)

Open = Callable[..., Locator]


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page(f"#/{ANA}/{ALERTS}")


def show(workspace: Workspace, *views: dict[str, Any], user: str = ANA) -> None:
    workspace.tell({"type": "views", "user": user, "views": list(views)})


def test_a_modal_opens_with_its_title_and_the_first_field_ready(page: Page, workspace: Workspace) -> None:
    show(workspace, snooze_modal())
    dialog = page.get_by_role("dialog", name="Snooze alert")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_visible()
    expect(dialog.get_by_label("1 hour")).to_be_focused()
    expect(dialog.get_by_text("In your own time zone.")).to_be_visible()


def test_submitting_sends_every_field_by_block_and_action(page: Page, workspace: Workspace) -> None:
    show(workspace, snooze_modal())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Until a date").check()
    dialog.get_by_label("Reason").fill("Known scan")
    dialog.get_by_role("button", name="Tell (optional)").click()
    page.get_by_role("option", name="Priya Nair").click()
    dialog.get_by_role("button", name="Snooze").click()
    [post] = workspace.posted("/ui/submit")
    assert post == {
        "user": ANA,
        "view_id": "V1",
        "values": {
            "how_long": {"preset": option("Until a date", "date", "Choose it below")},
            "until": {"date": "2026-11-27"},
            "reason": {"text": "Known scan"},
            "tell": {"user": PRIYA},
        },
    }
    assert workspace.posted("/ui/action", 0) == []


def test_a_field_that_must_be_filled_is_asked_for_before_the_app_is(page: Page, workspace: Workspace) -> None:
    short = field("code", "Code", {"type": "plain_text_input", "action_id": "c", "min_length": 4})
    show(workspace, modal(short))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog.get_by_role("alert").filter(has_text="Please complete this required field.")).to_be_visible()
    dialog.get_by_label("Code").fill("abc")
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog.get_by_text("Please write at least 4 characters.")).to_be_visible()
    assert workspace.posts == []


def test_the_apps_errors_stand_beside_their_fields_and_what_was_typed_stays(page: Page, workspace: Workspace) -> None:
    workspace.answers["/ui/submit"] = {
        "ok": False,
        "errors": {"until": "This day is in the past.", "what": "Nothing to snooze."},
    }
    show(workspace, snooze_modal())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Known scan")
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog.locator("[data-block=until] .input-error")).to_have_text("This day is in the past.")
    expect(dialog.get_by_label("Until (optional)")).to_be_focused()
    expect(dialog.get_by_label("Until (optional)")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Reason")).to_have_value("Known scan")
    expect(dialog.locator(".dialog-error")).to_have_text("Nothing to snooze.")


def test_an_app_that_did_not_answer_leaves_the_modal_open_and_says_so(page: Page, workspace: Workspace) -> None:
    workspace.answers["/ui/submit"] = {"ok": False, "error": "We had some trouble connecting. Try again?"}
    workspace.hold = threading.Event()
    show(workspace, modal(section("Sure?")))
    control = page.get_by_role("dialog").get_by_role("button", name="Snooze")
    control.click()
    expect(control).to_be_disabled()
    workspace.hold.set()
    expect(page.get_by_role("dialog").get_by_role("alert").filter(has_text="Try again?")).to_be_visible()
    expect(control).to_be_enabled()


def test_an_update_keeps_what_was_typed_and_where_the_caret_is(page: Page, workspace: Workspace) -> None:
    first = field("a", "Name", {"type": "plain_text_input", "action_id": "n"})
    show(workspace, modal(first))
    page.get_by_role("dialog").get_by_label("Name").press_sequentially("depl")
    show(workspace, modal(section("Preview ready", block_id="p"), first))
    expect(page.get_by_role("dialog").get_by_text("Preview ready")).to_be_visible()
    page.keyboard.type("oy")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("deploy")


def test_a_field_that_an_update_took_away_is_not_submitted(page: Page, workspace: Workspace) -> None:
    gone, stays = (
        field(name, name, {"type": "plain_text_input", "action_id": "t"}, optional=True) for name in ("gone", "stays")
    )
    show(workspace, modal(gone, stays))
    page.get_by_role("dialog").get_by_label("gone").fill("x")
    show(workspace, modal(stays))
    expect(page.get_by_role("dialog").get_by_label("gone")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    assert workspace.posted("/ui/submit")[0]["values"] == {"stays": {"t": None}}


def test_a_view_pushed_on_top_goes_back_to_what_was_typed_below(page: Page, workspace: Workspace) -> None:
    below = modal(field("a", "Name", {"type": "plain_text_input", "action_id": "n"}))
    show(workspace, below)
    page.get_by_role("dialog").get_by_label("Name").fill("kept")
    show(workspace, below, modal(section("More"), view_id="V2", title="Details"))
    dialog = page.get_by_role("dialog", name="Details")
    dialog.get_by_role("button", name="Back").click()
    assert workspace.posted("/ui/close") == [{"user": ANA, "view_id": "V2", "clear": False}]
    show(workspace, below)
    expect(page.get_by_role("dialog", name="Snooze alert").get_by_label("Name")).to_have_value("kept")


@pytest.mark.parametrize(("how", "clear"), [("Cancel", False), ("Close", True), ("Escape", False)])
def test_closing_is_told_to_the_server_which_empties_the_stack(
    page: Page, workspace: Workspace, how: str, clear: bool
) -> None:
    show(workspace, modal(section("Sure?")))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    if how == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog.get_by_role("button", name=how).click()
    assert workspace.posted("/ui/close") == [{"user": ANA, "view_id": "V1", "clear": clear}]
    show(workspace)
    expect(dialog).to_have_count(0)


def test_the_keyboard_stays_inside_and_a_list_opens_above(page: Page, workspace: Workspace) -> None:
    show(workspace, snooze_modal())
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(14):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.get_by_role("button", name="Tell (optional)").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_button_in_a_modal_tells_the_app_with_what_is_filled_in(page: Page, workspace: Workspace) -> None:
    show(
        workspace,
        modal(field("a", "Name", {"type": "plain_text_input", "action_id": "n"}), actions(button("Look", "look"))),
    )
    page.get_by_role("dialog").get_by_label("Name").fill("x")
    page.get_by_role("dialog").get_by_role("button", name="Look").click()
    [post] = workspace.posted("/ui/action")
    assert post["container"] == {"type": "view", "view_id": "V1"}
    assert post["values"] == {"a": {"n": "x"}}


def test_another_persons_modal_is_not_shown(page: Page, workspace: Workspace) -> None:
    show(workspace, modal(section("Hers"), title="Approve"), user=PRIYA)
    show(workspace, modal(section("Mine"), submit=None, title=plain("Mine")["text"]))
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_visible()
    page.goto(page.url.replace(ANA, PRIYA))
    expect(page.get_by_role("dialog", name="Approve")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
