"""Slack's limits in one table (https://docs.slack.dev/reference/block-kit/blocks), and how text is made to fit."""

BLOCKS = 50
VIEW_BLOCKS = 100
SECTION = 3000
FIELD = 2000
FIELDS = 10
HEADER = 150
CONTEXT_ELEMENTS = 10
ACTIONS = 25
BUTTON = 75
BUTTON_VALUE = 2000
OVERFLOW_OPTIONS = 5
OPTION = 75
MODAL_TITLE = 24
PRIVATE_METADATA = 3000
ALT_TEXT = 2000
MESSAGE = 12_000
"""All text of a message; Slack refuses somewhat above 13,000 without saying so in its documents."""
TEXT = 4000
"""The plain text beside the blocks."""


def whole_lines(text: str, limit: int) -> str:
    """As many whole lines of `text` as fit in `limit` characters: a line's parts were cut where they were put in."""
    while len(text) > limit and "\n" in text:
        text = text.rpartition("\n")[0]
    return cut(text, limit)


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, its end replaced by … where it was longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
