"""The parts that handlers and jobs may use, built once in `bot.app` and passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.aws.sessions import Sessions
    from bot.config import Settings
    from bot.rights import Rights
    from bot.store import Store


@dataclass(slots=True, kw_only=True, eq=False)
class Services:
    """Real parts in the service; the same, smaller, in tests.

    None is ever replaced but the settings, as a whole, when AWS Organizations tells of other accounts
    (`bot.roster`): read them once where two answers must agree.
    """

    settings: Settings
    """With the accounts of now."""
    written: Settings = field(init=False)
    """As they were written, with no account but those that are listed."""
    store: Store
    rights: Rights
    slack: WebClient
    """For what cannot wait in the outbox: opening and filling a modal."""
    aws: Sessions
    now: Callable[[], datetime]
    """Aware, UTC."""
    new_id: Callable[[], str]
    """Ids for rows that have none by nature."""
    address: str = ""
    """Of the workspace, for links: `https://acme.slack.com`. Told once, at the start; empty until then."""

    def __post_init__(self) -> None:
        self.written = self.settings
