"""Alerts in Slack: acknowledge, give back, assign, note, resolve with a reason, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import alerts, archiving, relay, snoozing, splitting
from bot.alerts import Alert, Moved, Resolution
from bot.errors import UserError
from bot.messages.alert_modals import assign_modal, note_modal, resolve_modal
from bot.owners import owner
from bot.rights import Right
from bot.services import Services
from handlers.request import open_modal


def register(app: App) -> None:
    """Add the listeners."""
    app.action("alert:acknowledge")(_acknowledge)
    app.action("alert:unacknowledge")(_unacknowledge)
    app.action("alert:reopen")(_reopen)
    app.action("alert:resolve")(_ask_why)
    app.view("alert:resolve")(_resolve)
    app.action("alert:console")(_console)
    app.action("alert:more")(_more)
    app.view("alert:assign")(_assign)
    app.view("alert:note")(_note)


def _acknowledge(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    relay.move(services, str(action.get("value", "")), lambda alert: alerts.acknowledge(alert, user, now))
    ack()


def _unacknowledge(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    relay.move(services, str(action.get("value", "")), lambda alert: alerts.unacknowledge(alert, user, now))
    ack()


def _reopen(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, alert_id = _allowed(services, body), str(action.get("value", ""))
    relay.carry_out(services, alert_id, lambda tx: archiving.reopen(services, tx, alert_id, user))
    ack()


def _ask_why(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    _allowed(services, body)
    alert = relay.unresolved(services, str(action.get("value", "")))
    _open(services, body, resolve_modal(alert))
    ack()


def _resolve(ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    user, alert_id = _allowed(services, body), str(view["private_metadata"])
    values = view["state"]["values"]
    chosen = (values["reason"]["reason"].get("selected_option") or {}).get("value", "")
    reason = Resolution.__members__.get(chosen.upper())
    if reason is None:
        raise UserError("Please choose why the alert is resolved.")
    note = values["note"]["note"].get("value") or ""
    relay.carry_out(services, alert_id, lambda tx: archiving.resolve(services, tx, alert_id, user, reason, note))
    ack()


def _more(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    """The menu behind the three dots."""
    user, now = _allowed(services, body), services.now()
    chosen = action.get("selected_option") or {}
    choice, _, alert_id = str(chosen.get("value", "")).partition(":")
    if choice == "claim":
        relay.move(services, alert_id, lambda alert: alerts.claim(alert, user, now))
    elif choice == "owner":
        relay.move(services, alert_id, lambda alert: to_owner(services, alert, user))
    elif choice == "wake":
        relay.carry_out(services, alert_id, lambda tx: snoozing.rouse(services, tx, alert_id, user))
    elif choice in ("split", "join"):
        deed = splitting.split if choice == "split" else splitting.join
        relay.carry_out(services, alert_id, lambda tx: deed(services, tx, alert_id, user))
    elif choice == "assign":
        _open(services, body, assign_modal(relay.unresolved(services, alert_id), user))
    elif choice == "note":
        with services.store.read() as tx:
            view = note_modal(relay.find(tx, alert_id))
        _open(services, body, view)
    else:
        raise UserError("Picket does not know that choice. Please choose again on the newest card.")
    ack()


def to_owner(services: Services, alert: Alert, user: str) -> Moved:
    """`user` makes an alert the work of whom its tags name. Raises Stale, and UserError where they name nobody."""
    whose = owner(services.settings.owners, alert)
    if not whose:
        raise UserError("No tag of the resource names an owner that the setting `owners.people` knows.")
    return alerts.assign(alert, user, whose, services.now())


def _assign(ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    whom = view["state"]["values"]["whom"]["whom"].get("selected_user")
    if not whom:
        ack(response_action="errors", errors={"whom": "Please choose somebody."})
        return
    relay.move(services, view["private_metadata"], lambda alert: alerts.assign(alert, user, str(whom), now))
    ack()


def _note(ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    user, now = _allowed(services, body), services.now()
    words = view["state"]["values"]["note"]["note"].get("value") or ""
    try:
        relay.move(services, view["private_metadata"], lambda alert: alerts.note(alert, user, words, now))
    except alerts.Unfit as fault:
        ack(response_action="errors", errors={"note": str(fault)})
    else:
        ack()


def _open(services: Services, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    open_modal(services, body, view)


def _console(ack: Ack) -> None:
    ack()  # Slack tells of a click on a link too


def _allowed(services: Services, body: Mapping[str, Any]) -> str:
    """The id of who clicked. Raises NotAllowed."""
    user: str = body["user"]["id"]
    services.rights.require(user, Right.RESPOND)
    return user
