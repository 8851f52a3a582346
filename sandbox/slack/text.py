"""What Slack does to text on its way in: `&`, `<` and `>` become entities unless they already mean something."""

import re
from typing import Any, Final

_ALREADY_MEANT: Final = re.compile(
    r"&(?:amp|lt|gt);"
    r"|<(?:@[UW]|#[CG]|!(?:here|channel|everyone|date\^|subteam\^)|https?://|mailto:|tel:)[^<>\n]*>"
)
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TEXT_TYPES: Final = {"mrkdwn", "plain_text"}


def escape(text: str) -> str:
    """Text with every `&`, `<` and `>` as an entity."""
    return re.sub(r"[&<>]", lambda found: _ENTITIES[found[0]], text)


def normalise(text: str) -> str:
    """Text as Slack stores it: mentions, links, dates and entities stay, any other `&`, `<`, `>` is escaped.

    Source: docs.slack.dev/messaging/formatting-message-text, and bolt-python issue 513 (payloads carry `&amp;`).
    """
    parts, at = [], 0
    for kept in _ALREADY_MEANT.finditer(text):
        parts += [escape(text[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*parts, escape(text[at:])])


def normalise_blocks(value: Any) -> Any:
    """Blocks (or any part of them) with every text object's text as Slack stores it."""
    if isinstance(value, list):
        return [normalise_blocks(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {key: normalise_blocks(item) for key, item in value.items()}
    if out.get("type") in _TEXT_TYPES and isinstance(out.get("text"), str):
        out["text"] = normalise(out["text"])
    return out
