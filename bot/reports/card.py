"""An alert's card for a terminal: the blocks that Slack would be given, drawn in a frame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from rich.console import Group, RenderableType
from rich.emoji import Emoji
from rich.panel import Panel
from rich.text import Text

from bot.reports.table import Screen, safe

_BORDERS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}
_MARKUP = re.compile(
    r"<!date\^[^|>]*\|(?P<date>[^>]*)>|<[^|>]+\|(?P<label>[^>]*)>|<(?P<link>[^>]+)>"
    r"|`(?P<code>[^`\n]+)`|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
)
_STYLES = {"bold": "bold", "italic": "italic", "code": "cyan"}
_PAUSE = "\u200b"
"""What parts a mark of AWS's from what it would format; seen by nobody."""


def draw(shown: Mapping[str, Any], screen: Screen) -> str:
    """What one event of a replay comes to: a card in a frame, or a line that says why there is none."""
    name = safe(str(shown["file"]))
    if "error" in shown:
        return screen.text(Text(f"{name}: {safe(str(shown['error']))}", style="bold red"))
    if shown["state"] == "ignored":
        return screen.text(Text(f"{name}: ignored, because {safe(str(shown['why']))}", style="dim"))
    title = Text(f"{name} · {safe(str(shown['alert_id']))} · {shown['state']}")
    parts = [part for block in shown["blocks"] for part in _block(block)]
    border = _BORDERS[shown["severity"]]
    return screen.text(Panel(Group(*parts), title=title, title_align="left", border_style=border), Text(""))


def _block(block: Mapping[str, Any]) -> Iterator[RenderableType]:
    match block["type"]:
        case "header":
            yield Text(_emoji(_clean(block["text"]["text"])), style="bold")
        case "section":
            yield from _lines(block["text"]["text"])
        case "context":
            for element in block["elements"]:
                yield from _lines(element["text"], "dim")
        case "actions":
            labels = (element.get("text") or element.get("placeholder") or {} for element in block["elements"])
            yield Text("  ".join(f"[{_clean(label.get('text', '…'))}]" for label in labels), style="bold")
        case "divider":
            yield Text("─" * 20, style="dim")


def _lines(markup: str, style: str = "") -> Iterator[Text]:
    for line in markup.split("\n"):
        yield _text(line, style)


def _text(line: str, style: str) -> Text:
    """One line of mrkdwn."""
    text, end = Text(style=style), 0
    for found in _MARKUP.finditer(line):
        text.append(_emoji(_clean(line[end : found.start()])))
        kind = found.lastgroup or ""
        text.append(_emoji(_clean(found[kind])), _STYLES.get(kind))
        end = found.end()
    text.append(_emoji(_clean(line[end:])))
    return text


def _clean(text: str) -> str:
    return safe(unescape(text.replace(_PAUSE, "")))


_EMOJI = re.compile(r":[a-z_]+:")
_NAMES = {":large_orange_circle:": "🟠", ":large_yellow_circle:": "🟡", ":large_blue_circle:": "🔵", ":eyes:": "👀"}


def _emoji(text: str) -> str:
    return _EMOJI.sub(lambda found: _NAMES.get(found[0]) or Emoji.replace(found[0]), text)
