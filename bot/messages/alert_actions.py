"""What may be done to an alert: the row of buttons and menus on its card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.alerts import JOINED, SPLIT, Alert, Ends, State
from bot.messages import blocks, incident, limits
from bot.messages.blocks import button, plain_text
from bot.messages.text import Block, fit, plain

SNOOZES: Mapping[str, tuple[str, timedelta]] = {
    "1h": ("1 hour", timedelta(hours=1)),
    "4h": ("4 hours", timedelta(hours=4)),
    "1d": ("1 day", timedelta(days=1)),
    "1w": ("1 week", timedelta(weeks=1)),
}
TOMORROW = "tomorrow"
"""Nine o'clock the next day, where the person is."""
ENDINGS: Mapping[str, tuple[str, Ends]] = {
    "changes": ("Until it changes", Ends.CHANGE),
    "worse": ("Until it gets worse", Ends.WORSE),
    "doubles": ("Until it doubles", Ends.DOUBLE),
}
"""The choices that go by what happens; all of them end, at the latest, when the longest snooze does."""
UNTIL = "until"
"""The choice that asks for more: a date, and how much is snoozed."""
_CONSOLE = re.compile(
    r"https://([a-z0-9-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/[\w./?=&#%:~+-]*"
)


def row(alert: Alert, offers: Sequence[tuple[str, str]], longest: timedelta, owner: str) -> Block:
    """The row for the alert as it stands; empty when nothing may be done.

    `offers` are remedy id and label of each fix that fits, `longest` is the longest snooze, `owner` the id of whose
    work it is by its tags, or empty.
    """
    elements = _elements(alert, offers, longest, owner)
    return blocks.actions(elements, f"alert:{alert.id}:{_stamp(alert)}") if elements else {}


def _elements(alert: Alert, offers: Sequence[tuple[str, str]], longest: timedelta, owner: str) -> list[Block]:
    there = console(alert)
    if alert.state is State.RESOLVED:
        if alert.resolution == JOINED:
            return list(there)
        if alert.resolution == SPLIT:
            return [button("Join again", "incident:join", alert.id), *there]
        return [button("Reopen", "alert:reopen", alert.id), *there]
    if alert.state is State.ACKNOWLEDGED:
        first = button("Unacknowledge", "alert:unacknowledge", alert.id)
    else:
        first = button("Acknowledge", "alert:acknowledge", alert.id, style="primary")
    fixes = [
        button(f"{fit(label, 70, plain)}…", f"remediation:request:{remedy}", f"{remedy}:{alert.id}")
        for remedy, label in offers[:3]
    ]
    resolve = button("Resolve…", "alert:resolve", alert.id)
    return [first, _snooze(alert, longest), resolve, *fixes, *there, _more(alert, owner)]


def _more(alert: Alert, owner: str) -> Block:
    """What is rarer, behind three dots."""
    choices = [("wake", "End the snooze")] if alert.state is State.SNOOZED else []
    if not alert.assigned_to:
        choices.append(("claim", "Assign to me"))
    if owner and owner != alert.assigned_to:
        choices.append(("owner", "Assign to the owner"))
    choices += [("assign", "Assign to…"), ("note", "Add a note…"), *incident.choices(alert)]
    if len(choices) > limits.OVERFLOW_OPTIONS:
        choices = [choice for choice in choices if choice[0] != "claim"]  # "Assign to…" can do that too
    options = [{"text": plain_text(label), "value": f"{key}:{alert.id}"} for key, label in choices]
    return {"type": "overflow", "action_id": "alert:more", "options": options[: limits.OVERFLOW_OPTIONS]}


def _snooze(alert: Alert, longest: timedelta) -> Block:
    choices = [(key, label) for key, (label, length) in SNOOZES.items() if length <= longest]
    if longest >= timedelta(days=1):
        choices.append((TOMORROW, "Tomorrow at 09:00"))
    choices += [(key, label) for key, (label, _) in ENDINGS.items()]
    options = [{"text": plain_text(label), "value": f"{key}:{alert.id}"} for key, label in choices]
    options.append({"text": plain_text("Until a date, or more…"), "value": f"{UNTIL}:{alert.id}"})
    return {
        "type": "static_select",
        "action_id": "alert:snooze",
        "placeholder": plain_text("Snooze"),
        "options": options,
    }


def console(alert: Alert) -> list[Block]:
    """The way to AWS, where the source names one of AWS's own consoles; else nothing."""
    url = alert.facts.get("console", "")
    if not isinstance(url, str) or len(url) > 2000 or not _CONSOLE.fullmatch(url):
        return []
    return [button("Open in AWS", "alert:console", alert.id, url=url)]


def _stamp(alert: Alert) -> int:
    """Part of the block's id, so that a select goes back to its placeholder when the card changes."""
    return int(alert.updated_at.timestamp() * 1000)
