"""Use case: a storm's roll-up is shown, calls for what nobody sees to, ends, and has its alerts put in a file."""

from __future__ import annotations

from typing import Any

import structlog

from bot.attachments import File
from bot.config import Escalation
from bot.errors import NotFound
from bot.messages import storm as messages
from bot.messages.text import Message
from bot.reports import csv
from bot.services import Services
from bot.store import Tx, attachments, escalations, outbox, storms
from bot.store.escalations import Together
from bot.store.storms import MEMBER, Storm
from bot.storms import calm, is_over
from checks.model import Severity

log = structlog.get_logger(__name__)

CSV = "storm-csv"
"""Names `csv_file` among the makers of attachments."""
EVERY = 10
"""Seconds between two looks; a channel takes thirty calls a minute, and the roll-up is to be few of them."""


def tend(services: Services) -> None:
    """End the storms that are over, and show the roll-ups as they now are."""
    with services.store.read() as tx:
        running = storms.running(tx)
    for storm in running:
        with services.store.write() as tx:
            _end_if_over(services, tx, storm)
    with services.store.read() as tx:
        stale = storms.stale(tx)
    for storm in stale:
        with services.store.write() as tx:
            show(services, tx, storm.id)


def show(services: Services, tx: Tx, storm_id: str) -> None:
    """Post the roll-up, or edit it, as it now is; before the cards that came before the storm and still wait."""
    storm = find(tx, storm_id)
    card = messages.card(storm, storms.tally(tx, storm.id), services.settings.account_name, services.now())
    outbox.message(tx, storm.key, storm.channel, card.text, card.blocks, services.now(), urgent=True)
    storms.fresh(tx, storm.id)


def escalate(services: Services, tx: Tx, waiting: Together, step: Escalation) -> None:
    """Call for all that nobody has acknowledged in a roll-up, in its thread and in the channel of the step."""
    storm, now = find(tx, waiting.storm), services.now()
    minutes = int((now - waiting.since).total_seconds() // 60)
    reply(services, tx, storm, "called", messages.called(waiting.number, minutes, step.mention))
    if step.channel:
        said = messages.called(waiting.number, minutes, step.mention, storm)
        key = f"{storm.key}:step:{step.key}:{now.isoformat()}"
        outbox.message(tx, key, step.channel, said.text, said.blocks, now)
    log.info("a roll-up was escalated", storm=storm.id, step=step.key)


def remind(services: Services, tx: Tx, left: Together, severity: Severity) -> None:
    """Remind whose they are of acknowledged alerts of a roll-up on which nobody did anything."""
    storm, now = find(tx, left.storm), services.now()
    said = messages.reminder(left.number, severity, left.whom, int((now - left.since).total_seconds() // 3600))
    reply(services, tx, storm, f"reminder:{severity}:{left.whom}", said)
    escalations.remind_together(tx, left, severity, "reminds of it, in the roll-up's thread", now)


def find(tx: Tx, storm_id: str) -> Storm:
    """The storm with that id. Raises NotFound."""
    storm = storms.get(tx, storm_id)
    if storm is None:
        raise NotFound("Picket knows nothing of this roll-up (any more).")
    return storm


def ask_for_csv(services: Services, storm_id: str) -> None:
    """Ask for a file of its alerts as they now are, in its thread. Raises NotFound."""
    with services.store.write(timeout=1) as tx:
        _want(services, tx, find(tx, storm_id), services.new_id())


def csv_file(services: Services, key: str) -> File:
    """The file for the thread of the roll-up `key`: every alert that ever joined, the worst first."""
    name = services.settings.account_name
    account = MEMBER.index("account")
    with services.store.read() as tx:
        storm, now = find(tx, key.partition(":")[2]), services.now()
        rows = [
            (*_words(row[:-1]), name(row[account]), "here" if row[-1] else "elsewhere")
            for row in storms.members(tx, storm.id)
        ]
    content = csv.table((*MEMBER, "account_name", "told_of"), rows)
    title = f"The {len(rows):,} alerts of the storm, as of {now:%Y-%m-%d %H:%M} UTC"
    return File(filename=f"storm-{storm.id}-{now:%H%M}.csv", title=title, content=content, alt_text=title)


def _words(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A member with its severity in words."""
    at = MEMBER.index("severity")
    return (*row[:at], Severity(row[at]), *row[at + 1 :])


def _end_if_over(services: Services, tx: Tx, storm: Storm) -> None:
    settings, now = services.settings.storms, services.now()
    if not is_over(settings, storm, storms.lately(tx, storm.channel, now - calm(settings)), now):
        return
    storms.end(tx, storm, now)
    ended = find(tx, storm.id)
    reply(services, tx, ended, "over", messages.over(ended, storms.tally(tx, storm.id), now))
    _want(services, tx, ended, "all")


def reply(services: Services, tx: Tx, storm: Storm, what: str, said: Message) -> None:
    """Say something in the thread of the roll-up; `what` names it, once at a moment."""
    now = services.now()
    key = f"{storm.key}:{what}:{now.isoformat()}"
    outbox.message(tx, key, storm.channel, said.text, said.blocks, now, parent=storm.key)


def _want(services: Services, tx: Tx, storm: Storm, name: str) -> None:
    attachments.want(tx, f"{storm.key}:csv:{name}", CSV, storm.key, services.now())
