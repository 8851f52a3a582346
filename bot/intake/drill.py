"""The event of a drill: kept under the drill's id, by which `bot.drill` sees that it came, and no alert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts import Ignored, Source
from bot.intake.shapes import Node

_SOURCE = "picket.drill"


def event_id(drill: str) -> str:
    """The id under which the event of a drill is kept."""
    return f"drill:{drill}"


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether it is the event of a drill."""
    return value.get("source") == _SOURCE


def parse(value: Mapping[str, Any], event: str, _received_at: datetime) -> Ignored:
    """That it came; one without the id of a drill is kept under its own."""
    named = Node(value).node("detail").text("drill")
    return Ignored(event_id=event_id(named) if named else event, source=Source.PICKET, why="a drill came through")
