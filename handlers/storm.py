"""A storm's roll-up in Slack: all of it acknowledged, and a file of it as it now is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import rollup
from bot.rights import Right
from bot.services import Services


def register(app: App) -> None:
    """Add the listeners."""
    app.action("storm:acknowledge")(_acknowledge)
    app.action("storm:csv")(_csv)


def _acknowledge(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user = str(body["user"]["id"])
    services.rights.require(user, Right.RESPOND)
    rollup.acknowledge(services, str(action.get("value", "")), user)
    ack()


def _csv(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    services.rights.require(str(body["user"]["id"]), Right.RESPOND)
    rollup.ask_for_csv(services, str(action.get("value", "")))
    ack()
