"""How far an audit on the command line is: a bar, where a person watches, and nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.tasks import Step

T = TypeVar("T")


class Bar:
    """Regions done of those that are known of, and accounts; drawn on `file` where that is a terminal."""

    def __init__(self, accounts: Sequence[str], file: TextIO) -> None:
        self._accounts = len(accounts)
        self._through = 0
        self._steps: dict[str, Step] = {}
        self._regions, self._done = 0, 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f} regions"),
            TimeElapsedColumn(),
            console=Console(file=file),
            transient=True,
            disable=not file.isatty(),
        )
        self._task = self._progress.add_task(self._said(), total=max(1, self._accounts))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def step(self, step: Step) -> None:
        """An account came further."""
        before = self._steps.get(step.account, Step(account=step.account, regions=0, regions_done=0))
        self._steps[step.account] = step
        self._regions += step.regions - before.regions
        self._done += step.regions_done - before.regions_done
        begun = len(self._steps)
        yet = (self._accounts - begun) * (self._regions // begun)  # as many as in those that have begun
        self._progress.update(self._task, total=self._regions + yet, completed=self._done, description=self._said())

    def of(self, accounts: Iterable[T]) -> Iterator[T]:
        """The same, counted."""
        for each in accounts:
            self._through += 1
            self._progress.update(self._task, description=self._said())
            yield each

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The bar is out of the way while the block writes."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()

    def _said(self) -> str:
        return f"{self._through} of {self._accounts} account{'' if self._accounts == 1 else 's'}"
