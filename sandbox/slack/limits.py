"""Slack's published limits as one table: what each block, element and object may hold, and where it may stand.

Source: docs.slack.dev/reference/block-kit and reference/views, read in November 2026; where two pages
differ, the smaller number stands here.
"""

from collections.abc import Mapping
from typing import Final

from sandbox.slack.rules import Anything, Flag, Kind, Many, Rule, Shape, String, Text, Whole

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_TEXT: Final = 40_000
UPDATE_TEXT: Final = 4_000
BLOCKS_TEXT: Final = 13_200
MARKDOWN_TEXT: Final = 12_000
VIEW_BYTES: Final = 250_000
OPEN_VIEWS: Final = 3
CHARTS: Final = 2
TABLES: Final = 1

_ID: Final = String(255)
_URL: Final = String(3000, pattern=r"(https?://|mailto:|tel:)\S+")
_PLAIN: Final = ("plain_text",)
_DATE: Final = String(10, pattern=r"\d{4}-\d{2}-\d{2}")
_TIME: Final = String(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
_STYLE: Final = String(10, words=("primary", "danger"))

_CONFIRM: Final = Shape(
    {
        "title": Text(100, kinds=_PLAIN),
        "text": Text(300),
        "confirm": Text(30, kinds=_PLAIN),
        "deny": Text(30, kinds=_PLAIN),
    },
    {"style": _STYLE},
)


def _option(kinds: tuple[str, ...] = _PLAIN, *, url: bool = False) -> Shape:
    may: dict[str, Rule] = {"description": Text(75, kinds=kinds)}
    if url:
        may["url"] = _URL
    return Shape({"text": Text(75, kinds=kinds), "value": String(150)}, may)


_OPTION: Final = _option()
_MARKED_OPTION: Final = _option(("plain_text", "mrkdwn"))
_GROUP: Final = Shape({"label": Text(75, kinds=_PLAIN), "options": Many(_OPTION, 100)})
_FILTER: Final = Shape(
    {}, {"include": Many(String(20), 4), "exclude_external_shared_channels": Flag(), "exclude_bot_users": Flag()}
)
_SLACK_FILE: Final = Shape({}, {"id": String(20), "url": _URL}, one_of=("id", "url"))

_COMMON: Final[Mapping[str, Rule]] = {"action_id": _ID, "confirm": _CONFIRM, "focus_on_load": Flag()}
_PLACEHOLDER: Final[Mapping[str, Rule]] = {"placeholder": Text(150, kinds=_PLAIN)}
_MENU: Final[Mapping[str, Rule]] = {**_COMMON, **_PLACEHOLDER}
_MULTI: Final[Mapping[str, Rule]] = {**_MENU, "max_selected_items": Whole(1, 1000)}
_STATIC: Final[Mapping[str, Rule]] = {"options": Many(_OPTION, 100), "option_groups": Many(_GROUP, 100)}
_RESPONDS: Final[Mapping[str, Rule]] = {"response_url_enabled": Flag()}
_INPUT: Final[Mapping[str, Rule]] = {"action_id": _ID, "focus_on_load": Flag(), **_PLACEHOLDER}
_DISPATCH: Final[Mapping[str, Rule]] = {"dispatch_action_config": Anything()}

ELEMENTS: Final[Mapping[str, Rule]] = {
    "button": Shape(
        {"text": Text(75, kinds=_PLAIN)},
        {
            "action_id": _ID,
            "confirm": _CONFIRM,
            "value": String(2000, least=0),
            "url": _URL,
            "style": _STYLE,
            "accessibility_label": String(75),
        },
    ),
    "image": Shape(
        {"alt_text": String(2000)},
        {"image_url": _URL, "slack_file": _SLACK_FILE},
        one_of=("image_url", "slack_file"),
    ),
    "overflow": Shape({"options": Many(_option(url=True), 5, least=2)}, {"action_id": _ID, "confirm": _CONFIRM}),
    "radio_buttons": Shape({"options": Many(_MARKED_OPTION, 10)}, {**_COMMON, "initial_option": _MARKED_OPTION}),
    "checkboxes": Shape(
        {"options": Many(_MARKED_OPTION, 10)}, {**_COMMON, "initial_options": Many(_MARKED_OPTION, 10)}
    ),
    "static_select": Shape({}, {**_MENU, **_STATIC, "initial_option": _OPTION}, one_of=("options", "option_groups")),
    "multi_static_select": Shape(
        {}, {**_MULTI, **_STATIC, "initial_options": Many(_OPTION, 100)}, one_of=("options", "option_groups")
    ),
    "users_select": Shape({}, {**_MENU, "initial_user": String(20)}),
    "multi_users_select": Shape({}, {**_MULTI, "initial_users": Many(String(20), 1000)}),
    "channels_select": Shape({}, {**_MENU, **_RESPONDS, "initial_channel": String(20)}),
    "multi_channels_select": Shape({}, {**_MULTI, "initial_channels": Many(String(20), 1000)}),
    "conversations_select": Shape(
        {},
        {
            **_MENU,
            **_RESPONDS,
            "initial_conversation": String(20),
            "default_to_current_conversation": Flag(),
            "filter": _FILTER,
        },
    ),
    "multi_conversations_select": Shape(
        {},
        {
            **_MULTI,
            "initial_conversations": Many(String(20), 1000),
            "default_to_current_conversation": Flag(),
            "filter": _FILTER,
        },
    ),
    "datepicker": Shape({}, {**_MENU, "initial_date": _DATE}),
    "timepicker": Shape({}, {**_MENU, "initial_time": _TIME, "timezone": String(64)}),
    "datetimepicker": Shape({}, {**_COMMON, "initial_date_time": Whole(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": Shape(
        {},
        {
            **_INPUT,
            **_DISPATCH,
            "initial_value": String(3000, least=0),
            "multiline": Flag(),
            "min_length": Whole(0, 3000),
            "max_length": Whole(1, 3000),
        },
    ),
    "email_text_input": Shape({}, {**_INPUT, **_DISPATCH, "initial_value": String(3000, least=0)}),
    "url_text_input": Shape({}, {**_INPUT, **_DISPATCH, "initial_value": String(3000, least=0)}),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()},
        {
            **_INPUT,
            **_DISPATCH,
            "initial_value": String(3000, least=0),
            "min_value": String(30),
            "max_value": String(30),
        },
    ),
}

_MENUS: Final = (
    "static_select",
    "users_select",
    "channels_select",
    "conversations_select",
    "multi_static_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
)


def _elements(*names: str) -> Kind:
    return Kind({name: ELEMENTS[name] for name in names})


_CHOICES: Final = (*_MENUS, "checkboxes", "radio_buttons", "datepicker", "timepicker")
_IN_SECTION: Final = _elements("button", "image", "overflow", *_CHOICES)
_IN_ACTIONS: Final = _elements("button", "overflow", "datetimepicker", *_CHOICES)
_IN_INPUT: Final = _elements(
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "datetimepicker", *_CHOICES
)
_IN_CONTEXT: Final = Kind(
    {
        "image": ELEMENTS["image"],
        "mrkdwn": Text(3000, kinds=("mrkdwn",)),
        "plain_text": Text(3000, kinds=_PLAIN),
    }
)

_MARKS: Final[Mapping[str, Rule]] = {
    "style": Shape({}, {mark: Flag() for mark in ("bold", "italic", "strike", "code", "highlight", "underline")})
}
_INLINE: Final = Kind(
    {
        "text": Shape({"text": String(13_200)}, _MARKS),
        "link": Shape({"url": _URL}, {"text": String(3000, least=0), "unsafe": Flag(), **_MARKS}),
        "emoji": Shape({"name": String(100)}, {"unicode": String(100), "skin_tone": Whole(1, 6), **_MARKS}),
        "user": Shape({"user_id": String(20)}, _MARKS),
        "usergroup": Shape({"usergroup_id": String(20)}, _MARKS),
        "channel": Shape({"channel_id": String(20)}, _MARKS),
        "broadcast": Shape({"range": String(10, words=("here", "channel", "everyone"))}, _MARKS),
        "color": Shape({"value": String(9)}),
        "date": Shape(
            {"timestamp": Whole(0, 9_999_999_999), "format": String(300)},
            {"url": _URL, "fallback": String(300), **_MARKS},
        ),
    }
)
_SECTION_OF_TEXT: Final = Shape({"elements": Many(_INLINE, 1000, least=0)})
_INDENT: Final[Mapping[str, Rule]] = {"border": Whole(0, 1)}
_RICH: Final = Kind(
    {
        "rich_text_section": _SECTION_OF_TEXT,
        "rich_text_list": Shape(
            {
                "elements": Many(Kind({"rich_text_section": _SECTION_OF_TEXT}), 1000),
                "style": String(10, words=("bullet", "ordered")),
            },
            {"indent": Whole(0, 8), "offset": Whole(0, 10_000), **_INDENT},
        ),
        "rich_text_quote": Shape({"elements": Many(_INLINE, 1000)}, _INDENT),
        "rich_text_preformatted": Shape({"elements": Many(_INLINE, 1000)}, {"language": String(30), **_INDENT}),
    }
)
_BLOCK_ID: Final[Mapping[str, Rule]] = {"block_id": _ID}
_RICH_TEXT: Final = Shape({"elements": Many(_RICH, 1000)}, _BLOCK_ID)
_CELL: Final = Kind({"raw_text": Shape({"text": String(3000)}), "rich_text": _RICH_TEXT})
_DATA_CELL: Final = Kind(
    {
        "raw_text": Shape({"text": String(3000)}),
        "raw_number": Shape({"value": Anything()}, {"text": String(3000)}),
        "rich_text": _RICH_TEXT,
    }
)

BLOCKS: Final[Mapping[str, Rule]] = {
    "header": Shape({"text": Text(150, kinds=_PLAIN)}, {**_BLOCK_ID, "level": Whole(1, 6)}),
    "section": Shape(
        {},
        {
            **_BLOCK_ID,
            "text": Text(3000),
            "fields": Many(Text(2000), 10),
            "accessory": _IN_SECTION,
            "expand": Flag(),
        },
        some_of=("text", "fields"),
    ),
    "context": Shape({"elements": Many(_IN_CONTEXT, 10)}, _BLOCK_ID),
    "divider": Shape({}, _BLOCK_ID),
    "actions": Shape({"elements": Many(_IN_ACTIONS, 25)}, _BLOCK_ID),
    "input": Shape(
        {"label": Text(2000, kinds=_PLAIN), "element": _IN_INPUT},
        {**_BLOCK_ID, "hint": Text(2000, kinds=_PLAIN), "optional": Flag(), "dispatch_action": Flag()},
    ),
    "image": Shape(
        {"alt_text": String(2000)},
        {**_BLOCK_ID, "title": Text(2000, kinds=_PLAIN), "image_url": _URL, "slack_file": _SLACK_FILE},
        one_of=("image_url", "slack_file"),
    ),
    "markdown": Shape({"text": String(MARKDOWN_TEXT)}, _BLOCK_ID),
    "rich_text": _RICH_TEXT,
    "table": Shape(
        {"rows": Many(Many(_CELL, 20), 100)},
        {
            **_BLOCK_ID,
            "column_settings": Many(
                Shape({}, {"align": String(10, words=("left", "center", "right")), "is_wrapped": Flag()}), 20
            ),
        },
    ),
    "data_table": Shape(
        {"caption": String(2000), "rows": Many(Many(_DATA_CELL, 20), 101, least=2)},
        {**_BLOCK_ID, "page_size": Whole(1, 100), "row_header_column_index": Whole(0, 19)},
    ),
    "data_visualization": Shape({"title": String(50), "chart": Anything()}, _BLOCK_ID),
    "alert": Shape({"text": Text(200)}, {**_BLOCK_ID, "level": String(20)}),
}

_EVERYWHERE: Final = ("header", "section", "context", "divider", "actions", "input", "image", "rich_text")
SURFACES: Final[Mapping[str, tuple[str, ...]]] = {
    "message": (*_EVERYWHERE, "markdown", "table", "data_table", "data_visualization"),
    "modal": (*_EVERYWHERE, "alert"),
    "home": _EVERYWHERE,
}

_VIEW: Final[Mapping[str, Rule]] = {
    "private_metadata": String(3000, least=0),
    "callback_id": String(255, least=0),
    "external_id": String(255, least=0),
}
VIEWS: Final[Mapping[str, Shape]] = {
    "modal": Shape(
        {"title": Text(24, kinds=_PLAIN), "blocks": Anything()},
        {
            **_VIEW,
            "submit": Text(24, kinds=_PLAIN),
            "close": Text(24, kinds=_PLAIN),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
            "submit_disabled": Flag(),
        },
    ),
    "home": Shape({"blocks": Anything()}, _VIEW),
}


def blocks_rule(surface: str) -> Rule:
    """The rule for the list of blocks of a `message`, a `modal` or a `home` view."""
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    return Many(Kind({name: BLOCKS[name] for name in SURFACES[surface]}), most, least=0)
