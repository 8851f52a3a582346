"""Tasks are handed over a few at a time, whatever the place."""

import gc
import threading
import weakref
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest

from bot.config import Account, Aws
from bot.tasks import AccountResult, Interrupted, Step, Task
from bot.tasks.place import run_on
from checks.settings import CheckSettings

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def tasks(count):
    return [
        Task(aws=Aws(), account=Account(id=f"{n:012}"), checks=(), settings=CheckSettings(), at=NOW)
        for n in range(count)
    ]


class Held(AccountResult):
    """A result of which it can be seen when it is let go of."""

    __slots__ = ("__weakref__",)


class Room:
    """A place that does a task as soon as it is handed over, and says so."""

    def __init__(self, room=3):
        self._room, self._said = room, []
        self.handed_over, self.halted = 0, 0

    def room(self):
        return self._room

    def submit(self, task):
        self.handed_over += 1
        self._said.append(Step(account=task.account.id, regions=1, regions_done=1))
        future = Future()
        future.set_result(Held(account=task.account.id))
        return future

    def steps(self):
        said, self._said = self._said, []
        return said

    def halt(self):
        self.halted += 1

    def failed(self, task, error):
        raise error


class Busy(Room):
    """One that has begun its first task and ends it when it is told to halt; the others wait."""

    def submit(self, task):
        self.handed_over += 1
        if self.handed_over == 1:
            self._said.append(Step(account=task.account.id, regions=2, regions_done=1))
            self.first = Future()
            return self.first
        return Future()

    def halt(self):
        super().halt()
        self.first.set_result(Held(account="000000000000"))


def test_every_account_comes_once_and_its_steps_are_heard():
    heard = []

    results = list(run_on(Room(), tasks(10), heard.append, threading.Event(), partial=True))

    assert sorted(result.account for result in results) == [f"{n:012}" for n in range(10)]
    assert {step.account for step in heard} == {result.account for result in results}


def test_no_more_accounts_are_under_way_or_kept_than_there_is_room_for():
    place, alive, most = Room(3), [], 0

    for number, result in enumerate(run_on(place, tasks(50), lambda _: None, threading.Event(), partial=True), 1):
        alive = [ref for ref in alive if ref()] + [weakref.ref(result)]
        del result
        gc.collect()
        most = max(most, sum(ref() is not None for ref in alive))
        assert place.handed_over <= number + 3

    assert most <= 1


def test_a_stop_waits_for_what_has_begun_and_leaves_the_rest():
    place, stop = Busy(3), threading.Event()

    results = list(run_on(place, tasks(10), lambda _: stop.set(), stop, partial=True))

    assert [result.account for result in results] == ["000000000000"]
    assert (place.handed_over, place.halted) == (3, 1)


def test_a_stop_waits_for_nothing_where_no_part_is_wanted():
    stop = threading.Event()

    with pytest.raises(Interrupted):
        list(run_on(Busy(3), tasks(10), lambda _: stop.set(), stop, partial=False))
