"""How this Picket speaks: its name, emoji, links and templates, as the operator has set them.

One for the process, as a locale is: set before anything is said, and not changed after
(docs/decisions/0006-one-way-of-speaking.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Link

EMOJI: Mapping[str, str] = {
    "critical": ":rotating_light:",
    "high": ":red_circle:",
    "medium": ":large_orange_circle:",
    "low": ":large_yellow_circle:",
    "info": ":large_blue_circle:",
    "open": ":white_circle:",
    "acknowledged": ":eyes:",
    "snoozed": ":zzz:",
    "resolved": ":white_check_mark:",
    "split": ":scissors:",
    "joined": ":link:",
    "assigned": ":bust_in_silhouette:",
}
"""Picket's own, by severity and by what became of an alert."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Style:
    """What the operator may set of how things are said."""

    product: str = "Picket"
    """What it calls itself; unescaped."""
    emoji: Mapping[str, str] = field(default_factory=lambda: EMOJI)
    """As `:fire:`, or empty."""
    links: Sequence[Link] = ()
    templates: Path | None = None
    """A folder; a file of the name of one of Picket's takes its place, block by block."""

    def before(self, name: str) -> str:
        """The emoji of a severity or state, to stand before a word: with a space, or nothing at all."""
        return f"{self.emoji[name]} " if self.emoji[name] else ""


_style = Style()


def style() -> Style:
    """The one in use."""
    return _style


def use(new: Style) -> None:
    """Say everything so from now on."""
    global _style  # noqa: PLW0603 - one for the process
    _style = new
