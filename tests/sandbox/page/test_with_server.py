"""The page with the real server and a real Bolt app: what a person does reaches the app, and its answer the page."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.slack import Workspace
from sandbox.slack.people import ANA, PRIYA
from tests.sandbox.page.workspace import actions, button, field, modal, png, section

ALERTS = "CALERTS01"
Visit = Callable[[str], Page]


def register(app: App) -> None:
    """A small app: a command, a button that opens a modal, its submission, App Home."""

    @app.command("/aws-audit")
    def audit(ack: Any, command: dict[str, str]) -> None:
        ack(f"Auditing *{command['text']}*")

    @app.action("snooze")
    def snooze(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        reason = {"type": "plain_text_input", "action_id": "text"}
        when = {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-27"}
        view = modal(
            field("reason", "Reason", reason), field("until", "Until", when), private_metadata=body["message"]["ts"]
        )
        client.views_open(trigger_id=body["trigger_id"], view={key: view[key] for key in view if key != "id"})

    @app.view("snooze")
    def submitted(ack: Any, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        values = view["state"]["values"]
        if values["reason"]["text"]["value"] == "no":
            ack(response_action="errors", errors={"reason": "Say more than no."})
            return
        ack()
        words = f"Snoozed until {values['until']['day']['selected_date']} by <@{body['user']['id']}>"
        client.chat_update(channel=ALERTS, ts=view["private_metadata"], text=words, blocks=[section(words)])

    @app.action("slow")
    def slow(body: dict[str, Any]) -> None:
        """Never acknowledges."""

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Welcome home")]})


@pytest.fixture
def real() -> Iterator[Workspace]:
    with Workspace(rate_scale=None, ack_seconds=2.0) as workspace:
        yield workspace


@pytest.fixture
def bot(real: Workspace) -> Iterator[WebClient]:
    quiet = logging.getLogger("tests.page")
    quiet.setLevel(logging.CRITICAL)
    client = WebClient(token=real.bot_token, base_url=real.api_url)
    app = App(client=client, logger=quiet)
    register(app)
    web = WebClient(token=real.app_token, base_url=real.api_url)
    handler = SocketModeHandler(app, real.app_token, web_client=web, logger=quiet, ping_interval=0.2)
    handler.connect()
    real.wait_for(lambda: real.connections)
    yield client
    handler.client.auto_reconnect_enabled = False
    real.faults.close_sockets()  # the client's close waits for a socket that is silent
    handler.close()


@pytest.fixture
def visit(browser: Any, real: Workspace) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})

    def go(place: str) -> Page:
        page: Page = context.new_page()
        page.goto(f"{real.url}/{place}")
        return page

    yield go
    context.close()


def test_a_command_is_answered_to_the_asker_alone(bot: WebClient, visit: Visit) -> None:
    page = visit(f"#/{ANA.id}/{ALERTS}")
    expect(page.locator("#socket")).to_have_text("App connected")
    box = page.get_by_label("Message #security-alerts")
    box.fill("/aws-audit iam & sg")
    box.press("Enter")
    expect(page.locator(".message.ephemeral .text")).to_have_text("Auditing iam & sg")
    expect(page.locator(".message.ephemeral strong")).to_have_text("iam & sg")
    other = visit(f"#/{PRIYA.id}/{ALERTS}")
    expect(other.get_by_text("Nothing has been said here yet.")).to_be_visible()


def test_a_click_opens_a_modal_whose_errors_and_success_are_shown(bot: WebClient, visit: Visit) -> None:
    page = visit(f"#/{ANA.id}/{ALERTS}")
    bot.chat_postMessage(
        channel=ALERTS, text="Alert", blocks=[section("*Mining*"), actions(button("Snooze", "snooze"))]
    )
    page.get_by_role("button", name="Snooze").click()
    dialog = page.get_by_role("dialog", name="Snooze alert")
    dialog.get_by_label("Reason").fill("no")
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog.get_by_text("Say more than no.")).to_be_visible()
    dialog.get_by_label("Reason").fill("A known scan")
    dialog.get_by_label("Until").fill("2026-12-24")
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#column .message")).to_contain_text("Snoozed until 2026-12-24 by @Ana Lindqvist")


def test_a_modal_is_closed_by_its_cancel_its_cross_and_escape(bot: WebClient, visit: Visit) -> None:
    page = visit(f"#/{ANA.id}/{ALERTS}")
    bot.chat_postMessage(channel=ALERTS, text="Alert", blocks=[actions(button("Snooze", "snooze"))])
    dialog = page.get_by_role("dialog", name="Snooze alert")
    for leave in ("Cancel", "Close", None):
        page.get_by_role("button", name="Snooze").click()
        expect(dialog.get_by_label("Reason")).to_be_focused()
        if leave:
            dialog.get_by_role("button", name=leave).click()
        else:
            page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def test_a_click_that_the_app_never_acknowledges_is_said_once(bot: WebClient, visit: Visit) -> None:
    page = visit(f"#/{ANA.id}/{ALERTS}")
    bot.chat_postMessage(channel=ALERTS, text="Alert", blocks=[actions(button("Slow", "slow"))])
    page.get_by_role("button", name="Slow").click()
    expect(page.locator(".toast.error")).to_have_count(1)
    expect(page.locator(".toast.error")).to_contain_text("Picket")
    expect(page.get_by_role("button", name="Slow")).to_be_enabled()


def test_home_a_thread_with_files_and_the_direct_messages(bot: WebClient, visit: Visit, real: Workspace) -> None:
    page = visit(f"#/{ANA.id}/{ALERTS}")
    page.get_by_role("link", name="Picket").click()
    expect(page.locator("#column")).to_contain_text("Welcome home")
    root = bot.chat_postMessage(channel=ALERTS, text="Audit finished")["ts"]
    bot.files_upload_v2(
        channel=ALERTS,
        thread_ts=root,
        file_uploads=[
            {"content": png(), "filename": "trend.png", "title": "Trend", "alt_txt": "Bars that fall"},
            {"content": "a,b\n", "filename": "audit.csv", "title": "audit.csv"},
        ],
    )
    page.get_by_role("link", name="security-alerts").click()
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    picture = thread.get_by_role("img", name="Bars that fall")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 480
    with page.expect_download() as download:
        thread.get_by_role("link", name="Download audit.csv").click()
    assert download.value.path().read_text() == "a,b\n"
    thread.get_by_label("Reply…").fill("Thanks <!channel>")
    page.keyboard.press("Enter")
    expect(thread.get_by_text("Thanks <!channel>")).to_be_visible()
    assert real.replies(ALERTS, root)[-1]["text"] == "Thanks &lt;!channel&gt;"
