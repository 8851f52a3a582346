"""Settings of what is joined into one alert."""

from __future__ import annotations

from pydantic import model_validator

from bot.config.part import Part
from bot.config.values import SourceName, Words


class Joining(Part):
    """One alert for one problem, whichever sources tell of it."""

    enabled: bool = True
    """false: each source has alerts of its own."""


class Join(Part):
    """Types of the operator's that mean one problem: what matches joins in one alert for each resource."""

    name: Words
    """What is wrong, in words: the card says that the sources were joined because of it."""
    types: dict[SourceName, tuple[Words, ...]]
    """By source, patterns with * and ? of finding types, alarm names, rules or check ids."""
    whole_account: bool = False
    """Whatever the resource: one alert for an account in all its regions. Alarms are resources of their own."""

    @model_validator(mode="after")
    def _some(self) -> Join:
        if not any(self.types.values()):
            raise ValueError("it joins nothing; name types of at least one source")
        return self
