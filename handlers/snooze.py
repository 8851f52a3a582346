"""Snoozing an alert: for a while, or until a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App

from bot import relay
from bot.alerts import Unfit
from bot.errors import UserError
from bot.messages.alert import SNOOZES, UNTIL
from bot.messages.alert_modals import snooze_modal
from bot.rights import Right
from bot.services import Services


def register(app: App) -> None:
    """Add the listeners."""
    app.action("alert:snooze")(_snooze)
    app.view("alert:snooze_until")(_snooze_until)


def _snooze(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, now = body["user"]["id"], services.now()
    services.rights.require(user, Right.RESPOND)
    chosen = action.get("selected_option") or {}
    choice, _, alert_id = str(chosen.get("value", "")).partition(":")
    if choice == UNTIL:
        alert = relay.unresolved(services, alert_id)
        view = snooze_modal(alert, relay.longest_snooze(services, alert.severity), now)
        services.slack.views_open(trigger_id=body["trigger_id"], view=view)
    elif choice in SNOOZES:
        relay.snooze(services, alert_id, user, now + SNOOZES[choice][1])
    else:
        raise UserError("That is no length of a snooze that Picket knows. Please choose again on the newest card.")
    ack()


def _snooze_until(ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    user, alert_id = body["user"]["id"], view["private_metadata"]
    services.rights.require(user, Right.RESPOND)
    moment = view["state"]["values"]["until"]["until"].get("selected_date_time")
    try:
        until = datetime.fromtimestamp(int(moment), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        ack(response_action="errors", errors={"until": "Please choose a date and a time."})
        return
    try:
        relay.snooze(services, alert_id, user, until)
    except Unfit as fault:
        ack(response_action="errors", errors={"until": str(fault)})
    else:
        ack()
