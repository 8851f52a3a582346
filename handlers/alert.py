"""Alerts in Slack: acknowledge, give back, resolve with a reason, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import alerts, relay
from bot.alerts import Resolution
from bot.errors import UserError
from bot.messages.alert_modals import resolve_modal
from bot.rights import Right
from bot.services import Services


def register(app: App) -> None:
    """Add the listeners."""
    app.action("alert:acknowledge")(_acknowledge)
    app.action("alert:unacknowledge")(_unacknowledge)
    app.action("alert:reopen")(_reopen)
    app.action("alert:resolve")(_ask_why)
    app.view("alert:resolve")(_resolve)
    app.action("alert:console")(_console)


def _acknowledge(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    relay.move(services, str(action.get("value", "")), lambda alert: alerts.acknowledge(alert, user, now))
    ack()


def _unacknowledge(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    relay.move(services, str(action.get("value", "")), lambda alert: alerts.unacknowledge(alert, user, now))
    ack()


def _reopen(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    relay.move(services, str(action.get("value", "")), lambda alert: alerts.reopen(alert, user, now))
    ack()


def _ask_why(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    _allowed(services, body)
    alert = relay.unresolved(services, str(action.get("value", "")))
    services.slack.views_open(trigger_id=body["trigger_id"], view=resolve_modal(alert))
    ack()


def _resolve(ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    values = view["state"]["values"]
    chosen = (values["reason"]["reason"].get("selected_option") or {}).get("value", "")
    reason = Resolution.__members__.get(chosen.upper())
    if reason is None:
        raise UserError("Please choose why the alert is resolved.")
    note = values["note"]["note"].get("value") or ""
    relay.move(services, view["private_metadata"], lambda alert: alerts.resolve(alert, user, reason, now, note))
    ack()


def _console(ack: Ack) -> None:
    ack()  # Slack tells of a click on a link too


def _allowed(services: Services, body: Mapping[str, Any]) -> str:
    """The id of who clicked. Raises NotAllowed."""
    user: str = body["user"]["id"]
    services.rights.require(user, Right.RESPOND)
    return user
