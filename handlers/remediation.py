"""Remediations in Slack: ask, approve, decline, cancel, undo. A button's value names what to look up, no more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import remediation
from bot.alerts import Alert
from bot.errors import NotFound
from bot.rights import Right
from bot.services import Services
from bot.store import Tx, alerts, findings
from checks.model import Finding


def register(app: App) -> None:
    """Add the listeners."""
    app.action(re.compile(r"^remediation:request(:[\w-]+)?$"))(_request)
    app.action("remediation:approve")(_approve)
    app.action("remediation:decline")(_decline)
    app.action("remediation:cancel")(_cancel)
    app.action("remediation:undo")(_undo)


def _request(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user, value = body["user"]["id"], str(action.get("value", ""))
    services.rights.require(user, Right.REQUEST)
    remedy, _, named = value.partition(":")
    with services.store.write(timeout=1) as tx:
        thing = _thing(tx, named)
        remediation.request(services, tx, remedy, thing, user, body.get("channel", {}).get("id", user))
    ack()


def _approve(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user = body["user"]["id"]
    services.rights.require(user, Right.APPROVE)
    id_, _, seen = str(action.get("value", "")).partition(":")
    with services.store.write(timeout=1) as tx:
        remediation.approve(services, tx, id_, seen, user)
    ack()


def _decline(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user = body["user"]["id"]
    services.rights.require(user, Right.APPROVE)
    with services.store.write(timeout=1) as tx:
        remediation.decline(services, tx, str(action.get("value", "")), user)
    ack()


def _cancel(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    with services.store.write(timeout=1) as tx:
        remediation.cancel(services, tx, str(action.get("value", "")), body["user"]["id"])
    ack()


def _undo(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    user = body["user"]["id"]
    services.rights.require(user, Right.APPROVE)
    with services.store.write(timeout=1) as tx:
        remediation.undo(services, tx, str(action.get("value", "")), user)
    ack()


def _thing(tx: Tx, named: str) -> Alert | Finding:
    """The alert, or `finding:…`, that a button was for. Raises NotFound."""
    kind, _, id_ = named.rpartition(":")
    found: Alert | Finding | None
    if kind == "finding":
        known = findings.get(tx, id_)
        found = known.finding if known else None
    else:
        found = alerts.get(tx, named)
    if found is None:
        raise NotFound("Picket knows nothing of this (any more). Please look at a newer message, or audit again.")
    return found
