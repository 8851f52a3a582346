"""An alarm's graph from its numbers, where CloudWatch may not draw it: a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import drawing
from bot.aws.alarm_graph import Series
from bot.drawing import INK
from bot.messages.text import count

SIZE = (1200, 500)
"""Width and height in pixels."""
_EACH = 330
"""The height of a panel that is not alone, in pixels."""
_THRESHOLD = "#c6372f"
_COLOURS = ("#1f5f9e", "#2f7d4f", "#8a5a00", "#6b3fa0", "#5a5a5a")
_LINES = ("-", "--", "-.", ":", "-")


@dataclass(frozen=True, slots=True)
class Panel:
    """What one alarm looks at."""

    name: str
    """The alarm's, where there is more than one."""
    series: tuple[Series, ...]
    threshold: float | None


def draw(panels: tuple[Panel, ...], title: str) -> bytes:
    """The PNG, the panels below each other, drawn in a child process that ends with it; takes about a second."""
    return drawing.in_child(render, panels, title)


def describe(panels: Sequence[Panel]) -> str:
    """The numbers in words, for those who do not see the picture; plain text."""
    return " ".join(f"{panel.name}: {_numbers(panel)}" if panel.name else _numbers(panel) for panel in panels)


def _numbers(panel: Panel) -> str:
    words = []
    for one in panel.series:
        values = [value for _, value in one.points]
        if values:
            low, high, last = min(values), max(values), values[-1]
            words.append(f"{one.label}: {count(len(values), 'value')}, {low:g} to {high:g}, the last {last:g}")
        else:
            words.append(f"{one.label}: no values")
    limit = f" Threshold: {panel.threshold:g}." if panel.threshold is not None else ""
    return f"{'; '.join(words) or 'No values'}.{limit}"


def render(panels: tuple[Panel, ...], title: str) -> bytes:
    """The PNG, drawn here; the same numbers give the same picture."""
    width, height = SIZE
    figure = drawing.figure(width, height if len(panels) == 1 else _EACH * len(panels))
    rows = figure.subplots(len(panels), squeeze=False)[:, 0]
    for axes, panel in zip(rows, panels, strict=True):
        _panel(axes, panel)
    figure.suptitle(_plain(title), color=INK, fontsize=10, x=0.01, ha="left")
    rows[-1].set_xlabel("Time (UTC)", color=INK, fontsize=9)
    return drawing.png(figure)


def _panel(axes: Any, panel: Panel) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    series, threshold = panel.series, panel.threshold
    for one, colour, line in zip(series, _COLOURS, _LINES, strict=False):
        if one.points:
            at, values = zip(*one.points, strict=True)
            axes.plot(at, values, color=colour, linestyle=line, linewidth=2, marker="o", markersize=3,
                      label=_plain(one.label[:40]))  # fmt: skip
    if threshold is not None:
        axes.axhline(
            threshold, color=_THRESHOLD, linewidth=1.5, linestyle=(0, (6, 3)), label=f"threshold {threshold:g}"
        )
    if axes.has_data() and any(one.points for one in series):
        locator = AutoDateLocator()  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    else:
        axes.text(0.5, 0.6, "no values in this time", transform=axes.transAxes, ha="center", color=INK)
        axes.set_xticks([])
    if panel.name:
        axes.set_title(_plain(panel.name), color=INK, fontsize=9, loc="left")
    axes.set_ylabel("Value", color=INK, fontsize=9)
    drawing.frame(axes, 8)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize=8, labelcolor=INK)


def _plain(text: str) -> str:
    """Without what matplotlib reads as mathematics, takes for none of its business, or has no letter for."""
    shown = "".join(letter if letter.isprintable() and letter.isascii() else "?" for letter in text)
    return shown[:80].replace("$", r"\$").lstrip("_") or "-"
