"""The parts that handlers and jobs may use, built once in `bot.app` and passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.aws.sessions import Sessions
    from bot.config import Settings
    from bot.rights import Rights
    from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Real parts in the service; the same, smaller, in tests."""

    settings: Settings
    store: Store
    rights: Rights
    slack: WebClient
    """For what cannot wait in the outbox: opening and filling a modal."""
    aws: Sessions
    now: Callable[[], datetime]
    """Aware, UTC."""
    new_id: Callable[[], str]
    """Ids for rows that have none by nature."""
