"""How things are said: the bot's name, emoji, links on cards, templates of the operator's own."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.config.part import Part
from bot.config.values import AccountId, SourceName, Words
from bot.messages.style import EMOJI

PLACES = ("id", "source", "type", "severity", "account", "account_name", "region", "resource", "resource_name")
"""What a link's address may name of an alert."""
_LONGEST = 1000


def _emoji(name: str) -> str:
    if not re.fullmatch(r"|:[\w+'-]{1,100}(::skin-tone-[2-6])?:", name):
        raise ValueError(f"{name!r} is no emoji; write it by its name, as :fire:, or leave it empty")
    return name


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[^\s<>|\"`\\^]*)?", url) or len(url) > _LONGEST:
        raise ValueError(
            f"{url!r} is no address that can be linked: write it as https://wiki.example.org/{{type}}, with nothing in "
            f"braces before the path, and at most {_LONGEST:,} characters"
        )
    try:
        named = [(name, how) for _, name, form, how in Formatter().parse(url) if name is not None and not form]
    except ValueError as error:
        raise ValueError(f"{url!r}: {error}; braces are for the alert's own: {{account}}") from error
    if unknown := [name for name, how in named if name not in PLACES or how]:
        raise ValueError(f"there is no {{{unknown[0]}}} of an alert; there are {', '.join(PLACES)}")
    return url


EmojiName = Annotated[str, AfterValidator(_emoji)]


class Emoji(Part):
    """What stands before the word of each severity and state, by its name in Slack, as `:fire:`; empty: nothing."""

    critical: EmojiName = EMOJI["critical"]
    """The severity."""
    high: EmojiName = EMOJI["high"]
    """The severity."""
    medium: EmojiName = EMOJI["medium"]
    """The severity."""
    low: EmojiName = EMOJI["low"]
    """The severity."""
    info: EmojiName = EMOJI["info"]
    """The severity."""
    open: EmojiName = EMOJI["open"]
    """Nobody has acknowledged the alert."""
    acknowledged: EmojiName = EMOJI["acknowledged"]
    """Somebody sees to it."""
    snoozed: EmojiName = EMOJI["snoozed"]
    """It is put off."""
    resolved: EmojiName = EMOJI["resolved"]
    """It is over."""
    split: EmojiName = EMOJI["split"]
    """Each of its sources has a card of its own."""
    joined: EmojiName = EMOJI["joined"]
    """It goes on in the card of all its sources."""
    assigned: EmojiName = EMOJI["assigned"]
    """It is somebody's work."""


class Link(Part):
    """A link on the cards of alerts: every condition that is set must hold."""

    label: Annotated[Words, Field(max_length=60)]
    """What is clicked: Runbook."""
    url: Annotated[str, AfterValidator(_address)]
    """Its address. {id}, {source}, {type}, {severity}, {account}, {account_name}, {region}, {resource} and
    {resource_name} stand for the alert's own, percent-encoded; where one is not known, the link is left out."""
    sources: tuple[SourceName, ...] = ()
    """guardduty, cloudwatch, config, cloudtrail, securityhub, audit, picket, unknown; empty: all."""
    types: tuple[Words, ...] = ()
    """Patterns with * and ?, of a finding type, an alarm's name, a rule or a check id; empty: all."""
    accounts: tuple[AccountId, ...] = ()
    """Empty: all."""


class Messages(Part):
    """How things are said in Slack."""

    product: Annotated[Words, Field(max_length=40)] = "Picket"
    """What the bot calls itself."""
    templates: Path | None = None
    """A folder with templates of your own: a file of the same name as one of Picket's takes its place, block by block
    (docs/templates.md). They are read at start, which a broken one stops."""
    emoji: Emoji = Emoji()
    links: tuple[Link, ...] = ()
