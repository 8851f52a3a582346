"""Which suppressions have ended or cover nothing, so that somebody takes them out; gathered as an audit goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from bot.config import Offline
from checks.catalog import CATALOG
from checks.model import Finding, Status
from checks.selection import Selection
from checks.suppression import Suppression, idle


def within(
    settings: Offline, selection: Selection, checks: Collection[str], chosen: Collection[str]
) -> frozenset[Suppression]:
    """The suppressions of which nothing lies outside of the checks, accounts and regions that are looked at."""
    if not settings.suppressions or selection.regions or selection.severity is not None:
        return frozenset()
    accounts = [*settings.aws.accounts, *(settings.account(id_) for id_ in chosen)]
    off = {account.id: settings.for_judging(account).disabled for account in accounts}
    everything = [(check, account) for account, disabled in off.items() for check in CATALOG if check not in disabled]
    return frozenset(
        one
        for one in settings.accepted()
        if all(check in checks and account in chosen for check, account in everything if one.may_cover(check, account))
    )


def standing(settings: Offline, told: Collection[str], today: date) -> list[str]:
    """The warnings that hold now: of suppressions that have ended, and those that the last whole audit `told`.

    What is no longer in the settings needs no warning any more.
    """

    def still(one: Suppression) -> bool:
        return not set(idle([one], (), today, lambda _: True)).isdisjoint(told)

    return idle(settings.accepted(), (), today, still)


@dataclass(kw_only=True)
class Accepted:
    """What an audit shows of the suppressions."""

    suppressions: tuple[Suppression, ...] = ()
    within: frozenset[Suppression] = frozenset()
    """Those of which nothing lies outside of what is asked for."""
    _used: set[Suppression] = field(default_factory=set)
    _unknown: set[tuple[str, str]] = field(default_factory=set)

    def add(self, used: Iterable[Suppression], findings: Iterable[Finding]) -> None:
        """Take in an account: the suppressions that covered something, and its findings."""
        self._used.update(used)
        self._unknown.update((one.check, one.account) for one in findings if one.status is Status.UNKNOWN)

    def warnings(self, today: date, *, through: bool) -> list[str]:
        """Of those that have ended; and once it is `through`, of those that cover nothing of what is known."""

        def looked(one: Suppression) -> bool:
            unknown = any(one.may_cover(check, account) for check, account in self._unknown)
            return through and one in self.within and not unknown

        return idle(self.suppressions, self._used, today, looked)
