"""Joined alerts in Slack: joining again what was split, from the card of the joined one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import relay, splitting
from bot.rights import Right
from bot.services import Services


def register(app: App) -> None:
    """Add the listeners."""
    app.action("incident:join")(_join)


def _join(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, alert_id = str(body["user"]["id"]), str(action.get("value", ""))
    services.rights.require(user, Right.RESPOND)
    relay.carry_out(services, alert_id, lambda tx: splitting.join(services, tx, alert_id, user))
    ack()
