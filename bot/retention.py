"""Use case: what came in and what was sent is let go of after a time, so that the state file stops growing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.services import Services
from bot.store import Tx, retention, slots

log = structlog.get_logger(__name__)

Id = TypeVar("Id")
_JOB = "retention"
_BATCH = 500
"""Rows deleted in one transaction, so that a click need not wait."""


def forget_due(services: Services) -> None:
    """Once a day: let go of events and sent messages that are older than the settings say and of no open alert."""
    now = services.now()
    with services.store.read() as tx:
        if slots.served(tx, _JOB, f"{now:%Y-%m-%d}"):
            return
        before = now - timedelta(days=services.settings.store.keep_days)
        events, messages = retention.old_events(tx, before), retention.old_messages(tx, before)
    _in_batches(services, events, retention.drop_events)
    _in_batches(services, messages, retention.drop_messages)
    with services.store.write() as tx:
        slots.claim(tx, _JOB, f"{now:%Y-%m-%d}", now)
    log.info("old rows were deleted", events=len(events), messages=len(messages))


def _in_batches(services: Services, ids: Sequence[Id], drop: Callable[[Tx, Sequence[Id]], None]) -> None:
    for start in range(0, len(ids), _BATCH):
        with services.store.write() as tx:
            drop(tx, ids[start : start + _BATCH])
