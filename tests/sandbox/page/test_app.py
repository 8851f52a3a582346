"""The frame: who acts, App Home, the socket, notices, the story, narrow screens."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.sandbox.page.conftest import Workspace
from tests.sandbox.page.workspace import (
    ALERTS,
    ANA,
    BOT,
    CRITICAL,
    DIGEST,
    DIRECT,
    OLEG,
    PRIYA,
    home_view,
    message,
    modal,
    rich_messages,
    section,
    snooze_modal,
    ts,
)

Visit = Callable[..., Page]


def act_as(page: Page, name: str) -> None:
    page.get_by_role("button", name="Acting as").click()
    page.get_by_role("option", name=name).click()


def test_the_first_visit_shows_a_person_and_a_channel(open_page: Visit) -> None:
    page = open_page()
    expect(page.get_by_role("button", name="Acting as Ana Ruiz (analyst)")).to_be_visible()
    expect(page.get_by_role("heading", name="security-alerts", exact=True)).to_be_visible()
    expect(page.locator("#main-head")).to_contain_text("Findings and alarms of all accounts")
    expect(page.get_by_role("button", name="4 members")).to_be_visible()


def test_the_members_of_a_channel_are_listed(open_page: Visit) -> None:
    page = open_page()
    page.get_by_role("button", name="4 members").click()
    expect(page.get_by_role("menuitem")).to_have_count(4)


def test_acting_as_another_shows_their_workspace(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot |= {"messages": rich_messages(), "views": {PRIYA: [modal(section("Approve?"), title="Approve")]}}
    page = open_page(f"#/{ANA}/{ALERTS}")
    expect(page.get_by_role("link", name="security-critical")).to_be_visible()
    act_as(page, "Oleg Petrov")
    expect(page.get_by_role("button", name="Acting as Oleg Petrov (outsider)")).to_be_visible()
    expect(page.get_by_role("link", name="security-critical")).to_have_count(0)
    expect(page.locator(".message.ephemeral")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    act_as(page, "Priya Nair")
    expect(page.get_by_role("dialog", name="Approve")).to_be_visible()
    page.reload()
    expect(page.get_by_role("dialog", name="Approve")).to_be_visible()


def test_a_private_channel_is_closed_to_others_even_by_its_address(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = {CRITICAL: [message(ts(), text="secret")]}
    page = open_page(f"#/{OLEG}/{CRITICAL}")
    expect(page.get_by_role("heading", name="security-alerts", exact=True)).to_be_visible()
    expect(page.get_by_text("secret")).to_have_count(0)


def test_a_channel_that_one_is_not_in_can_be_read_but_not_written_to(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["channels"][2]["members"] = [ANA, BOT]
    workspace.snapshot["messages"] = {DIGEST: [message(ts(), text="All quiet")]}
    page = open_page(f"#/{OLEG}/{DIGEST}")
    expect(page.locator("#column")).to_contain_text("All quiet")
    expect(page.get_by_text("only its members write here")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("link", name="security-digest")).to_have_count(0)
    workspace.tell({"type": "channel", "channel": workspace.snapshot["channels"][2] | {"members": [ANA, OLEG, BOT]}})
    expect(page.get_by_label("Message #security-digest")).to_be_visible()


def test_a_guest_sees_only_their_own_channels(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["users"][2]["is_restricted"] = True
    workspace.snapshot["channels"][2]["members"] = [ANA, BOT]
    page = open_page(f"#/{OLEG}/{DIGEST}")
    expect(page.get_by_role("heading", name="security-alerts", exact=True)).to_be_visible()


def test_app_home_is_asked_for_when_opened_and_drawn_when_it_comes(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    page.get_by_role("link", name="Picket").click()
    expect(page.locator("#column")).to_contain_text("has not drawn your Home yet")
    assert workspace.posted("/ui/home") == [{"user": ANA}]
    workspace.tell({"type": "home", "user": ANA, "view": home_view()})
    expect(page.get_by_role("heading", name="Good afternoon, Ana")).to_be_visible()
    page.get_by_role("button", name="Run an audit").click()
    [post] = workspace.posted("/ui/action")
    assert post["container"] == {"type": "view", "view_id": "VHOME"}
    act_as(page, "Priya Nair")
    expect(page.locator("#column")).to_contain_text("has not drawn your Home yet")
    assert workspace.posted("/ui/home", 2) == [{"user": ANA}, {"user": PRIYA}]


def test_the_apps_messages_have_a_tab_of_their_own(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/home/{BOT}")
    page.get_by_role("link", name="Messages").click()
    expect(page.locator("#column")).to_contain_text("Welcome, Ana.")
    assert page.url.endswith(f"#/{ANA}/{DIRECT}")
    act_as(page, "Oleg Petrov")
    expect(page.get_by_text("Welcome, Ana.")).to_have_count(0)
    page.goto(f"{workspace.address}#/{OLEG}/app/{BOT}")
    expect(page.locator("#column")).to_contain_text("has not written to you yet")


def test_a_channel_that_appears_is_listed(open_page: Visit, workspace: Workspace) -> None:
    page = open_page()
    workspace.tell(
        {"type": "channel", "channel": {"id": "C9", "name": "zz-new", "topic": "", "is_im": False, "members": [ANA]}}
    )
    expect(page.get_by_role("link", name="zz-new")).to_be_visible()


def test_the_socket_of_the_app_is_in_sight(open_page: Visit, workspace: Workspace) -> None:
    page = open_page()
    expect(page.locator("#socket")).to_have_text("App connected")
    workspace.tell({"type": "connections", "count": 0})
    expect(page.locator("#socket")).to_have_text("App not connected")
    workspace.tell({"type": "connections", "count": 2})
    expect(page.locator("#socket")).to_have_text("App connected · 2 sockets")


def test_the_page_finds_its_way_back_after_the_server_was_away(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    workspace.snapshot["messages"] = {ALERTS: [message(ts(), text="missed meanwhile")]}
    workspace.drop()
    expect(page.locator("#socket")).to_have_text("Reconnecting to the sandbox…")
    expect(page.get_by_text("missed meanwhile")).to_be_visible()
    expect(page.locator("#socket")).to_have_text("App connected")


def test_a_notice_reaches_the_person_whom_it_is_for(open_page: Visit, workspace: Workspace) -> None:
    page = open_page(f"#/{ANA}/{ALERTS}")
    workspace.tell({"type": "notice", "level": "error", "text": "Not for Ana", "user": PRIYA})
    workspace.tell({"type": "notice", "level": "error", "text": "The app did not answer within 3 seconds", "user": ANA})
    toast = page.get_by_role("alert").filter(has_text="within 3 seconds")
    expect(toast).to_be_visible()
    expect(page.get_by_text("Not for Ana")).to_have_count(0)
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)


def test_the_story_can_be_paused_played_and_moved_on(open_page: Visit, workspace: Workspace) -> None:
    step = {"type": "story", "step": 2, "of": 9, "title": "A finding arrives", "text": "Watch.", "state": "playing"}
    page = open_page()
    expect(page.get_by_role("region", name="Story")).to_be_hidden()
    workspace.tell(step)
    banner = page.get_by_role("region", name="Story")
    expect(banner).to_contain_text("Step 2 of 9")
    banner.get_by_role("button", name="Pause the story").click()
    workspace.tell(step | {"state": "waiting"})
    banner.get_by_role("button", name="Play the story").click()
    banner.get_by_role("button", name="Next step").click()
    assert [post["command"] for post in workspace.posted("/ui/story", 3)] == ["pause", "play", "next"]
    workspace.tell(step | {"state": "done"})
    expect(banner).to_contain_text("Story ended")
    expect(banner.get_by_role("button")).to_have_count(0)


def test_an_event_that_the_page_does_not_know_is_passed_over(open_page: Visit, workspace: Workspace) -> None:
    page = open_page()
    workspace.tell({"type": "call", "method": "chat.postMessage"})
    workspace.tell({"type": "connections", "count": 3})
    expect(page.locator("#socket")).to_contain_text("3 sockets")


def test_on_a_narrow_screen_the_sidebar_is_a_drawer_and_a_thread_covers(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/{ALERTS}", viewport={"width": 390, "height": 844})
    entry = page.get_by_role("link", name="security-digest")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Channels").click()
    entry.click()
    expect(page.get_by_role("heading", name="security-digest", exact=True)).to_be_visible()
    expect(entry).to_be_hidden()
    page.goto(f"{workspace.address}#/{ANA}/{ALERTS}/{ts(8)}")
    thread = page.get_by_role("complementary", name="Thread").bounding_box()
    assert thread is not None
    assert thread["width"] == 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_everything_that_can_be_used_has_a_name(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot |= {"messages": rich_messages(), "homes": {ANA: home_view()}}
    nameless = """(nodes) => nodes.filter((node) => {
        const by = (node.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id));
        const words = [...by, ...(node.labels ?? [])].map((label) => label?.textContent ?? '').join('');
        return !(words || node.getAttribute('aria-label') || node.textContent).trim();
    }).map((node) => node.outerHTML)"""
    page = open_page(f"#/{ANA}/{ALERTS}/{ts(8)}")
    page.get_by_label("Message #security-alerts").fill("/")
    workspace.tell({"type": "views", "user": ANA, "views": [snooze_modal()]})
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.locator("button, a, input, textarea, [role=option]").evaluate_all(nameless) == []
    workspace.tell({"type": "views", "user": ANA, "views": []})
    page.goto(f"{workspace.address}#/{ANA}/home/{BOT}")
    expect(page.get_by_role("button", name="Run an audit")).to_be_visible()
    assert page.locator("button, a, input, textarea").evaluate_all(nameless) == []


def test_the_dark_design_keeps_text_readable(open_page: Visit, workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/{ALERTS}", color_scheme="dark")
    shade = "(node, name) => getComputedStyle(node)[name].match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)"
    text, paper = (page.locator("body").evaluate(shade, name) for name in ("color", "backgroundColor"))
    assert text > 600
    assert paper < 150
