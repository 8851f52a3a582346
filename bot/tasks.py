"""One account collected and judged: a picklable task, run in this process or in spawned ones.

Spawned processes keep the reading of a large account from holding up a click, and give its memory back at the end.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.synchronize import Event
from queue import Empty
from typing import Any

from bot import config
from bot.aws import accounts
from bot.aws.collect import collect, gap, is_regional, plan
from bot.aws.collect.collector import Scope
from bot.aws.sessions import Call, Sessions
from bot.errors import AwsError, AwsUnreachable, PicketError
from checks.catalog import CATALOG
from checks.inventory import GLOBAL, Gap, Inventory
from checks.judge import judge
from checks.model import Check, Finding
from checks.settings import CheckSettings
from checks.suppression import Suppression, suppress, tags_of

EVERYWHERE = "all regions"
"""The region of a gap where not even the account's regions could be read."""

_MOST_PROCESSES = 4
_TICK = 0.2
"""Seconds between looks at what the processes have to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to do, in words that can go to another process or machine: names of roles, never credentials."""

    aws: config.Aws
    account: config.Account
    checks: tuple[str, ...]
    """Ids."""
    regions: tuple[str, ...] = ()
    """Those asked for; empty: all that the account has enabled."""
    settings: CheckSettings
    suppressions: tuple[Suppression, ...] = ()
    at: datetime
    """From when ages are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far an account is; `global` counts as a region."""

    account: str
    regions: int
    regions_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountResult:
    """What became of a task."""

    account: str
    name: str = ""
    regions: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    accepted: frozenset[Suppression] = frozenset()
    """The suppressions by which findings are MUTED."""
    covered: frozenset[tuple[str, str]] = frozenset()
    """Checks and regions of which every resource was read."""
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0


class Interrupted(PicketError):
    """The service is stopping; what was not finished is done again when it comes back."""


OnStep = Callable[[Step], None]
Run = Callable[[Sequence[Task], OnStep, threading.Event], Iterator[AccountResult]]


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
    checks = [CATALOG[id_] for id_ in task.checks]
    sessions = sessions or Sessions.of(task.aws)
    with sessions.listening(ask):
        inventory = _inventory(task, checks, on_step, sessions)
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
        seconds=time.monotonic() - began,
    )


def _inventory(task: Task, checks: list[Check], on_step: OnStep, sessions: Sessions) -> Inventory:
    account, regions = task.account, accounts.Regions()
    lost: tuple[Gap, ...] = ()
    try:
        partition = sessions.caller.partition
    except AwsError as error:
        gaps = _gaps(account.id, checks, error, *Scope)
        return Inventory(account=account.id, name=account.name, collected_at=task.at, gaps=gaps)
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


def in_this_process(
    tasks: Sequence[Task], on_step: OnStep, stop: threading.Event, *, partial: bool = False
) -> Iterator[AccountResult]:
    """The results of `tasks`, one after the other.

    Soon after `stop` is set it raises Interrupted, or ends with what was read by then if a `partial` result is wanted.
    """
    held: list[Sessions] = []
    with rarely_collected():
        for task in tasks:
            if partial and stop.is_set():
                return
            yield _run(task, on_step, stop, partial, held)


def in_processes(
    tasks: Sequence[Task], on_step: OnStep, stop: threading.Event, *, partial: bool = False
) -> Iterator[AccountResult]:
    """The results of `tasks` as they come from spawned processes, which end with the last of them.

    Soon after `stop` is set it raises Interrupted, or ends with what was read by then if a `partial` result is wanted.
    Raises PicketError when a process was killed.
    """
    context = multiprocessing.get_context("spawn")
    steps: multiprocessing.Queue[Step] = context.Queue()
    halt = context.Event()
    workers = min(len(tasks), os.cpu_count() or 1, _MOST_PROCESSES)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(steps, halt))
    try:
        with _without_interrupts():
            waiting = {pool.submit(_in_child, task, partial) for task in tasks}
        while waiting:
            done, waiting = wait(waiting, _TICK, FIRST_COMPLETED)
            for step in _drain(steps):
                on_step(step)
            yield from _results(done)
            if stop.is_set() and not partial:
                raise Interrupted("The audit goes on when Picket is started again.")
            if stop.is_set():
                halt.set()
                waiting = {future for future in waiting if not future.cancel()}
        pool.shutdown()
        for step in _drain(steps):  # the last of them travel slower than the results
            on_step(step)
    finally:
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)
        steps.close()


def _results(done: set[Future[AccountResult]]) -> Iterator[AccountResult]:
    for future in done:
        try:
            yield future.result()
        except BrokenProcessPool as error:
            raise PicketError(
                "A process that was reading AWS was killed, perhaps for want of memory. Ask again; if it comes back, "
                "audit fewer accounts at once."
            ) from error


def _drain(steps: multiprocessing.Queue[Step]) -> Iterator[Step]:
    try:
        while True:
            yield steps.get_nowait()
    except Empty:
        return


def _run(
    task: Task, on_step: OnStep, stop: threading.Event | Event, partial: bool, held: list[Sessions]
) -> AccountResult:
    """`held` keeps the sessions for the next account, which needs the same parsed models of AWS's services."""

    def checked(step: Step) -> None:
        if stop.is_set() and not partial:
            raise Interrupted("The audit was stopped.")
        on_step(step)

    if held:
        gc.collect()  # the clients of the account before are full of cycles
    if not held or held[0].aws != task.aws:
        held[:] = [Sessions.of(task.aws)]
    try:
        return run_account(task, checked, held[0], enough=stop.is_set if partial else lambda: False)
    finally:
        held[0].forget(task.account.id)


_RARELY = (50_000, 20, 100)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for garbage rarely while the block runs: an audit makes objects by the million and keeps most of them, and
    to walk through them again and again took it a quarter of its time."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes that the block starts never hear Ctrl-C, which is their parent's; here it is heard after the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_child: dict[str, Any] = {}
"""In a spawned process: its sessions, and the queue and the event that it was born with; none can come with a task."""


def _begin(steps: multiprocessing.Queue[Step], halt: Event) -> None:
    """A spawned process begins; it does not outlive its parent."""
    _child.update(steps=steps, halt=halt, held=[])
    gc.set_threshold(*_RARELY)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _in_child(task: Task, partial: bool) -> AccountResult:
    return _run(task, _child["steps"].put, _child["halt"], partial, _child["held"])
