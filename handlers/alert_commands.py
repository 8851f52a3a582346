"""What the buttons of an alert's card do, by keyboard: `/aws-audit ack 3f2a9c01b7de`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot import alerts, archiving, relay, snoozing
from bot.alerts import Alert, Moved, Resolution
from bot.errors import UserError
from bot.messages import Message
from bot.messages.alert_actions import ENDINGS, SNOOZES, TOMORROW
from bot.messages.alert_modals import LONGEST_NOTE
from bot.messages.blocks import section
from bot.messages.limits import cut
from bot.messages.text import code, fit
from bot.rights import Right
from bot.services import Services
from bot.snoozing import Wanted
from bot.store import Tx
from bot.store.snoozes import Scope
from handlers.alert import to_owner
from handlers.snooze import preset
from handlers.subcommand import Asked, Subcommand, plain_words

_WHO = re.compile(r"<(?:@|!subteam\^)([UWS][A-Z0-9]{2,})(?:\|[^>]*)?>")
_LENGTH = re.compile(r"(\d{1,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _words(asked: Asked, usage: str, least: int = 1) -> list[str]:
    """What stands behind the subcommand, at least that many words. Raises UserError with the usage."""
    words = plain_words(asked.text)[1:]
    if len(words) < least:
        raise UserError(f"Type it as `/aws-audit {usage}`; an alert's id stands at the foot of its card.")
    return words


def _moves(usage: str, done: str, move: Callable[[Alert, str, datetime], Moved]) -> Callable[..., Message]:
    """A subcommand of an id alone."""

    def run(services: Services, tx: Tx, asked: Asked) -> Message:
        alert = relay.named(tx, _words(asked, usage)[0].lower())
        relay.apply(services, tx, alert.id, lambda each: move(each, asked.user, services.now()))
        return _done(alert, done)

    return run


def _assign(services: Services, tx: Tx, asked: Asked) -> Message:
    id_, who = _words(asked, "assign ID @who", 2)[:2]
    alert = relay.named(tx, id_.lower())
    if who.lower() == "me":
        relay.apply(services, tx, alert.id, lambda each: alerts.claim(each, asked.user, services.now()))
    elif who.lower() == "owner":
        relay.apply(services, tx, alert.id, lambda each: to_owner(services, each, asked.user))
    elif found := _WHO.fullmatch(who):
        whom = found[1]
        relay.apply(services, tx, alert.id, lambda each: alerts.assign(each, asked.user, whom, services.now()))
    else:
        raise UserError(f"{fit(who, 100, code)} is nobody: choose a name that Slack offers after @, or me, or owner.")
    return _done(alert, "is assigned")


def _note(services: Services, tx: Tx, asked: Asked) -> Message:
    id_, *rest = _words(asked, "note ID TEXT", 2)
    alert, words = relay.named(tx, id_.lower()), cut(" ".join(rest), LONGEST_NOTE)
    relay.apply(services, tx, alert.id, lambda each: alerts.note(each, asked.user, words, services.now()))
    return _done(alert, "has your note")


def _snooze(services: Services, tx: Tx, asked: Asked) -> Message:
    id_, length, *rest = _words(asked, "snooze ID 4h|tomorrow|changes|2026-12-24 [resource|type|account]", 2)
    alert, length = relay.named(tx, id_.lower()), length.lower()
    scope = next((Scope(word) for word in rest if word in set(Scope)), Scope.ALERT)
    if length in (*SNOOZES, *ENDINGS, TOMORROW):
        after = preset(services, tx, alert.id, asked.user, length, asked.zone, scope)
    else:
        wanted = Wanted(until=_until(length, services.now()), scope=scope)
        after = snoozing.snooze(services, tx, alert.id, asked.user, wanted)
    until = f"{after.snoozed_until:%Y-%m-%d %H:%M} UTC" if after.snoozed_until else ""
    return _done(alert, f"is snoozed until {until}")


def _until(length: str, now: datetime) -> datetime:
    """The moment that `4h`, `3d` or `2026-12-24` (09:00 UTC) means."""
    if found := _LENGTH.fullmatch(length):
        return now + timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return datetime.combine(datetime.fromisoformat(length).date(), datetime.min.time(), UTC) + timedelta(hours=9)
    except ValueError:
        choices = ", ".join(f"`{each}`" for each in ("4h", "3d", TOMORROW, *ENDINGS, "2026-12-24"))
        raise UserError(f"{fit(length, 60, code)} is no length of a snooze; there are {choices}.") from None


def _unsnooze(services: Services, tx: Tx, asked: Asked) -> Message:
    alert = relay.named(tx, _words(asked, "unsnooze ID")[0].lower())
    snoozing.rouse(services, tx, alert.id, asked.user)
    return _done(alert, "is awake")


def _resolve(services: Services, tx: Tx, asked: Asked) -> Message:
    id_, reason, *rest = _words(asked, "resolve ID fixed|false-positive|accepted [NOTE]", 2)
    alert = relay.named(tx, id_.lower())
    why = Resolution.__members__.get(reason.upper().replace("-", "_"))
    if why is None:
        raise UserError(f"{fit(reason, 60, code)} is no reason; there are `fixed`, `false-positive` and `accepted`.")
    note = cut(" ".join(rest), LONGEST_NOTE)
    archiving.resolve(services, tx, alert.id, asked.user, why, note)
    return _done(alert, f"is resolved as {why}")


def _done(alert: Alert, what: str) -> Message:
    text = f"{fit(alert.title, 200)} ({code(alert.id)}) {what}."
    return Message(text, [section(text)])


def _by_zone(text: str) -> bool:
    return TOMORROW in text.lower().split()


COMMANDS: Mapping[str, Subcommand] = {
    "ack": Subcommand(
        "ack ID", "acknowledges an alert", _moves("ack ID", "is yours", alerts.acknowledge), Right.RESPOND
    ),
    "unack": Subcommand(
        "unack ID", "gives it back", _moves("unack ID", "is given back", alerts.unacknowledge), Right.RESPOND
    ),
    "assign": Subcommand("assign ID me|owner|@who", "says whose work an alert is", _assign, Right.RESPOND),
    "note": Subcommand("note ID TEXT", "puts a note in its thread", _note, Right.RESPOND),
    "snooze": Subcommand(
        "snooze ID 4h|tomorrow|changes [resource|type|account]",
        "keeps it quiet for a while, until a day, or until it changes, `worse` or `doubles`",
        _snooze,
        Right.RESPOND,
        _by_zone,
    ),
    "unsnooze": Subcommand("unsnooze ID", "ends the snooze", _unsnooze, Right.RESPOND),
    "resolve": Subcommand(
        "resolve ID fixed|false-positive|accepted [NOTE]", "resolves it, and says why", _resolve, Right.RESPOND
    ),
    "reopen": Subcommand("reopen ID", "opens it again", _moves("reopen ID", "is open", alerts.reopen), Right.RESPOND),
}
