"""A storm's roll-up in Slack: all of it acknowledged, snoozed or resolved, and a file of it as it now is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import bulk, rollup
from bot.errors import UserError
from bot.rights import Right
from bot.services import Services
from bot.store.storms import Deed


def register(app: App) -> None:
    """Add the listeners."""
    app.action("storm:acknowledge")(_acknowledge)
    app.action("storm:all")(_all)
    app.action("storm:csv")(_csv)


def _acknowledge(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    bulk.begin(services, str(action.get("value", "")), Deed.ACKNOWLEDGE, _allowed(services, body))
    ack()


def _all(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    """The menu of what else may be done to all of it."""
    user = _allowed(services, body)
    chosen = action.get("selected_option") or {}
    deed, _, storm = str(chosen.get("value", "")).partition(":")
    if deed not in set(Deed):
        raise UserError("Picket does not know that choice. Please choose again on the newest roll-up.")
    bulk.begin(services, storm, Deed(deed), user)
    ack()


def _csv(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    _allowed(services, body)
    rollup.ask_for_csv(services, str(action.get("value", "")))
    ack()


def _allowed(services: Services, body: Mapping[str, Any]) -> str:
    """The id of who clicked. Raises NotAllowed."""
    user = str(body["user"]["id"])
    services.rights.require(user, Right.RESPOND)
    return user
