"""The digest for one person, from App Home; a channel's own is sent by schedule or by `/aws-audit digest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import digest
from bot.rights import Right
from bot.services import Services


def register(app: App) -> None:
    """Add the listener."""
    app.action("digest:send")(_send)


def _send(ack: Ack, body: Mapping[str, Any], services: Services) -> None:
    user = body["user"]["id"]
    services.rights.require(user, Right.AUDIT)
    with services.store.write(timeout=1) as tx:
        digest.ask(services, tx, user, None)
    ack()
