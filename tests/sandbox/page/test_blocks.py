"""Every block and element of the issue is drawn, and an unknown one says so."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.page.conftest import Workspace
from tests.sandbox.page.workspace import (
    ALERTS,
    ANA,
    BOT,
    actions,
    audit_summary,
    button,
    field,
    files,
    finding_card,
    message,
    mrkdwn,
    option,
    plain,
    rich_messages,
    section,
    ts,
)

Draw = Callable[..., Locator]


@pytest.fixture
def draw(open_page: Callable[..., Page], workspace: Workspace) -> Draw:
    """Shows one message with these blocks; answers its node."""

    def drawn(*blocks: dict[str, Any], **more: Any) -> Locator:
        workspace.snapshot["messages"] = {ALERTS: [message(ts(), *blocks, **more)]}
        return open_page(f"#/{ANA}/{ALERTS}").locator(".message")

    return drawn


def test_a_finding_card_shows_header_fields_link_and_buttons(draw: Draw) -> None:
    card = draw(*finding_card())
    expect(card.locator(".header")).to_have_text("🚨 High: cryptocurrency mining")
    expect(card.locator(".section-field")).to_have_count(4)
    expect(card.get_by_role("link", name="CryptoCurrency:EC2/BitcoinTool.B!DNS")).to_have_attribute(
        "href", "https://console.aws.amazon.com/guardduty"
    )
    expect(card.get_by_role("button", name="Acknowledge")).to_have_class("button primary")
    expect(card.get_by_role("button", name="Isolate instance")).to_have_class("button danger")
    expect(card.locator(".context")).to_contain_text("@Priya Nair is on call")


def test_a_table_has_a_head_and_keeps_its_columns_alignment(draw: Draw) -> None:
    table = draw(*audit_summary()).get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Check", "Account", "Resource", "Severity"])
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table.get_by_role("cell", name="Critical")).to_have_class("align-right")


def test_rich_text_draws_its_sections_lists_quotes_and_parts(draw: Draw) -> None:
    def text(words: str, **style: bool) -> dict[str, Any]:
        return {"type": "text", "text": words} | ({"style": style} if style else {})

    def part(kind: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"type": kind, "elements": list(elements), **more}

    node = draw(
        {
            "type": "rich_text",
            "block_id": "r",
            "elements": [
                part(
                    "rich_text_section",
                    text("plain "),
                    text("bold", bold=True),
                    text("code", code=True),
                    {"type": "user", "user_id": ANA},
                    {"type": "emoji", "name": "tada"},
                    {"type": "link", "url": "javascript:alert(1)", "text": "no"},
                    {"type": "date", "timestamp": 1_795_608_000, "format": "{date_num}", "fallback": "?"},
                ),
                part(
                    "rich_text_list",
                    part("rich_text_section", text("first")),
                    part("rich_text_section", text("second")),
                    style="ordered",
                    indent=1,
                ),
                part("rich_text_quote", text("said")),
                part("rich_text_preformatted", text("<b>raw</b>")),
                {"type": "rich_text_hologram"},
            ],
        }
    ).locator(".rich")
    expect(node.locator("strong")).to_have_text("bold")
    expect(node.locator("code")).to_have_text("code")
    expect(node.locator(".mention.mine")).to_have_text("@Ana Ruiz")
    expect(node.locator("ol > li")).to_have_text(["first", "second"])
    expect(node.locator("blockquote")).to_have_text("said")
    expect(node.locator("pre")).to_have_text("<b>raw</b>")
    expect(node.locator("time")).to_have_text("2026-11-25")
    expect(node.locator("a")).to_have_count(0)
    expect(node.locator(".unsupported")).to_contain_text("rich_text_hologram")


def test_pictures_carry_their_words(draw: Draw) -> None:
    node = draw(
        {
            "type": "image",
            "block_id": "i",
            "image_url": "/files/F1/a.png",
            "alt_text": "A chart",
            "title": plain("Trend"),
        },
        section("with a picture", accessory={"type": "image", "image_url": "/files/F1/b.png", "alt_text": "A logo"}),
        {
            "type": "context",
            "block_id": "c",
            "elements": [{"type": "image", "image_url": "/files/F1/c.png", "alt_text": "Dot"}],
        },
    )
    for name in ("A chart", "A logo", "Dot"):
        expect(node.get_by_role("img", name=name)).to_be_visible()


def test_files_are_shown_or_offered_for_download(draw: Draw) -> None:
    node = draw(text="files", files=files())
    picture = node.get_by_role("img", name="Bar chart: open findings fall from 31 to 12 in 30 days")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 480
    row = node.get_by_role("link", name="Download audit-2026-11-25.csv (CSV · 48 kB)")
    expect(row).to_have_attribute("download", "audit-2026-11-25.csv")
    expect(node.get_by_role("link", name="Download audit-2026-11-25.html (HTML · 182 kB)")).to_be_visible()


def test_what_the_page_cannot_draw_it_names(draw: Draw) -> None:
    node = draw(
        {"type": "data_visualization", "block_id": "v"},
        {"type": "constructor", "block_id": "w"},
        actions({"type": "workflow_button"}),
    )
    expect(node.locator(".unsupported")).to_have_text(
        [
            "This page cannot draw a block of type “data_visualization”.",
            "This page cannot draw a block of type “constructor”.",
            "This page cannot draw the element “workflow_button”.",
        ]
    )


def test_a_plain_text_object_keeps_its_marks_and_loses_its_entities(draw: Draw) -> None:
    node = draw({"type": "header", "block_id": "h", "text": plain("*a* &amp; &lt;b&gt; :tada:")})
    expect(node.locator(".header")).to_have_text("*a* & <b> 🎉")


def test_a_button_says_what_its_accessibility_label_says(draw: Draw) -> None:
    node = draw(actions(button("Ack", "ack", accessibility_label="Acknowledge alert 42")))
    expect(node.get_by_role("button", name="Acknowledge alert 42")).to_have_text("Ack")


def test_inputs_stand_in_messages_too(draw: Draw) -> None:
    element = {"type": "timepicker", "action_id": "t", "initial_time": "09:30"}
    node = draw(field("when", "When", element, hint=plain("Your own time"), optional=True))
    expect(node.get_by_label("When (optional)")).to_have_value("09:30")
    expect(node.locator(".input-hint")).to_have_text("Your own time")


def test_hostile_names_do_nothing_in_any_block(draw: Draw) -> None:
    evil = "<img src=x onerror=alert(1)>"
    choices = {
        "type": "static_select",
        "action_id": "s",
        "placeholder": plain(evil),
        "options": [option(evil, evil, evil)],
    }
    node = draw(
        {"type": "header", "block_id": "h", "text": plain(evil)},
        section(f"{evil} &lt;!channel&gt; <javascript:alert(1)|x>"),
        {"type": "table", "block_id": "t", "rows": [[{"type": "raw_text", "text": evil}]]},
        {"type": "markdown", "block_id": "m", "text": f"{evil} [x](javascript:alert(1))"},
        {"type": "context", "block_id": "c", "elements": [mrkdwn(evil), plain(evil)]},
        actions(button(evil, "b", evil, url="javascript:alert(1)"), choices),
        field(
            "f", evil, {"type": "plain_text_input", "action_id": "p", "placeholder": plain(evil), "initial_value": evil}
        ),
        text=evil,
        user=BOT,
        username=evil,
        files=[
            {"id": "F", "name": evil, "title": evil, "mimetype": "text/csv", "size": 1, "url": "javascript:alert(1)"}
        ],
    )
    expect(node.locator(".author")).to_have_text(evil)
    expect(node.locator("img")).to_have_count(0)
    assert node.locator("a").evaluate_all("(links) => links.map((link) => new URL(link.href).protocol)") == ["http:"]
    node.get_by_role("button", name=evil).first.click()


def test_a_whole_day_of_the_workspace_is_drawn(open_page: Callable[..., Page], workspace: Workspace) -> None:
    workspace.snapshot["messages"] = rich_messages()
    page = open_page(f"#/{ANA}/{ALERTS}")
    expect(page.locator("#column .message")).to_have_count(7)
    expect(page.locator("#column .unsupported")).to_have_count(0)
    expect(page.locator(".day span")).to_have_text(["Yesterday", "Today"])
