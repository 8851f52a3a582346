"""An alert's life as a pure state machine: open, acknowledged, snoozed, resolved."""

from bot.alerts.model import OVER, Alert, Entry, Ignored, Member, Moved, Resolution, Signal, Source, State
from bot.alerts.moves import Unfit, acknowledge, reopen, resolve, snooze, unacknowledge, unresolved, wake
from bot.alerts.receive import receive

__all__ = [
    "OVER",
    "Alert",
    "Entry",
    "Ignored",
    "Member",
    "Moved",
    "Resolution",
    "Signal",
    "Source",
    "State",
    "Unfit",
    "acknowledge",
    "receive",
    "reopen",
    "resolve",
    "snooze",
    "unacknowledge",
    "unresolved",
    "wake",
]
