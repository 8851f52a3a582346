"""One problem is one alert, whichever sources tell of it: by the table, the operator's joins, and what people split."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts import Problem, Signal, Source
from bot.alerts.problems import problem
from bot.alerts.resources import account_of
from bot.config import Join, Offline
from bot.intake import practices
from bot.routing import fits
from bot.store import Tx, alerts, findings, splits


def place(settings: Offline, tx: Tx, signal: Signal) -> Signal:
    """`signal` with the problem that it is of, and so with the id of its alert; as it is when it has one, or when
    each source has alerts of its own.
    """
    if signal.problem is not None:
        return signal
    if signal.source is Source.CLOUDWATCH:
        signal = practices.served(signal, findings.watching(tx, signal.account, signal.resource))
    if not settings.joining.enabled:
        own = Problem(name=f"{signal.source}:{signal.type}", region=signal.region, resource=signal.resource)
        return _as_before(tx, signal, own)
    placed = _as_before(tx, signal, _of_operator(settings.joins, signal) or problem(signal))
    if placed.problem and splits.has(tx, placed.identity):
        return replace(placed, problem=replace(placed.problem, apart=True))
    return placed


def _as_before(tx: Tx, signal: Signal, found: Problem) -> Signal:
    """With the resource by which its alert knows it: an update of a GuardDuty finding may name another, or none."""
    placed = replace(signal, problem=found)
    if signal.source is not Source.GUARDDUTY:
        return placed
    known = alerts.identities(tx, signal.source, signal.member_id, signal.account, found.name)
    if not known or placed.identity in known:
        return placed
    region, _, rest = known[0].removeprefix(f"{signal.account}\n").partition("\n")
    return replace(signal, problem=replace(found, region=region, resource=rest.removesuffix(f"\n{found.name}")))


def _of_operator(joins: tuple[Join, ...], signal: Signal) -> Problem | None:
    """By the first of the operator's joins that matches."""
    found = next((join for join in joins if fits(join.types.get(signal.source, ()), signal.type)), None)
    if found is None:
        return None
    own = problem(signal)
    name, why = f"join:{found.name}", f"the settings join them as “{found.name}”"
    if found.whole_account:
        return Problem(name=name, region="global", resource=account_of(signal.account), why=why)
    return replace(own, name=name, why=why)
