"""Tasks handed to an executor a few at a time: a thousand accounts take no more memory than those under way."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol

from bot.tasks.task import AccountResult, Interrupted, OnStep, Step, Task

_TICK = 0.2
"""Seconds between looks at what the workers have to say."""


class Place(Protocol):
    """Where tasks run: an executor, and what it cannot say by itself. All but `steps` and `halt` raise PicketError
    when the place is lost."""

    def room(self) -> int:
        """How many tasks may be handed over and not yet be back; one at least."""

    def submit(self, task: Task) -> Future[AccountResult]:
        """Hand a task over."""

    def steps(self) -> Iterable[Step]:
        """What was heard since it was last asked."""

    def halt(self) -> None:
        """Let what is under way end soon."""

    def failed(self, task: Task, error: Exception) -> AccountResult:
        """The result of a task that raised `error`, where it is that account's alone; else raises, in words."""


def run_on(
    place: Place, tasks: Sequence[Task], on_step: OnStep, stop: threading.Event, *, partial: bool
) -> Iterator[AccountResult]:
    """The results of `tasks`, as `bot.tasks.task.Run` promises."""
    flow = _Flow(place, on_step, deque(tasks))
    flow.fill()
    while flow.under_way:
        done = wait(flow.under_way, _TICK, FIRST_COMPLETED).done
        flow.hear()
        while done:
            future = done.pop()
            task = flow.under_way.pop(future)
            if not stop.is_set():
                flow.fill()  # before the result is taken, which may be long in coming
            yield _result(place, task, future)
            del future  # and all the findings that it holds
        if stop.is_set():
            if not partial:
                raise Interrupted("The audit goes on when Picket is started again.")
            flow.cut_short()
        flow.fill()
    flow.hear()


@dataclass
class _Flow:
    """What is still to be handed over, and what is and is not yet back."""

    place: Place
    on_step: OnStep
    todo: deque[Task]
    under_way: dict[Future[AccountResult], Task] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    halted: bool = False

    def fill(self) -> None:
        while len(self.under_way) < self.place.room() and self.todo:  # it is asked each time, and may be lost
            task = self.todo.popleft()
            self.under_way[self.place.submit(task)] = task

    def hear(self) -> None:
        for step in self.place.steps():
            self.begun.add(step.account)
            self.on_step(step)

    def cut_short(self) -> None:
        """What has begun ends soon, with what it has; the rest is not begun."""
        if self.halted:
            return
        self.halted = True
        self.todo.clear()
        self.place.halt()
        for future, task in list(self.under_way.items()):
            if task.account.id not in self.begun and future.cancel():
                del self.under_way[future]


def _result(place: Place, task: Task, future: Future[AccountResult]) -> AccountResult:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - the place knows which are of the account alone
        return place.failed(task, error)
