"""Lists of alerts by keyboard: `/aws-audit alerts mine 2`, seen by the asker alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, Respond

from bot import home
from bot.errors import UserError
from bot.messages import Message
from bot.messages.alert_list import build
from bot.messages.text import code, fit
from bot.rights import Right
from bot.services import Services
from bot.store import Tx
from bot.store import home as lists
from bot.store.home import Listing
from handlers.request import turned
from handlers.subcommand import Asked, Subcommand, plain_words


def register(app: App) -> None:
    """Add the listener."""
    app.action(re.compile(r"^alerts:page:\w+$"))(_turn)


def _alerts(services: Services, tx: Tx, asked: Asked) -> Message:
    words = plain_words(asked.text.lower())[1:]
    numbers, names = [w for w in words if w.isdecimal() and len(w) < 7], [w for w in words if not w.isdecimal()]
    if len(numbers) > 1 or len(names) > 1 or (names and names[0] not in set(Listing)):
        choices = ", ".join(f"`{each}`" for each in Listing)
        raise UserError(
            f"{fit(' '.join(words), 100, code)} is no list of alerts. There are {choices}; a number is a page."
        )
    which = Listing(names[0]) if names else Listing.OPEN
    return _list(services, tx, asked.user, which, int(numbers[0]) if numbers else 1)


def _list(services: Services, tx: Tx, user: str, which: Listing, number: int) -> Message:
    page = lists.page(tx, which, user, number)
    counts = {each: lists.counted(tx, each, user) for each in Listing}
    around = replace(home.around(services, tx, {which: page}), ids=True)
    return build(which, page, counts, around)


def _turn(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services, respond: Respond) -> None:
    """Put another page in the place of the one that is shown."""
    user = body["user"]["id"]
    services.rights.require(user, Right.RESPOND)
    ((name, number),) = turned(action, set(Listing)).items()
    with services.store.read() as tx:
        answer = _list(services, tx, user, Listing(name), number)
    ack()
    respond(text=answer.text, blocks=[dict(block) for block in answer.blocks], replace_original=True)


COMMANDS: Mapping[str, Subcommand] = {
    "alerts": Subcommand(
        "alerts [mine|open|critical|snoozed|muted] [2]",
        "lists alerts for you alone, a page at a time, each with its details",
        _alerts,
        Right.RESPOND,
    )
}
