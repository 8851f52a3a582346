"""Every limit of Block Kit: what just fits passes, one more is refused with a pointer to it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.text import escape, normalise
from sandbox.slack.validate import block_problems, view_problems

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "a", value: str = "a", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(**more: Any) -> Json:
    return actions({"type": "static_select", **more})


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": element, **more}


def confirm(**more: Any) -> Json:
    return {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n"), **more}


LIMITS: list[tuple[str, int, Any, str]] = [
    ("header", 150, lambda n: {"type": "header", "text": plain("x" * n)}, "/0/text/text"),
    ("section text", 3000, lambda n: {"type": "section", "text": mrkdwn("x" * n)}, "/0/text/text"),
    ("fields", 10, lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}, "/0/fields"),
    ("field", 2000, lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}, "/0/fields/0/text"),
    ("context", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, "/0/elements"),
    ("actions", 25, lambda n: actions(*[button() for _ in range(n)]), "/0/elements"),
    ("button text", 75, lambda n: actions(button(text=plain("x" * n))), "/0/elements/0/text/text"),
    ("button value", 2000, lambda n: actions(button(value="x" * n)), "/0/elements/0/value"),
    ("button label", 75, lambda n: actions(button(accessibility_label="x" * n)), "/0/elements/0/accessibility_label"),
    ("button url", 3000, lambda n: actions(button(url="https://" + "x" * (n - 8))), "/0/elements/0/url"),
    ("action_id", 255, lambda n: actions(button(action_id="x" * n)), "/0/elements/0/action_id"),
    ("block_id", 255, lambda n: {"type": "divider", "block_id": "x" * n}, "/0/block_id"),
    (
        "confirm title",
        100,
        lambda n: actions(button(confirm=confirm(title=plain("x" * n)))),
        "/0/elements/0/confirm/title/text",
    ),
    (
        "confirm text",
        300,
        lambda n: actions(button(confirm=confirm(text=plain("x" * n)))),
        "/0/elements/0/confirm/text/text",
    ),
    (
        "confirm yes",
        30,
        lambda n: actions(button(confirm=confirm(confirm=plain("x" * n)))),
        "/0/elements/0/confirm/confirm/text",
    ),
    ("options", 100, lambda n: menu(options=[option()] * n), "/0/elements/0/options"),
    ("option text", 75, lambda n: menu(options=[option("x" * n)]), "/0/elements/0/options/0/text/text"),
    ("option value", 150, lambda n: menu(options=[option(value="x" * n)]), "/0/elements/0/options/0/value"),
    (
        "option groups",
        100,
        lambda n: menu(option_groups=[{"label": plain("g"), "options": [option()]}] * n),
        "/0/elements/0/option_groups",
    ),
    (
        "placeholder",
        150,
        lambda n: menu(options=[option()], placeholder=plain("x" * n)),
        "/0/elements/0/placeholder/text",
    ),
    ("overflow", 5, lambda n: actions({"type": "overflow", "options": [option()] * n}), "/0/elements/0/options"),
    ("radio", 10, lambda n: actions({"type": "radio_buttons", "options": [option()] * n}), "/0/elements/0/options"),
    ("checkboxes", 10, lambda n: actions({"type": "checkboxes", "options": [option()] * n}), "/0/elements/0/options"),
    (
        "image url",
        3000,
        lambda n: {"type": "image", "alt_text": "a", "image_url": "https://" + "x" * (n - 8)},
        "/0/image_url",
    ),
    (
        "alt text",
        2000,
        lambda n: {"type": "image", "alt_text": "x" * n, "image_url": "https://x.example"},
        "/0/alt_text",
    ),
    (
        "image title",
        2000,
        lambda n: {"type": "image", "alt_text": "a", "image_url": "https://x.example", "title": plain("x" * n)},
        "/0/title/text",
    ),
    ("label", 2000, lambda n: field({"type": "plain_text_input"}, label=plain("x" * n)), "/0/label/text"),
    ("hint", 2000, lambda n: field({"type": "plain_text_input"}, hint=plain("x" * n)), "/0/hint/text"),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}, "/0/text"),
    ("table rows", 100, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}, "/0/rows"),
    ("table columns", 20, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}, "/0/rows/0"),
]


@pytest.mark.parametrize(("most", "build", "pointer"), [pytest.param(*row[1:], id=row[0]) for row in LIMITS])
def test_what_just_fits_passes_and_one_more_is_refused_where_it_is(most: int, build: Any, pointer: str) -> None:
    assert block_problems([build(most)], "message", "") == []
    assert pointer in {problem.pointer for problem in block_problems([build(most + 1)], "message", "")}


WRONG: list[tuple[str, Json, str]] = [
    ("empty section", {"type": "section"}, "must define either `text` or `fields` [json-pointer:/0]"),
    (
        "empty text",
        {"type": "section", "text": mrkdwn("")},
        "must be more than 0 characters [json-pointer:/0/text/text]",
    ),
    ("unknown block", {"type": "marquee"}, "unsupported type: marquee [json-pointer:/0/type]"),
    ("no type", {}, "missing required field: type [json-pointer:/0]"),
    ("alert outside a modal", {"type": "alert", "text": plain("x")}, "unsupported type: alert [json-pointer:/0/type]"),
    (
        "mrkdwn header",
        {"type": "header", "text": mrkdwn("x")},
        "must be a valid enum value [json-pointer:/0/text/type]",
    ),
    ("typo", {"type": "divider", "blok_id": "x"}, "invalid additional property: blok_id [json-pointer:/0]"),
    (
        "text input in actions",
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input [json-pointer:/0/elements/0/type]",
    ),
    ("no elements", actions(), "no less than 1 items allowed [json-pointer:/0/elements]"),
    (
        "lone overflow",
        actions({"type": "overflow", "options": [option()]}),
        "no less than 2 items allowed [json-pointer:/0/elements/0/options]",
    ),
    ("style", actions(button(style="loud")), "must be a valid enum value [json-pointer:/0/elements/0/style]"),
    ("scheme", actions(button(url="javascript:x")), "must match a valid format [json-pointer:/0/elements/0/url]"),
    ("no options", menu(), "must define exactly one of `options` or `option_groups` [json-pointer:/0/elements/0]"),
    (
        "two images",
        {"type": "image", "alt_text": "a", "image_url": "https://x.example", "slack_file": {"id": "F1"}},
        "must define exactly one of `image_url` or `slack_file` [json-pointer:/0]",
    ),
    (
        "no alt text",
        {"type": "image", "image_url": "https://x.example"},
        "missing required field: alt_text [json-pointer:/0]",
    ),
    (
        "date",
        actions({"type": "datepicker", "initial_date": "tomorrow"}),
        "must match a valid format [json-pointer:/0/elements/0/initial_date]",
    ),
    ("flag", field({"type": "plain_text_input"}, optional="yes"), "must be a boolean [json-pointer:/0/optional]"),
    (
        "same action twice",
        actions(button(action_id="a"), button(action_id="a")),
        "action_id already exists: a [json-pointer:/0]",
    ),
]


@pytest.mark.parametrize(("block", "message"), [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_what_slack_refuses_is_refused_in_words_and_by_pointer(block: Json, message: str) -> None:
    assert message in [str(problem) for problem in block_problems([block], "message", "")]


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred() -> None:
    divider = {"type": "divider"}
    assert block_problems([divider] * 50, "message") == []
    assert str(block_problems([divider] * 51, "message")[0]) == "no more than 50 items allowed [json-pointer:/blocks]"
    assert block_problems([divider] * 100, "home") == []
    assert block_problems([divider] * 101, "home") != []


def test_a_block_id_stands_once_and_a_message_holds_one_table_and_two_charts() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    chart = {"type": "data_visualization", "title": "t", "chart": {}}
    same = {"type": "divider", "block_id": "a"}
    assert len(block_problems([same, same], "message")) == 2
    assert block_problems([table, table], "message") != []
    assert block_problems([chart] * 2, "message") == []
    assert block_problems([chart] * 3, "message") != []


def test_markdown_is_counted_over_all_blocks() -> None:
    assert block_problems([{"type": "markdown", "text": "x" * 6000}] * 2, "message") == []
    assert block_problems([{"type": "markdown", "text": "x" * 6001}] * 2, "message") != []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"submit": plain("x" * 25)}, "/view/submit/text"),
        ({"close": plain("x" * 25)}, "/view/close/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"external_id": "x" * 256}, "/view/external_id"),
        ({"type": "popup"}, "/view/type"),
        ({"blocks": [field({"type": "plain_text_input"})]}, "/view"),
    ],
)
def test_a_modal_obeys_its_limits_too(change: Json, pointer: str) -> None:
    modal = {"type": "modal", "title": plain("x" * 24), "blocks": [{"type": "divider"}]}
    assert view_problems(modal) == []
    assert pointer in {problem.pointer for problem in view_problems({**modal, **change})}


def test_validate_names_pointer_code_and_words_and_needs_exactly_one_payload(client: WebClient) -> None:
    assert client.blocks_validate(blocks=[{"type": "divider"}])["ok"]
    with pytest.raises(SlackApiError) as caught:
        client.blocks_validate(message={"blocks": [{"type": "section", "text": mrkdwn("x" * 3001)}]})
    assert caught.value.response["error"] == "invalid_message"
    assert caught.value.response["errors"][-1] == {
        "pointer": "/blocks/0/text/text",
        "code": "failed_constraint",
        "message": "must be less than 3001 characters",
    }
    with pytest.raises(SlackApiError, match="invalid_view"):
        client.blocks_validate(view={"type": "modal", "blocks": []})
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.blocks_validate()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "accessory", "element", "fields", "options", "block_id", "rows"]
            ),
            inner | st.sampled_from(["section", "actions", "button", "input", "static_select", "mrkdwn", "table"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(ANY_JSON)
def test_no_payload_whatever_brings_the_judge_down(payload: Any) -> None:
    for surface in ("message", "modal", "home"):
        block_problems(payload, surface)
        view_problems({"type": "modal", "title": plain("t"), "blocks": payload})
    view_problems(payload)


@settings(deadline=None)
@given(st.text())
def test_normalising_twice_is_normalising_once_and_escaped_text_stays(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert normalise(escape(text)) == escape(text)
