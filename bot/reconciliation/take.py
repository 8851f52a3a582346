"""Takes in what a place holds and the alerts do not, through the same intake as what the queue brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.alerts import Signal, Source
from bot.aws.looking import Item
from bot.intake import reconcile
from bot.intake.keep import keep
from bot.intake.parse import parse
from bot.intake.reconcile import Verdict
from bot.intake.shapes import Malformed
from bot.reconciliation.read import Place
from bot.services import Services
from bot.store import Tx, looks

log = structlog.get_logger(__name__)

T = TypeVar("T")

_TOGETHER = 10
"""Things in a transaction: a click waits no longer than for these."""
_BROUGHT = "brought"
_UNREAD = "unread"


def take_in(services: Services, place: Place, began: datetime, *, blame: bool) -> int:
    """Take in what a place holds and the alerts do not, and note the look; how much the queue should have brought.

    `began` is when the look began; `blame` whether what it missed is counted against the queue.
    """
    look = place.look
    if place.why:
        log.warning("a place could not be compared", account=look.account, region=look.region, reason=place.why)
        with services.store.write(timeout=30) as tx:
            looks.save(tx, replace(look, failed_at=look.failed_at or began, why=place.why))
        return 0
    counts: Counter[str] = Counter()
    _each(services, place.seen.items, lambda tx, item: counts.update([_item(services, tx, place, item)]))
    _each(services, place.seen.gone, lambda tx, id_: _gone(services, tx, place, id_))
    missed = counts[Verdict.MISSED]
    # before the first look there may have been no rule yet
    streak = look.missed + missed if blame and look.looked_at else look.missed
    unread = f"{counts[_UNREAD]:,} of what it holds cannot be read; Picket's log says why." if counts[_UNREAD] else ""
    with services.store.write(timeout=30) as tx:
        after = replace(
            look,
            looked_at=began,
            failed_at=(look.failed_at or began) if unread else None,
            why=unread,
            missed=0 if counts[_BROUGHT] and not missed else streak,
        )
        looks.save(tx, after)
    return missed


def _each(services: Services, things: Sequence[T], take: Callable[[Tx, T], None]) -> None:
    for some in _batches(things):
        with services.store.write(timeout=30) as tx:
            for each in some:
                take(tx, each)


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _TOGETHER):
        yield things[start : start + _TOGETHER]


def _item(services: Services, tx: Tx, place: Place, item: Item) -> str:
    """Take in one thing where it was missed, or is over; what was made of it."""
    now, source = services.now(), Source(place.look.source)
    before = looks.known(tx, source, item["AlarmArn"] if source is Source.CLOUDWATCH else item["Id"])
    known = before[1] if before else None
    if source is Source.CLOUDWATCH:
        body = reconcile.of_alarm(item, "ALARM" if known and known.active else "")
    else:
        body = reconcile.of_finding(item)
    try:
        (said,) = parse(body, now, alarms=services.settings.alarms)
    except Malformed as fault:
        log.warning("what aws holds cannot be read", account=place.look.account, source=str(source), reason=str(fault))
        return _UNREAD
    if not isinstance(said, Signal):
        return Verdict.KNOWN
    grace = timedelta(minutes=services.settings.reconciliation.grace_minutes)
    verdict = reconcile.judge(known, said, now, grace, place.seen.pace)
    if verdict is Verdict.KNOWN and known and said.at >= (place.look.looked_at or now) and "looked" not in known.facts:
        return _BROUGHT
    if verdict is Verdict.MISSED:
        said = reconcile.found(said, now)
    if verdict in (Verdict.MISSED, Verdict.OVER) and keep(services, tx, said, body) is None:
        return Verdict.KNOWN
    return verdict


def _gone(services: Services, tx: Tx, place: Place, id_: str) -> None:
    """What AWS has no more is over: nothing will ever say so."""
    source = Source(place.look.source)
    before = looks.known(tx, source, id_)
    if before is None or not before[1].active:
        return
    signal = reconcile.gone(*before, services.now())
    keep(services, tx, signal, "")
