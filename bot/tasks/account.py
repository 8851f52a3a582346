"""One account collected and judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from bot.aws import accounts
from bot.aws.collect import collect, gap, is_regional, plan
from bot.aws.collect.collector import Scope
from bot.aws.sessions import Call, Sessions
from bot.errors import AwsError, AwsUnreachable
from bot.tasks.task import EVERYWHERE, AccountResult, OnStep, Step, Task
from checks.catalog import CATALOG
from checks.inventory import GLOBAL, Gap, Inventory
from checks.judge import judge
from checks.model import Check
from checks.suppression import suppress, tags_of


def run_account(
    task: Task,
    on_step: OnStep = lambda _: None,
    sessions: Sessions | None = None,
    *,
    enough: Callable[[], bool] = lambda: False,
) -> AccountResult:
    """Collect and judge one account. What AWS refuses or fails to answer is a gap in the result; nothing is raised
    but what `on_step` raises, by which the work ends.

    Without `sessions`, those that the task describes are made. Once there is `enough`, AWS is asked nothing more: what
    was not read by then is a gap, and what was is judged.
    """

    def ask(_: Call) -> None:
        if enough():
            raise AwsUnreachable("The audit was stopped before this was read.")

    began = time.monotonic()
    sessions = sessions or Sessions.of(task.aws)
    with sessions.listening(ask):
        inventory = read(task, on_step, sessions)
    return replace(_judged(task, inventory), seconds=time.monotonic() - began)


def unread(task: Task, why: str) -> AccountResult:
    """The result of an account that could not be read at all: every check that was asked for is UNKNOWN, as `why`."""
    gaps = _gaps(task.account.id, _checks(task), AwsUnreachable(why), *Scope)
    return _judged(task, _nothing(task, gaps))


def _checks(task: Task) -> list[Check]:
    return [CATALOG[id_] for id_ in task.checks]


def _nothing(task: Task, gaps: tuple[Gap, ...]) -> Inventory:
    return Inventory(account=task.account.id, name=task.account.name, collected_at=task.at, gaps=gaps)


def _judged(task: Task, inventory: Inventory) -> AccountResult:
    checks = _checks(task)
    found = judge(inventory, checks, task.settings)
    findings, accepted = suppress(found, task.suppressions, tags_of(inventory), task.at.date())
    return AccountResult(
        account=task.account.id,
        name=task.account.name,
        regions=inventory.regions,
        left_out=inventory.left_out,
        findings=findings,
        accepted=accepted,
        covered=_covered(inventory, checks),
        gaps=inventory.gaps,
        calls=inventory.calls,
    )


def read(task: Task, on_step: OnStep, sessions: Sessions) -> Inventory:
    """Collect what the checks of `task` need to know; what cannot be read is a gap."""
    account, checks, regions = task.account, _checks(task), accounts.Regions()
    lost: tuple[Gap, ...] = ()
    try:
        partition = sessions.caller.partition
    except AwsError as error:
        return _nothing(task, _gaps(account.id, checks, error, *Scope))
    if is_regional(checks):
        try:
            regions = accounts.regions(sessions, account.id, task.regions)
        except AwsError as error:
            lost = _gaps(account.id, checks, error, Scope.REGIONAL)
    inventory = collect(
        sessions, account, regions, checks, now=task.at, partition=partition, progress=_steps(task, regions, on_step)
    )
    return replace(inventory, gaps=inventory.gaps + lost)


def _steps(task: Task, regions: accounts.Regions, on_step: OnStep) -> Callable[[str], None]:
    step = Step(account=task.account.id, regions=len(regions.enabled) + 1, regions_done=0)
    on_step(step)

    def progress(_: str) -> None:
        nonlocal step
        step = replace(step, regions_done=step.regions_done + 1)
        on_step(step)

    return progress


def _gaps(account: str, checks: list[Check], error: AwsError, *scopes: Scope) -> tuple[Gap, ...]:
    return tuple(
        gap(account, GLOBAL if collector.scope is Scope.GLOBAL else EVERYWHERE, collector.record, error)
        for collector in plan(checks)
        if collector.scope in scopes
    )


def _covered(inventory: Inventory, checks: list[Check]) -> frozenset[tuple[str, str]]:
    scopes = {collector.record: collector.scope for collector in plan(checks)}
    covered = set()
    for check in checks:
        kinds_in = {
            region: [kind for kind in check.judges if (scopes[kind] is Scope.GLOBAL) == (region == GLOBAL)]
            for region in (GLOBAL, *inventory.regions)
        }
        # what a service tells once for all regions may lie in any of them
        if all(inventory.gap(kind, GLOBAL) is None for kind in kinds_in[GLOBAL]):
            covered |= {
                (check.id, region)
                for region, kinds in kinds_in.items()
                if kinds and all(inventory.gap(kind, region) is None for kind in kinds)
            }
    return frozenset(covered)
