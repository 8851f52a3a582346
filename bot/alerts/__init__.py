"""An alert's life as a pure state machine: open, acknowledged, snoozed, resolved."""

from bot.alerts.model import OVER, Alert, Ends, Entry, Ignored, Member, Moved, Resolution, Signal, Source, State
from bot.alerts.moves import (
    Unfit,
    acknowledge,
    assign,
    claim,
    cover,
    note,
    remind,
    reopen,
    resolve,
    rouse,
    snooze,
    unacknowledge,
    unresolved,
    wake,
)
from bot.alerts.receive import receive

__all__ = [
    "OVER",
    "Alert",
    "Ends",
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
    "assign",
    "claim",
    "cover",
    "note",
    "receive",
    "remind",
    "reopen",
    "resolve",
    "rouse",
    "snooze",
    "unacknowledge",
    "unresolved",
    "wake",
]
