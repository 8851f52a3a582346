"""Use case: show a person an alert or a remediation in a modal, and what they may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import permalinks, relay, remediation
from bot.errors import NotFound
from bot.messages import details as messages
from bot.rights import Right
from bot.services import Services
from bot.store import Tx, alerts, remediations
from bot.store.home import Page
from bot.store.open_views import Kind, OpenView

RIGHTS: Mapping[Kind, Right] = {Kind.ALERT: Right.RESPOND, Kind.REMEDIATION: Right.APPROVE}
"""What a person needs to see it."""


def view(services: Services, tx: Tx, opened: OpenView) -> dict[str, Any]:
    """The modal as it now is. Raises NotAllowed and NotFound."""
    services.rights.require(opened.user, RIGHTS[opened.kind])
    build = _alert if opened.kind is Kind.ALERT else _remediation
    return build(services, tx, opened)


def _alert(services: Services, tx: Tx, opened: OpenView) -> dict[str, Any]:
    alert = relay.find(tx, opened.subject)
    timeline = Page.of(alerts.timeline(tx, alert.id)[::-1], opened.pages.get(messages.TIMELINE, 1))
    return messages.alert_modal(
        alert,
        relay.shown(services, tx, alert),
        permalinks.of_alert(services, tx, alert),
        timeline,
        fixes=services.rights.may(opened.user, Right.REQUEST),
    )


def _remediation(services: Services, tx: Tx, opened: OpenView) -> dict[str, Any]:
    found = remediations.get(tx, opened.subject)
    card = remediation.shown(services, found) if found else None
    if card is None:
        raise NotFound("Picket knows nothing of this remediation (any more). Please refresh App Home.")
    return messages.modal("Remediation", card.blocks, messages.REMEDIATION, opened.subject)
