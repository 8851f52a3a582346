"""What a measurement says: a table with a word before and after it, in Markdown on the screen and on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One measurement's figures."""

    title: str
    about: str
    """What was compared with what."""
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """The section of the page."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        widths = [max(len(row[i]) for row in (self.header, *self.rows)) for i in range(len(self.header))]
        yield from (f"## {self.title}", "", self.about, "")
        yield _row(self.header, widths)
        yield _row(["-" * width for width in widths], widths)
        for row in self.rows:
            yield _row(row, widths)
        if self.notes:
            yield ""
            yield from (f"- {note}" for note in self.notes)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
