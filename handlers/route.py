"""`/aws-audit route`: where an alert, or something that is described, would go now and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import relay
from bot.alerts import Signal, Source
from bot.config import Offline
from bot.errors import UserError
from bot.messages import Message
from bot.messages.route import build
from bot.messages.text import code, fit
from bot.rights import Right
from bot.routing import Subject
from bot.services import Services
from bot.store import Tx
from checks.model import Severity
from handlers.subcommand import Asked, Subcommand, plain_words

USAGE = "route ID|severity=high source=guardduty account=… region=… type=… resource=… tag=team=web"
_KEYS = ("severity", "source", "account", "region", "type", "resource", "tag")


def _route(services: Services, tx: Tx, asked: Asked) -> Message:
    words = plain_words(asked.text)[1:]
    if not words:
        raise UserError(f"Type it as `/aws-audit {USAGE}`; an alert's id stands at the foot of its card.")
    now = services.now()
    if len(words) == 1 and "=" not in words[0]:
        subject: Subject = relay.named(tx, words[0].lower())
    else:
        subject = described(services.settings, words, now)
    return build(services.settings, subject, now)


def described(settings: Offline, words: Sequence[str], now: datetime) -> Signal:
    """Something with what the words say of it. Raises UserError for one that cannot be."""
    given: dict[str, Any] = {"tag": {}}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key.lower() not in _KEYS:
            raise UserError(
                f"{fit(word, 100, code)} says nothing that I can route by. There are "
                f"{', '.join(f'`{each}=`' for each in _KEYS)}; or an alert's id alone."
            )
        if key.lower() == "tag":
            name, _, text = value.partition("=")
            given["tag"][name] = text
        else:
            given[key.lower()] = value
    accounts = settings.aws.accounts
    account = next((one.id for one in accounts if one.name == given.get("account")), given.get("account", ""))
    return Signal(
        event_id="",
        member_id="",
        source=_source(given.get("source", "")),
        type=given.get("type", ""),
        account=account,
        region=given.get("region", "global"),
        resource=given.get("resource", ""),
        severity=_severity(given.get("severity", "")),
        title="",
        at=now,
        facts={"tags": given["tag"]},
    )


def _source(word: str) -> Source:
    if word and word.lower() not in set(Source):
        raise UserError(f"{fit(word, 60, code)} is no source; there are {', '.join(f'`{each}`' for each in Source)}.")
    return Source(word.lower()) if word else Source.UNKNOWN


def _severity(word: str) -> Severity:
    if word and word.upper() not in Severity.__members__:
        raise UserError(f"{fit(word, 60, code)} is no severity; there are info, low, medium, high and critical.")
    return Severity.named(word) if word else Severity.MEDIUM


COMMANDS: Mapping[str, Subcommand] = {
    "route": Subcommand(USAGE, "says where an alert, or something like it, goes now, and why", _route, Right.RESPOND)
}
