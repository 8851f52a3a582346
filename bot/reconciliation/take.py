"""Takes in what a place holds and the alerts do not, through the same intake as what the queue brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.alerts import Ignored, Signal, Source
from bot.aws.looking import Item
from bot.errors import StoreBusy, StoreError
from bot.intake import reconcile
from bot.intake.keep import keep
from bot.intake.parse import parse
from bot.intake.reconcile import Verdict
from bot.reconciliation.read import Place
from bot.services import Services
from bot.store import Tx, drills, looks, part

log = structlog.get_logger(__name__)

T = TypeVar("T")

_TOGETHER = 10
"""Things in a transaction: a click waits no longer than for these."""
_BROUGHT, _UNREAD = "brought", "unread"
_NEWS = (Verdict.MISSED, Verdict.OVER)


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
    with services.store.read() as tx:
        judged = [(_verdict(services, tx, place, item), item) for item in place.seen.items]
    counts = Counter(verdict for verdict, _ in judged if verdict not in _NEWS)
    news = [item for verdict, item in judged if verdict in _NEWS]
    _each(services, news, lambda tx, item: counts.update([_take(services, tx, place, item)]))
    _each(services, place.seen.gone, lambda tx, id_: _gone(services, tx, place, id_))
    with services.store.write(timeout=30) as tx:
        looks.save(tx, _looked(look, counts, began, blame=blame))
    return counts[Verdict.MISSED]


def _looked(look: looks.Look, counts: Counter[str], began: datetime, *, blame: bool) -> looks.Look:
    """The look that found so much of each kind."""
    missed, unread = counts[Verdict.MISSED], counts[_UNREAD]
    # before the first look there may have been no rule yet
    streak = look.missed + missed if blame and look.looked_at else look.missed
    return replace(
        look,
        looked_at=began,
        failed_at=(look.failed_at or began) if unread else None,
        why=f"{unread:,} of what it holds cannot be read; Picket's log says why." if unread else "",
        missed=0 if counts[_BROUGHT] and not missed else streak,
    )


def _each(services: Services, things: Sequence[T], take: Callable[[Tx, T], None]) -> None:
    for start in range(0, len(things), _TOGETHER):
        with services.store.write(timeout=30) as tx:
            for each in things[start : start + _TOGETHER]:
                take(tx, each)


def _verdict(services: Services, tx: Tx, place: Place, item: Item) -> str:
    """What to make of one thing, or that the queue brought it since the last look."""
    try:
        return _judge(services, tx, place, item)[0]
    except Exception as fault:
        log.exception("what aws holds cannot be read", account=place.look.account, reason=str(fault))
        return _UNREAD


def _take(services: Services, tx: Tx, place: Place, item: Item) -> str:
    """Take in one thing that is news, unless the queue has just brought it; what was made of it."""
    try:
        with part(tx):
            verdict, said, body = _judge(services, tx, place, item)
            if verdict is Verdict.MISSED and isinstance(said, Signal):
                said = reconcile.found(said, services.now())
            if verdict in _NEWS and keep(services, tx, said, body) is None:
                return Verdict.KNOWN
            return verdict
    except (StoreBusy, StoreError):
        raise  # no fault of the thing
    except Exception as fault:
        log.exception("what aws holds cannot be taken in", account=place.look.account, reason=str(fault))
        return _UNREAD


def _judge(services: Services, tx: Tx, place: Place, item: Item) -> tuple[str, Signal | Ignored, str]:
    """What to make of one thing, what it says, and in which words of AWS."""
    now, source = services.now(), Source(place.look.source)
    before = looks.known(tx, source, item["AlarmArn"] if source is Source.CLOUDWATCH else item["Id"])
    alert, known = before or (None, None)
    if source is Source.CLOUDWATCH:
        body = reconcile.of_alarm(item, "ALARM" if known and known.active else "")
    else:
        body = reconcile.of_finding(item)
    (said,) = parse(body, now, alarms=services.settings.alarms)
    if isinstance(said, Ignored):
        return Verdict.KNOWN, said, body
    if said.sample and drills.of_sample(tx, said.type, said.at, said.member_id):
        return Verdict.KNOWN, said, body  # whether a drill came by the queue is its own to say
    if known is None and said.at < place.look.since:
        return Verdict.KNOWN, said, body
    grace = timedelta(minutes=services.settings.reconciliation.grace_minutes)
    verdict = reconcile.judge(known, said, now, grace, place.seen.pace)
    if verdict is Verdict.KNOWN and known and said.at >= (place.look.looked_at or now) and "looked" not in known.facts:
        return _BROUGHT, said, body
    if verdict is Verdict.OVER and alert and alert.waiting_since > now - grace:
        return Verdict.WAITING, said, body  # somebody may just have reopened it, and GuardDuty be told later
    return verdict, said, body


def _gone(services: Services, tx: Tx, place: Place, id_: str) -> None:
    """What AWS has no more is over: nothing will ever say so."""
    before = looks.known(tx, Source(place.look.source), id_)
    if before and before[1].active:
        keep(services, tx, reconcile.gone(*before, services.now()), "")
