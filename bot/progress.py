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
        self._steps[step.account] = step
        regions = [each.regions for each in self._steps.values()]
        yet = (self._accounts - len(regions)) * (sum(regions) // len(regions))  # as many as in those that have begun
        done = sum(each.regions_done for each in self._steps.values())
        self._progress.update(self._task, total=sum(regions) + yet, completed=done, description=self._said())

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
