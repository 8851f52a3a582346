"""What is said of a drill: one message that is edited at each, and its stations for the command line and the status."""

from __future__ import annotations

from datetime import datetime

from bot.messages.blocks import context
from bot.messages.text import Message, date, fit
from bot.store.drills import Drill


def passed(drill: Drill) -> Message:
    """The message with which a drill ends; edited in place each time, so that it calls nobody."""
    words = f":white_check_mark: *Drill* An event came through from AWS {date(drill.taken_at or drill.asked_at)}"
    off = f", {seconds(drill.sent_at, drill.received_at)} after it was sent" if drill.sent_at else ""
    how = f" as {fit(drill.how, 200)}" if drill.how else ""
    text = f"{words}{off}{how}. The next drill edits this message; one that is lost raises an alert."
    return Message("Drill: an event came through from AWS to Slack.", [context(text)])


def standing(drill: Drill | None) -> str:
    """How the last drill went, in a line, escaped."""
    if drill is None:
        return "No drill yet."
    if drill.posted_at:
        late = " late" if drill.failed_at else ""
        took = seconds(drill.sent_at, drill.posted_at)
        return f"The drill of {date(drill.asked_at)} came through from AWS to Slack{late}, in {took}."
    if drill.failed_at:
        return f":warning: The drill of {date(drill.asked_at)} was lost. {fit(drill.why, 300)}"
    return f"The drill of {date(drill.asked_at)} is on its way."


def seconds(start: datetime | None, end: datetime | None) -> str:
    """How long something took: `1.2 s`."""
    return f"{max(0.0, (end - start).total_seconds()):,.1f} s" if start and end else "an unknown time"
