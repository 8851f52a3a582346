"""Where a message of Picket's stands in the workspace, as an address to follow."""

from __future__ import annotations

from bot.services import Services
from bot.store import Tx, outbox


def of(services: Services, tx: Tx, key: str) -> str:
    """The permalink of the message `key`; empty while it is not posted, or the workspace's address is not known."""
    place = outbox.place(tx, key)
    if place is None or not services.address:
        return ""
    return f"{services.address}/archives/{place.channel}/p{place.ts.replace('.', '')}"
