"""`/aws-audit route`: where an alert, or something that is described, would go now and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bot import relay
from bot.alerts import Signal, Source
from bot.config import Offline, Route
from bot.dry_run import dry_run
from bot.errors import UserError
from bot.messages import Message
from bot.messages.dry_run import compared
from bot.messages.route import build
from bot.messages.text import code, fit
from bot.rights import Right
from bot.routing import Subject
from bot.services import Services
from bot.store import Tx, alerts
from checks.model import Severity
from handlers.subcommand import Asked, Subcommand, plain_words

USAGE = "route ID|severity=high source=guardduty account=… region=… type=… resource=… tag=team=web"
DRY = "route dry channel=#web severity=high source=… account=… type=… tag=team=web"
LOOKED_BACK, MOST = timedelta(days=30), 2_000
"""How far back, and at how many alerts at most, a dry run in Slack looks: longer holds up others' clicks."""
_CHANNEL = re.compile(r"<#\w+\|([^>]+)>")
"""As Slack sends the #name of a channel that it knows."""
_KEYS = ("severity", "source", "account", "region", "type", "resource", "tag")


def _route(services: Services, tx: Tx, asked: Asked) -> Message:
    words = plain_words(asked.text)[1:]
    if not words:
        raise UserError(f"Type it as `/aws-audit {USAGE}`; an alert's id stands at the foot of its card.")
    if words[0].lower() == "dry":
        return _dry(services, tx, words[1:])
    now = services.now()
    if len(words) == 1 and "=" not in words[0]:
        subject: Subject = relay.named(tx, words[0].lower())
    else:
        subject = described(services.settings, words, now)
    return build(services.settings, subject, now)


def _dry(services: Services, tx: Tx, words: Sequence[str]) -> Message:
    """What a further route, put first, would have changed in the last 30 days."""
    settings, since = services.settings, services.now() - LOOKED_BACK
    wanted = settings.model_copy(update={"routes": (_wanted(settings, words), *settings.routes)})
    return compared(dry_run(settings, wanted, alerts.opened_since(tx, since, MOST)), since, MOST)


def _wanted(settings: Offline, words: Sequence[str]) -> Route:
    """The route that the words describe. Raises UserError for one that the settings would not take."""
    table: dict[str, Any] = {}
    for word in words:
        key, _, value = word.partition("=")
        if key in ("severity", "channel", "hours", "days", "time_zone", "continue"):
            table[key] = _CHANNEL.sub(r"#\1", value)
        elif f"{key}s" in Route.model_fields:
            table.setdefault(f"{key}s", []).append(_number(settings, value) if key == "account" else value)
        else:
            raise UserError(f"{fit(word, 100, code)} is nothing of a route. Type it as `/aws-audit {DRY}`.")
    try:
        return Route.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        why = fit(f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}", 300)
        raise UserError(f"The settings would not take that route: {why}. Type it as `/aws-audit {DRY}`.") from error


def _number(settings: Offline, account: str) -> str:
    """The number of an account that is called so; else the word itself."""
    return next((one.id for one in settings.aws.accounts if one.name == account), account)


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
    account = _number(settings, given.get("account", ""))
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
    "route": Subcommand(
        USAGE, "says where that goes now, and why; `route dry …`: what one more route changes", _route, Right.RESPOND
    )
}
