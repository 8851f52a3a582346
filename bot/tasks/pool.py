"""A pool of spawned processes: reading a large account holds up no click, and gives its memory back at the end."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from queue import Empty
from typing import Any

from bot.errors import PicketError
from bot.tasks.here import RARELY, run_next
from bot.tasks.place import run_on
from bot.tasks.task import AccountResult, OnStep, Step, Task

MOST = 4
"""Processes, however many cores there are: each has sixteen calls of AWS in the air."""


def in_processes(
    tasks: Sequence[Task], on_step: OnStep, stop: threading.Event, *, partial: bool = False
) -> Iterator[AccountResult]:
    """The results of `tasks` as they come from spawned processes, which end with the last of them.

    Soon after `stop` is set it raises Interrupted, or ends with what was read by then if a `partial` result is wanted.
    Raises PicketError when a process was killed.
    """
    pool = _Pool(min(len(tasks), os.cpu_count() or 1, MOST), partial=partial)
    try:
        yield from run_on(pool, tasks, on_step, stop, partial=partial)
        pool.executor.shutdown()
        for step in pool.steps():  # the last of them travel slower than the results
            on_step(step)
    finally:
        pool.halt()
        pool.executor.shutdown(cancel_futures=True)
        pool.heard.close()


class _Pool:
    """A Place of so many processes."""

    def __init__(self, processes: int, *, partial: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.heard: multiprocessing.Queue[Step] = context.Queue()
        self._halt = context.Event()
        self._processes, self._partial = processes, partial
        self.executor = ProcessPoolExecutor(
            processes, mp_context=context, initializer=_begin, initargs=(self.heard, self._halt)
        )

    def room(self) -> int:
        """One task a process."""
        return self._processes

    def submit(self, task: Task) -> Future[AccountResult]:
        """Hand a task over; the first begins the processes."""
        try:
            with _without_interrupts():
                return self.executor.submit(_in_child, task, self._partial)
        except BrokenProcessPool as error:
            raise _killed() from error

    def steps(self) -> Iterator[Step]:
        """What the processes said since it was last asked."""
        try:
            while True:
                yield self.heard.get_nowait()
        except Empty:
            return

    def halt(self) -> None:
        """Let what is under way end soon."""
        self._halt.set()

    def failed(self, _: Task, error: Exception) -> AccountResult:
        """None is an account's alone: a process that is killed takes the pool with it."""
        if isinstance(error, BrokenProcessPool):
            raise _killed() from error
        raise error


def _killed() -> PicketError:
    return PicketError(
        "A process that was reading AWS was killed, perhaps for want of memory. Ask again; if it comes back, "
        "audit fewer accounts at once."
    )


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
    gc.set_threshold(*RARELY)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _in_child(task: Task, partial: bool) -> AccountResult:
    return run_next(task, _child["steps"].put, _child["held"], _child["halt"].is_set, partial=partial)
