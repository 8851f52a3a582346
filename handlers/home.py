"""App Home: drawn anew each time it is opened or a page of it is turned; its buttons open what they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot import home
from bot.messages import details as messages
from bot.messages.home import PAGED
from bot.services import Services
from handlers.audit import SUBCOMMANDS
from handlers.request import open_modal, turned
from handlers.subcommand import Asked

_ABOUT = {"status": "Status", "permissions": "What AWS refuses"}
"""Subcommands whose answer a button shows, and the title above it."""


def register(app: App) -> None:
    """Add the listeners."""
    app.event("app_home_opened")(_opened)
    app.action("home:refresh")(_refresh)
    app.action(re.compile(r"^home:page:\w+$"))(_turn)
    app.action(re.compile(r"^home:(status|permissions)$"))(_about)


def _opened(event: Mapping[str, Any], services: Services) -> None:
    if event.get("tab", "home") == "home":
        with services.store.write(timeout=1) as tx:
            home.show(services, tx, str(event["user"]))


def _refresh(ack: Ack, body: Mapping[str, Any], services: Services) -> None:
    with services.store.write(timeout=1) as tx:
        home.show(services, tx, body["user"]["id"])
    ack()


def _turn(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    pages = turned(action, PAGED)
    with services.store.write(timeout=1) as tx:
        home.show(services, tx, body["user"]["id"], pages)
    ack()


def _about(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    """Show what a subcommand answers in a modal."""
    user, word = body["user"]["id"], str(action["action_id"]).partition(":")[2]
    services.rights.require(user, SUBCOMMANDS[word].right)
    with services.store.read() as tx:
        answer = SUBCOMMANDS[word].run(services, tx, Asked(text=word, user=user, channel=user))
    open_modal(services, body, messages.modal(_ABOUT[word], answer.blocks))
    ack()
