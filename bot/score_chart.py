"""The score's chart: how much passed on each of 30 days, a line for each account, as a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import drawing
from bot.drawing import INK

WIDTH, HEIGHT = 1200, 675
"""In pixels; Slack shows a 16:9 picture whole."""
_COLOURS = ("#1f5f9e", "#2f7d4f", "#c6372f", "#8a5a00", "#6b3fa0", "#5a5a5a")
_LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
_MARKERS = ("o", "s", "^", "D", "v", "x")
MOST = len(_COLOURS)
"""Lines that can be told apart, by more than their colour."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account, or all of them: the share that passed at the end of each day, 0 to 1; None before its first."""

    name: str
    points: tuple[float | None, ...]


def draw(days: Sequence[date], lines: Sequence[Line]) -> bytes:
    """The PNG, drawn in a child process that ends with it; takes about a second. At most MOST lines."""
    return drawing.in_child(render, tuple(days), tuple(lines))


def describe(days: Sequence[date], lines: Sequence[Line]) -> str:
    """The numbers in words, for those who do not see the picture; plain text."""
    words = [f"Share of what is judged that passes, weighted by severity, {len(days)} days to {days[-1]:%d %B %Y}."]
    for line in lines:
        known = [(day, point) for day, point in zip(days, line.points, strict=True) if point is not None]
        if known:
            (first, then), (last, now) = known[0], known[-1]
            words.append(f"{line.name}: {_percent(then)} on {first:%d %B}, {_percent(now)} on {last:%d %B}.")
        else:
            words.append(f"{line.name}: not judged in that time.")
    return " ".join(words)


def render(days: Sequence[date], lines: Sequence[Line]) -> bytes:
    """The PNG, drawn here; the same numbers give the same picture."""
    figure = drawing.figure(WIDTH, HEIGHT)
    axes = figure.subplots()
    drawn = [_line(axes, line, number) for number, line in enumerate(lines[:MOST])]
    _frame(axes, days, [point for line in lines for point in line.points if point is not None])
    legend = axes.legend(
        drawn,
        [_label(line) for line in lines[:MOST]],  # given apart from the lines: a label with _ before it is left out
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        frameon=False,
        fontsize=9,
        labelcolor=INK,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)  # a name may hold a $
    return drawing.png(figure)


def _line(axes: Any, line: Line, number: int) -> Any:
    at = [day for day, point in enumerate(line.points) if point is not None]
    percents = [100 * point for point in line.points if point is not None]
    (drawn,) = axes.plot(
        at,
        percents,
        color=_COLOURS[number],
        linestyle=_LINES[number],
        linewidth=2.5 if number == 0 else 1.5,
        marker=_MARKERS[number],
        markersize=3.5,
        markevery=max(1, len(at) // 10),
    )
    return drawn


def _label(line: Line) -> str:
    now = line.points[-1]
    return line.name[:30] if now is None else f"{line.name[:30]}, {_percent(now)}"


def _frame(axes: Any, days: Sequence[date], points: Sequence[float]) -> None:
    from matplotlib.ticker import MaxNLocator

    lowest = max(0, 10 * int((100 * min(points, default=0) - 5) // 10))
    axes.set_ylim(lowest, 101)
    axes.set_xlim(-0.8, len(days) - 0.2)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    axes.set_ylabel("Passing, weighted by severity (%)", color=INK, fontsize=10)
    axes.set_xlabel("End of the day (UTC)", color=INK, fontsize=10)
    ticks = range(len(days) - 1, -1, -7)
    axes.set_xticks(list(ticks), [f"{days[at]:%d %b}" for at in ticks])
    drawing.frame(axes)


def _percent(share: float) -> str:
    """Rounded down, so that 100 % means that nothing fails."""
    return f"{int(share * 1000) / 10:g} %"
