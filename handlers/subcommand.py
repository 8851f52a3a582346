"""What a subcommand of `/aws-audit` is, and what it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.messages import Message
from bot.people import UNKNOWN, Zone
from bot.rights import Right
from bot.services import Services
from bot.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed, by whom, where."""

    text: str
    user: str
    channel: str
    channel_name: str = ""
    zone: Zone = UNKNOWN
    """Of the person, for a subcommand that needs it."""


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What to type, what it does, and the function that does it and says so to the asker alone."""

    usage: str
    does: str
    run: Callable[[Services, Tx, Asked], Message]
    right: Right = Right.AUDIT
    needs_zone: Callable[[str], bool] = lambda _text: False
    """Whether what was typed goes by the person's time zone, which is asked for before the transaction."""


def plain_words(text: str) -> list[str]:
    """The words of a command as they were typed: Slack sends & < > as entities."""
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text.split()
