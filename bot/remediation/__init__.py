"""Use case: ask → preview → approve → look again → apply → verify → undo.

People's clicks only move a row (`clicks`); the worker does what the row's state asks for (`worker`). Before each
change of AWS the row says `applying` (or `undoing`) and holds what undo goes back to; after it, the outcome. A row
found in such a state was cut short: the worker looks at AWS, and finishes or reports, so nothing is done twice or
left half.
"""

from bot.remediation.clicks import approve, cancel, decline, request, undo
from bot.remediation.record import shown
from bot.remediation.worker import Recheck, Worker, work

__all__ = ["Recheck", "Worker", "approve", "cancel", "decline", "request", "shown", "undo", "work"]
