"""Snoozing an alert: for a while, until a date or until something happens; alone, or with all that is like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot import people, relay, snoozing
from bot.alerts import Alert, Ends, Unfit
from bot.errors import UserError
from bot.messages.alert_actions import ENDINGS, SNOOZES, TOMORROW, UNTIL
from bot.messages.alert_modals import NOTHING, snooze_modal
from bot.people import Zone
from bot.rights import Right
from bot.services import Services
from bot.snoozing import Wanted
from bot.store import Tx
from bot.store.snoozes import Scope
from handlers.request import open_modal

log = structlog.get_logger(__name__)


def register(app: App) -> None:
    """Add the listeners."""
    app.action("alert:snooze")(_snooze)
    app.view("alert:snooze_until")(_snooze_until)


def _snooze(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user = body["user"]["id"]
    services.rights.require(user, Right.RESPOND)
    chosen = action.get("selected_option") or {}
    choice, _, alert_id = str(chosen.get("value", "")).partition(":")
    if choice == UNTIL:
        _ask(ack, body, services, alert_id)
        return
    zone = people.zone(services, user) if choice == TOMORROW else people.UNKNOWN
    relay.carry_out(services, alert_id, lambda tx: preset(services, tx, alert_id, user, choice, zone))
    ack()


def preset(
    services: Services, tx: Tx, alert_id: str, user: str, choice: str, zone: Zone, scope: Scope = Scope.ALERT
) -> Alert:
    """Snooze as one of the card's choices says: `4h`, `tomorrow` in `zone`, `changes`.

    Raises UserError for another choice, NotFound, Stale and Unfit.
    """
    now = services.now()
    if choice in SNOOZES:
        wanted = Wanted(until=now + SNOOZES[choice][1], scope=scope)
    elif choice == TOMORROW:
        wanted = Wanted(until=zone.morning(now), scope=scope, note=zone.excuse)
    elif choice in ENDINGS:
        longest = relay.longest_snooze(services, relay.find(tx, alert_id).severity)
        wanted = Wanted(until=now + longest, ends=ENDINGS[choice][1], scope=scope)
    else:
        raise UserError("That is no length of a snooze that Picket knows. Please choose again on the newest card.")
    return snoozing.snooze(services, tx, alert_id, user, wanted)


def _ask(ack: Ack, body: Mapping[str, Any], services: Services, alert_id: str) -> None:
    """The modal, at once; what the snooze would have kept quiet comes into it when Slack has its answer."""
    alert, now = relay.unresolved(services, alert_id), services.now()
    longest = relay.longest_snooze(services, alert.severity)
    opened = open_modal(services, body, snooze_modal(alert, longest, now))
    ack()
    with services.store.read() as tx:
        hidden = snoozing.preview(services, tx, alert)
    try:
        view = snooze_modal(alert, longest, now, hidden)
        services.slack.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
    except (SlackClientError, OSError) as error:  # closed, or submitted, before it was filled
        log.info("a modal was not filled", reason=str(error))


def _snooze_until(ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    user, alert_id = body["user"]["id"], view["private_metadata"]
    services.rights.require(user, Right.RESPOND)
    values = view["state"]["values"]
    try:
        until = datetime.fromtimestamp(int(values["until"]["until"].get("selected_date_time")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        ack(response_action="errors", errors={"until": "Please choose a date and a time."})
        return
    ends, scope = _chosen(values, "ends"), _chosen(values, "scope")
    wanted = Wanted(
        until=until,
        ends=Ends[ends.upper()] if ends.upper() in Ends.__members__ else None,
        scope=Scope(scope) if scope in set(Scope) else Scope.ALERT,
    )
    try:
        relay.carry_out(services, alert_id, lambda tx: snoozing.snooze(services, tx, alert_id, user, wanted))
    except Unfit as fault:
        ack(response_action="errors", errors={"until": str(fault)})
    else:
        ack()


def _chosen(values: Mapping[str, Any], name: str) -> str:
    """The value of a select of the modal; NOTHING where nothing is chosen."""
    option = values.get(name, {}).get(name, {}).get("selected_option") or {}
    return str(option.get("value", NOTHING))
