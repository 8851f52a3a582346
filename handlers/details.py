"""Details: the modal behind a line of a list, whose buttons are those of the card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot import details
from bot.messages import details as messages
from bot.services import Services
from bot.store import open_views
from bot.store.open_views import Kind, OpenView
from handlers.request import open_modal, turned


def register(app: App) -> None:
    """Add the listeners."""
    app.action(re.compile(r"^(alert|remediation):details$"))(_open)
    app.action(re.compile(r"^details:page:\w+$"))(_turn)
    for callback in (messages.ALERT, messages.REMEDIATION, messages.PLAIN):
        app.view_closed(callback)(_closed)


def _open(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    kind = Kind(str(action["action_id"]).partition(":")[0])
    opened = OpenView(
        id="",
        user=body["user"]["id"],
        kind=kind,
        subject=str(action.get("value", "")),
        until=services.now() + kind.lasts,
    )
    with services.store.read() as tx:
        modal = details.view(services, tx, opened)
    id_ = open_modal(services, body, modal)["id"]
    with services.store.write(timeout=1) as tx:
        open_views.keep(tx, replace(opened, id=id_, shown=open_views.mark(modal["blocks"])), services.now())
    ack()


def _turn(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    """Note the page; the view is drawn anew for it."""
    view, user, now = body["view"], body["user"]["id"], services.now()
    services.rights.require(user, details.RIGHTS[Kind.ALERT])
    opened = OpenView(
        id=view["id"],
        user=user,
        kind=Kind.ALERT,
        subject=view["private_metadata"],
        pages=turned(action, [messages.TIMELINE]),
        until=now + Kind.ALERT.lasts,
    )
    with services.store.write(timeout=1) as tx:
        open_views.keep(tx, opened, now)
    ack()


def _closed(ack: Ack, view: Mapping[str, Any], services: Services) -> None:
    with services.store.write(timeout=1) as tx:
        open_views.forget(tx, view["id"])
    ack()
