"""What is said in an alert's thread: what sources add while their last lines still wait is said with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import Alert, Entry, Source
from bot.messages import alert as messages
from bot.store import Tx, alerts, outbox

_SOURCES = frozenset(source for source in Source if source is not Source.PICKET)
_LINES = 9
"""Lines of those that are said together, the newest; how many were before them is said too."""


def reply(tx: Tx, alert: Alert, entries: Sequence[Entry], last: int, now: datetime) -> None:
    """Say `entries` in the thread of the alert's card; they stand in its timeline, the last under the id `last`.

    However often a source changes its mind in a minute, that is one message: a line of a person, or of Picket to one,
    is said by itself.
    """
    key = f"{alert.key}:{last}"
    if _SOURCES.issuperset(entry.who for entry in entries):
        start = f"{alert.key}:since:"
        waiting = outbox.waiting_key(tx, start)
        key = waiting or f"{start}{last - len(entries) + 1}"
        entries = _together(tx, alert, int(waiting.removeprefix(start))) if waiting else entries
    said = messages.reply(entries)
    outbox.message(tx, key, alert.channel, said.text, said.blocks, now, parent=alert.key)


def _together(tx: Tx, alert: Alert, first: int) -> list[Entry]:
    """What sources said since the line `first`, the newest of it."""
    number, lines = alerts.newest_lines(tx, alert.id, first, _SOURCES, _LINES)
    told = [Entry(at=line.at, who=line.who, what=line.what) for line in lines]
    if number == len(lines):
        return told
    before = number - len(lines)
    what = f"leaves out {before:,} earlier line{'s' if before != 1 else ''}, which the timeline has"
    return [Entry(at=told[0].at, who=Source.PICKET, what=what), *told]
