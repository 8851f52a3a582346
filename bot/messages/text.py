"""Words for Slack: escaping, dates, severities. AWS's text is an attacker's to write, so it is always escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messages.limits import cut
from bot.messages.style import style
from checks.model import Severity

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    blocks: Sequence[Block]


class Marked(str):
    """Text that is markup already: escaped, or Picket's own."""

    __slots__ = ()


_MARKS = re.compile(r"([*_~`])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_USER, _GROUP = re.compile(r"[UW][A-Z0-9]{2,}"), re.compile(r"S[A-Z0-9]{2,}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")


def escape(text: object) -> str:
    """Text from outside, safe in mrkdwn: no mention, link, formatting or direction mark of its own.

    Slack wants only & < > as entities (https://docs.slack.dev/messaging/formatting-message-text); the four marks
    have no escape, so a zero-width space parts them from what they would format.
    """
    clean = _CONTROL.sub(" ", str(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub("\\1\u200b", clean)


def code(text: object) -> str:
    """Text from outside as a code span: identifiers, so that they can be copied as they are."""
    clean = _CONTROL.sub(" ", str(text)).replace("`", "'").replace("\n", " ")
    return f"`{clean.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}`" if clean else "–"


def plain(text: object) -> str:
    """Text from outside for `plain_text` and notifications: no control characters, entities for & < >."""
    clean = _CONTROL.sub(" ", str(text))
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def date(at: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """A moment that each reader sees in their own zone."""
    return f"<!date^{int(at.timestamp())}^{form}|{at:%Y-%m-%d %H:%M} UTC>"


def link(url: str, words: str) -> str:
    """`words`, marked up already, as a link; on their own where there is no `url`."""
    return f"<{url}|{' '.join(words.split())}>" if url else words


def mention(who: str) -> str:
    """A user's or group's id, `@here` or the `*` of the settings as Slack notifies it; another word stays a name.

    `@handle` is such a word: only an id notifies a group.
    """
    if who == "*":
        return "everyone"
    if who in ("@here", "@channel", "@everyone"):
        return f"<!{who[1:]}>"
    if _USER.fullmatch(who):
        return f"<@{who}>"
    return f"<!subteam^{who}>" if _GROUP.fullmatch(who) else escape(who)


def place(channel: str) -> str:
    """A channel of the settings: its id as a link, its #name as it is."""
    return f"<#{channel}>" if _CHANNEL.fullmatch(channel) else escape(channel)


def severity(level: Severity) -> str:
    """`:red_circle: High`: never by colour alone."""
    return f"{style().before(str(level))}{str(level).capitalize()}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 finding`, `2 findings`, `1,204 findings`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def fit(text: object, limit: int, mark: Callable[[object], str] = escape) -> str:
    """`mark(text)` in at most `limit` characters; cut before it is marked, so that no entity is split."""
    whole, length = str(text), limit
    marked = mark(cut(whole, length))
    while len(marked) > limit:
        length = min(length - 1, length * limit // len(marked))
        marked = mark(cut(whole, max(length, 1)))
    return marked
