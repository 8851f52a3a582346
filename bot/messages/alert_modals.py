"""What is asked of a person about an alert: why it is resolved, until when it is snoozed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.alerts import Alert, Resolution
from bot.messages.blocks import plain_text, section
from bot.messages.text import Block, count, fit, severity

REASONS: Mapping[Resolution, tuple[str, str]] = {
    Resolution.FIXED: ("Fixed", "It comes back when AWS reports it again."),
    Resolution.FALSE_POSITIVE: ("False positive", "It was never a problem; the same again stays quiet."),
    Resolution.ACCEPTED: ("Accepted", "It is a problem we live with; the same again stays quiet."),
}


def resolve_modal(alert: Alert) -> dict[str, Any]:
    """Why it is resolved."""
    options: list[dict[str, Any]] = [
        {"text": plain_text(label), "description": plain_text(words), "value": reason.name.lower()}
        for reason, (label, words) in REASONS.items()
    ]
    return _modal(
        alert,
        "alert:resolve",
        "Resolve the alert",
        "Resolve",
        [
            {
                "type": "input",
                "block_id": "reason",
                "label": plain_text("Why?"),
                "element": {
                    "type": "radio_buttons",
                    "action_id": "reason",
                    "options": options,
                    "initial_option": options[0],
                },
            },
            {
                "type": "input",
                "block_id": "note",
                "optional": True,
                "label": plain_text("Note"),
                "hint": plain_text("For whoever reads the thread later."),
                "element": {"type": "plain_text_input", "action_id": "note", "multiline": True, "max_length": 500},
            },
        ],
    )


def snooze_modal(alert: Alert, longest: timedelta, now: datetime) -> dict[str, Any]:
    """Until when it is snoozed."""
    start = min(now + timedelta(days=1), now + longest)
    return _modal(
        alert,
        "alert:snooze_until",
        "Snooze the alert",
        "Snooze",
        [
            {
                "type": "input",
                "block_id": "until",
                "label": plain_text("Until"),
                "hint": plain_text(
                    f"At most {span(longest)} from now for severity {alert.severity}. It comes back by itself then, "
                    "and before if it rises to critical."
                ),
                "element": {
                    "type": "datetimepicker",
                    "action_id": "until",
                    "initial_date_time": int(start.timestamp()),
                },
            }
        ],
    )


def span(length: timedelta) -> str:
    """`24 hours`, `7 days`."""
    hours = int(length.total_seconds() // 3600)
    return count(hours // 24, "day") if hours > 24 and hours % 24 == 0 else count(hours, "hour")


def _modal(alert: Alert, callback: str, title: str, submit: str, blocks: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": alert.id,
        "title": plain_text(title),
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "blocks": [section(f"{severity(alert.severity)} · {fit(alert.title, 300)}"), *blocks],
    }
