"""What is asked of a person about an alert: why it is resolved, how it is snoozed, whose it is, what they note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.alerts import Alert, Ends, Resolution
from bot.messages.blocks import plain_text, section
from bot.messages.limits import OPTION, cut
from bot.messages.text import Block, count, fit, plain, severity
from bot.store.snoozes import Hidden, Scope

REASONS: Mapping[Resolution, tuple[str, str]] = {
    Resolution.FIXED: ("Fixed", "It comes back when AWS reports it again."),
    Resolution.FALSE_POSITIVE: ("False positive", "It was never a problem; the same again stays quiet."),
    Resolution.ACCEPTED: ("Accepted", "It is a problem we live with; the same again stays quiet."),
}

NOTHING = "nothing"
"""The value of a choice of nothing, for Slack takes no empty one."""
LONGEST_NOTE = 500
_MORE = "More than this alert: new ones too, but no criticals. Resolves always come through."


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
                "element": _words("note"),
            },
        ],
    )


def snooze_modal(
    alert: Alert, longest: timedelta, now: datetime, hidden: Mapping[Scope, Hidden] | None = None
) -> dict[str, Any]:
    """Until when, until what, and how much is snoozed; `hidden` is None while the last 30 days are looked at."""
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
            },
            _choice("ends", "Or, before that, when", [("", "Nothing else happens"), *_endings()]),
            _choice("scope", "What is quiet", _scopes(alert), _MORE),
            {**section(_preview(hidden)), "block_id": "preview"},
        ],
    )


def _endings() -> list[tuple[str, str]]:
    return [(ends.name.lower(), f"It {ends}") for ends in Ends]


def _scopes(alert: Alert) -> list[tuple[str, str]]:
    kind, account = fit(alert.type, 50, plain), fit(alert.account, 40, plain)
    return [
        (Scope.ALERT, "This alert"),
        (Scope.RESOURCE, "All of this resource"),
        (Scope.TYPE, f"All of type {kind}"),
        (Scope.ACCOUNT, f"All of account {account}"),
    ]


def _choice(name: str, label: str, choices: Sequence[tuple[str, str]], hint: str = "") -> dict[str, Any]:
    options = [{"text": plain_text(cut(words, OPTION)), "value": value or NOTHING} for value, words in choices]
    element = {"type": "static_select", "action_id": name, "options": options, "initial_option": options[0]}
    block = {"type": "input", "block_id": name, "label": plain_text(label), "element": element}
    return block | ({"hint": plain_text(hint)} if hint else {})


def _preview(hidden: Mapping[Scope, Hidden] | None) -> str:
    if hidden is None:
        return "*What it would have kept quiet in the last 30 days*\nLooking…"
    lines = ["*What it would have kept quiet in the last 30 days*"]
    for scope, found in hidden.items():
        alone = scope is Scope.ALERT
        said = "" if alone else f"{count(found.alerts, 'alert')}, "
        said += count(found.updates, "message")
        through = f"; {count(found.criticals, 'critical')} would have come through" if found.criticals else ""
        examples = "" if alone or not found.examples else f"\n>{' · '.join(fit(each, 80) for each in found.examples)}"
        lines.append(f"*This {scope}*: {said}{through}{examples}")
    return "\n".join(lines)


def assign_modal(alert: Alert, user: str) -> dict[str, Any]:
    """Whose work it is."""
    element = {
        "type": "users_select",
        "action_id": "whom",
        "initial_user": alert.assigned_to if alert.assigned_to and alert.assigned_to[0] in "UW" else user,
    }
    hint = plain_text("They are told in the alert's thread.")
    whom = {"type": "input", "block_id": "whom", "label": plain_text("Assign to"), "hint": hint, "element": element}
    return _modal(alert, "alert:assign", "Assign the alert", "Assign", [whom])


def note_modal(alert: Alert) -> dict[str, Any]:
    """What there is to say."""
    hint = plain_text("It stands in the alert's thread and in its timeline.")
    note = {"type": "input", "block_id": "note", "label": plain_text("Note"), "hint": hint, "element": _words("note")}
    return _modal(alert, "alert:note", "Add a note", "Add", [note])


def _words(name: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": LONGEST_NOTE}


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
