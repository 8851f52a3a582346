"""Reading and writing: messages come, change and go; threads; the composer and its commands."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.page.conftest import Workspace
from tests.sandbox.page.workspace import (
    ALERTS,
    ANA,
    BOT,
    DIGEST,
    PRIYA,
    actions,
    button,
    message,
    rich_messages,
    section,
    ts,
)

Visit = Callable[..., Page]


def arrives(workspace: Workspace, row: dict[str, Any], channel: str = ALERTS) -> None:
    workspace.tell({"type": "message", "channel": channel, "message": row})


def chatter(count: int) -> list[dict[str, Any]]:
    return [message(ts(number), text=f"Line {number}", user=(ANA, PRIYA)[number % 2]) for number in range(count)]


def distance_to_end(page: Page) -> int:
    distance: int = page.locator("#scroller").evaluate(
        "(box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight)"
    )
    return distance


def test_a_message_that_changes_is_drawn_again_in_its_place(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {
        ALERTS: [message(ts(0), section("Checked 1 of 3")), message(ts(10), text="later", user=PRIYA)]
    }
    page = open_page(f"#/{ANA}/{ALERTS}")
    for step in (2, 3):
        arrives(workspace, message(ts(0), section(f"Checked {step} of 3")))
        expect(page.locator("#column .message").first).to_contain_text(f"Checked {step} of 3")
    expect(page.locator("#column .message")).to_have_count(2)
    workspace.tell({"type": "message_deleted", "channel": ALERTS, "ts": ts(0)})
    expect(page.locator("#column .message")).to_have_count(1)


def test_a_control_keeps_the_keyboard_when_its_message_changes(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {ALERTS: [message(ts(0), section("one"), actions(button("Stop", "stop")))]}
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.get_by_role("button", name="Stop").focus()
    arrives(workspace, message(ts(0), section("two"), actions(button("Stop", "stop"))))
    expect(page.locator("#column")).to_contain_text("two")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()


def test_a_reader_at_the_end_is_taken_along_and_one_further_up_is_not(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {ALERTS: chatter(60)}
    page = open_page(f"#/{ANA}/{ALERTS}")
    assert distance_to_end(page) == 0
    arrives(workspace, message(ts(61), text="new at the end"))
    expect(page.get_by_text("new at the end", exact=True)).to_be_in_viewport()
    page.locator("#scroller").evaluate("(box) => box.scrollTo(0, 200)")
    page.wait_for_timeout(100)
    arrives(workspace, message(ts(62), text="new below"))
    expect(page.get_by_role("button", name="New messages below")).to_be_visible()
    assert page.locator("#scroller").evaluate("(box) => box.scrollTop") == 200
    page.get_by_role("button", name="New messages below").click()
    expect(page.get_by_text("new below", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("button", name="New messages below")).to_be_hidden()


def test_unread_messages_are_counted_until_their_channel_is_opened(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    for number in range(3):
        arrives(workspace, message(ts(number), text="digest"), DIGEST)
    arrives(workspace, message(ts(5), text="for Priya alone", ephemeral_to=PRIYA), DIGEST)
    entry = page.get_by_role("link", name="security-digest")
    expect(entry.locator(".count")).to_have_text("3 unread")
    expect(page).to_have_title("(3) security-alerts · Acme")
    entry.click()
    expect(entry.locator(".count")).to_have_count(0)
    expect(page.locator("#column .message")).to_have_count(3)


def test_what_arrives_is_read_out_to_those_who_listen(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    arrives(workspace, message(ts(0), section("x"), text="High: mining in acme-prod &amp; more"))
    expect(page.locator("[aria-live=polite]")).to_have_text(
        "Picket in security-alerts: High: mining in acme-prod & more"
    )


def test_a_person_is_named_once_for_what_they_write_in_one_go(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/{ALERTS}")
    second = page.locator(".message", has_text="vpn-7")
    expect(second.locator(".author")).to_have_count(0)
    expect(second.locator(".edited")).to_have_text("(edited)")
    expect(second.locator(".reaction")).to_have_text(["👍2", "🎉1"])


def test_an_ephemeral_message_says_who_sees_it(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/{ALERTS}")
    expect(page.locator(".message.ephemeral")).to_contain_text("Only visible to you")
    other = open_page(f"#/{PRIYA}/{ALERTS}")
    expect(other.locator("#column .message")).to_have_count(6)
    expect(other.locator(".message.ephemeral")).to_have_count(0)


def test_times_are_the_readers_own(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {ALERTS: [message(ts(0), text="noon")]}
    expect(open_page(f"#/{ANA}/{ALERTS}").locator(".stamp")).to_have_text("1:00 PM")
    expect(open_page(f"#/{PRIYA}/{ALERTS}").locator(".stamp")).to_have_text("5:30 PM")


def test_replies_stand_in_their_thread_and_the_bar_counts_them(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.get_by_role("button", name="3 replies Last reply 8 minutes ago").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.locator(".message")).to_have_count(4)
    expect(thread.get_by_label("Reply…")).to_be_focused()
    arrives(workspace, message(ts(15), text="Approved.", user=PRIYA, thread_ts=ts(8)))
    expect(thread.get_by_text("Approved.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="4 replies")).to_be_visible()
    thread.get_by_label("Reply…").fill("Thanks")
    page.keyboard.press("Enter")
    assert workspace.posted("/ui/message") == [{"user": ANA, "channel": ALERTS, "thread_ts": ts(8), "text": "Thanks"}]
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()
    expect(page.get_by_label("Message #security-alerts")).to_be_focused()


def test_a_thread_can_be_begun_from_any_message(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {ALERTS: [message(ts(0), text="root")]}
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.locator(".message").hover()
    page.get_by_role("button", name="Reply in thread").click()
    expect(page.get_by_role("complementary", name="Thread").locator(".message")).to_contain_text("root")
    page.get_by_role("button", name="Close thread").click()


def test_a_message_can_be_seen_as_the_api_holds_it(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {ALERTS: [message(ts(0), section("<script>"), metadata={"event_type": "alert"})]}
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.locator(".message").hover()
    page.get_by_role("button", name="Show as JSON").click()
    expect(page.get_by_role("dialog")).to_contain_text('"event_type": "alert"')


def test_a_permalink_is_followed_inside_the_page(open_page: Visit, workspace: Workspace) -> None:
    link = f"{workspace.address}archives/{DIGEST}/p{ts(3).replace('.', '')}"
    workspace.snapshot["messages"] = {
        ALERTS: [message(ts(9), section(f"<{link}|the digest>"))],
        DIGEST: [message(ts(3), text="digest")],
    }
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.get_by_role("link", name="the digest").click()
    expect(page.locator(".message.flash")).to_contain_text("digest")


def test_writing_sends_text_escaped_and_empties_the_field(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    box = page.get_by_label("Message #security-alerts")
    box.press_sequentially("a < b & <!channel>")
    box.press("Shift+Enter")
    box.press_sequentially("second")
    box.press("Enter")
    expect(box).to_have_value("")
    assert workspace.posted("/ui/message") == [
        {"user": ANA, "channel": ALERTS, "text": "a &lt; b &amp; &lt;!channel&gt;\nsecond"}
    ]
    box.press("Enter")
    assert len(workspace.posts) == 1


def test_text_that_was_not_sent_comes_back_with_the_reason(open_page: Visit, workspace: Workspace) -> None:
    workspace.answers["/ui/message"] = {"ok": False, "error": "You are not in this channel."}
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.get_by_label("Message #security-alerts").fill("hello")
    page.keyboard.press("Control+A")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="You are not in this channel.")).to_be_visible()
    expect(page.get_by_label("Message #security-alerts")).to_have_value("hello")


@pytest.mark.parametrize("key", ["Tab", "Enter"])
def test_a_command_is_completed_as_it_is_typed(open_page: Visit, workspace: Workspace, key: str) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    box = page.get_by_label("Message #security-alerts")
    box.press_sequentially("/aws")
    expect(page.get_by_role("option")).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press(key)
    expect(box).to_have_value("/aws-audit ")
    expect(page.locator(".composer-hint")).to_contain_text("iam | sg | all")
    box.press_sequentially("iam severity>=high")
    box.press("Enter")
    assert workspace.posted("/ui/command") == [
        {"user": ANA, "channel": ALERTS, "text": "/aws-audit iam severity>=high"}
    ]
    assert workspace.posted("/ui/message", 0) == []


def test_what_is_being_written_stays_with_its_channel(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.get_by_label("Message #security-alerts").press_sequentially("half a th")
    arrives(workspace, message(ts(0), text="noise", user=BOT))
    expect(page.get_by_text("noise", exact=True)).to_be_visible()
    page.keyboard.type("ought")
    page.get_by_role("link", name="security-digest").click()
    expect(page.get_by_label("Message #security-digest")).to_have_value("")
    page.get_by_role("link", name="security-alerts").click()
    expect(page.get_by_label("Message #security-alerts")).to_have_value("half a thought")
