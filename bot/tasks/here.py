"""Accounts one after the other, in the process that asks: also what each other process does with an account."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.aws.sessions import Sessions
from bot.tasks.account import run_account
from bot.tasks.task import AccountResult, Interrupted, OnStep, Step, Task

RARELY = (50_000, 20, 100)
"""Thresholds of the garbage collector in a process that audits and does nothing else."""


def in_this_process(
    tasks: Sequence[Task],
    on_step: OnStep,
    stop: threading.Event,
    *,
    sessions: Sessions | None = None,
    partial: bool = False,
) -> Iterator[AccountResult]:
    """The results of `tasks`, one after the other, by `sessions` where there are some of their settings.

    Soon after `stop` is set it raises Interrupted, or ends with what was read by then if a `partial` result is wanted.
    """
    held = [sessions] if sessions else []
    with rarely_collected():
        for task in tasks:
            if partial and stop.is_set():
                return
            yield run_next(task, on_step, held, stop.is_set, partial=partial)


def run_next(
    task: Task, on_step: OnStep, held: list[Sessions], stopped: Callable[[], bool], *, partial: bool
) -> AccountResult:
    """Collect and judge the next account of this thread.

    `held` keeps the sessions for the one after, which needs the same parsed models of AWS's services. Once it is
    `stopped` it raises Interrupted, or ends with what was read by then if a `partial` result is wanted.
    """

    def checked(step: Step) -> None:
        if stopped() and not partial:
            raise Interrupted("The audit was stopped.")
        on_step(step)

    if held:
        gc.collect()  # the clients of the account before are full of cycles
    if not held or held[0].aws != task.aws:
        held[:] = [Sessions.of(task.aws)]
    try:
        return run_account(task, checked, held[0], enough=stopped if partial else lambda: False)
    finally:
        held[0].forget(task.account.id)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for garbage rarely while the block runs: an audit makes objects by the million and keeps most of them, and
    to walk through them again and again took it a quarter of its time."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
