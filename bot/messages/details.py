"""The modals behind a line of a list: an alert with its timeline, a remediation with what decides on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.alerts import Alert, Source
from bot.messages.alert_list import turn
from bot.messages.blocks import DIVIDER, context, plain_text, section
from bot.messages.incident import called
from bot.messages.text import Block, Message, count, date, escape, fit, link, mention
from bot.store.alerts import Line
from bot.store.home import Page

ALERT = "alert:details"
REMEDIATION = "remediation:details"
TURN = "details:page"
PLAIN = "details"
"""The callback of a modal of which nothing is kept."""
TIMELINE = "timeline"

_WHOM = re.compile(r"\b[UWS][A-Z0-9]{8,}(?= until \d|$)")
_UNTIL = re.compile(r"(?<= until )\d{4}-\d\d-\d\d \d\d:\d\d UTC")


def alert_modal(alert: Alert, card: Message, permalink: str, timeline: Page[Line], *, fixes: bool) -> dict[str, Any]:
    """An alert as its card has it, actions included, and its timeline, the newest first.

    `permalink` is that of the message which tells of it, empty where none is posted; `fixes` says whether the person
    may ask for one.
    """
    blocks = [_for(block, fixes=fixes) for block in card.blocks]
    teller = "The roll-up of many alerts that tells of it" if alert.storm else "Its card"
    where = f"{link(permalink, teller)} is in {_channel(alert)}." if permalink else "No channel tells of it."
    lines = [context(_line(line)) for line in timeline.lines]
    title = section(f"*Timeline* ({count(timeline.total, 'line')}), the newest first")
    turning = turn(TURN, TIMELINE, timeline)
    return modal("Alert", [*blocks, context(where), DIVIDER, title, *lines, *turning], ALERT, alert.id)


def modal(title: str, blocks: Sequence[Block], callback: str = PLAIN, subject: str = "") -> dict[str, Any]:
    """Something to look at, with nothing to fill in; that it is closed is told under `callback`."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": subject,
        "title": plain_text(title),
        "close": plain_text("Close"),
        "notify_on_close": True,
        "blocks": [dict(block) for block in blocks if block],
    }


def _for(block: Block, *, fixes: bool) -> Block:
    """The block of a card without the buttons that ask for a fix, where those are not for the person."""
    if fixes or block.get("type") != "actions":
        return block
    left = [each for each in block["elements"] if not each.get("action_id", "").startswith("remediation:")]
    return {**block, "elements": left} if left else {}


def _channel(alert: Alert) -> str:
    return f"<#{alert.channel}>" if alert.channel.isalnum() else fit(alert.channel, 80)


def _line(line: Line) -> str:
    who = mention(called(Source(line.who)) if line.who in set(Source) else line.who)
    return f"{date(line.at)} · {who} {_what(line)}"


def _what(line: Line) -> str:
    """The words, with whom they are about and until when as people read those; a note is left as it was written."""
    head, colon, note = line.what.partition(": ")
    if line.who in set(Source) - {Source.PICKET}:
        return fit(line.what, 600)
    said = fit(head, 300)
    said = _WHOM.sub(lambda found: mention(found[0]), said)
    said = _UNTIL.sub(lambda found: date(datetime.strptime(found[0], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)), said)
    return said + (f"{colon}{fit(note, 600, escape)}" if colon else "")
