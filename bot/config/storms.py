"""When a channel's new alerts are told of in one roll-up instead of a card each."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.part import Part


class Storms(Part):
    """More new cards in one channel than anybody reads: one roll-up tells of them. Criticals still get cards."""

    cards: Annotated[int, Field(ge=0)] = 15
    """More new cards than so many in a minute begin one; 0: never."""
    calm_minutes: Annotated[int, Field(ge=2, le=240)] = 5
    """It is over when so many minutes together brought no more new alerts than one minute may."""
