"""Where a message of Picket's stands in the workspace, as an address to follow."""

from __future__ import annotations

from bot.alerts import Alert
from bot.services import Services
from bot.store import Tx, outbox, storms


def of(services: Services, tx: Tx, key: str) -> str:
    """The permalink of the message `key`; empty while it is not posted, or the workspace's address is not known."""
    place = outbox.place(tx, key)
    if place is None or not services.address:
        return ""
    return f"{services.address}/archives/{place.channel}/p{place.ts.replace('.', '')}"


def of_alert(services: Services, tx: Tx, alert: Alert) -> str:
    """The permalink of the alert's card, or of the roll-up that tells of it instead; empty as above."""
    storm = storms.get(tx, alert.storm) if alert.storm else None
    return of(services, tx, storm.key if storm else alert.key)
