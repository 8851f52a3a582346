"""An alarm's graph from its numbers, where CloudWatch may not draw it: a PNG."""

from __future__ import annotations

from collections.abc import Sequence

from bot import drawing
from bot.aws.alarm_graph import Series
from bot.drawing import INK
from bot.messages.text import count

SIZE = (1200, 500)
"""Width and height in pixels."""
_THRESHOLD = "#c6372f"
_COLOURS = ("#1f5f9e", "#2f7d4f", "#8a5a00", "#6b3fa0", "#5a5a5a")
_LINES = ("-", "--", "-.", ":", "-")


def draw(series: Sequence[Series], threshold: float | None, title: str) -> bytes:
    """The PNG, drawn in a child process that ends with it; takes about a second."""
    return drawing.in_child(render, tuple(series), threshold, title)


def describe(series: Sequence[Series], threshold: float | None) -> str:
    """The numbers in words, for those who do not see the picture; plain text."""
    words = []
    for one in series:
        values = [value for _, value in one.points]
        if values:
            low, high, last = min(values), max(values), values[-1]
            words.append(f"{one.label}: {count(len(values), 'value')}, {low:g} to {high:g}, the last {last:g}")
        else:
            words.append(f"{one.label}: no values")
    limit = f" Threshold: {threshold:g}." if threshold is not None else ""
    return f"{'; '.join(words) or 'No values'}.{limit}"


def render(series: Sequence[Series], threshold: float | None, title: str) -> bytes:
    """The PNG, drawn here; the same numbers give the same picture."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    figure = drawing.figure(*SIZE)
    axes = figure.subplots()
    for one, colour, line in zip(series, _COLOURS, _LINES, strict=False):
        if one.points:
            at, values = zip(*one.points, strict=True)
            axes.plot(at, values, color=colour, linestyle=line, linewidth=2, marker="o", markersize=3,
                      label=_plain(one.label))  # fmt: skip
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
    axes.set_title(_plain(title), color=INK, fontsize=10, loc="left")
    axes.set_xlabel("Time (UTC)", color=INK, fontsize=9)
    axes.set_ylabel("Value", color=INK, fontsize=9)
    drawing.frame(axes, 8)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="upper left", frameon=False, fontsize=8, labelcolor=INK)
    return drawing.png(figure)


def _plain(text: str) -> str:
    """Without what matplotlib reads as mathematics, takes for none of its business, or has no letter for."""
    shown = "".join(letter if letter.isprintable() and letter.isascii() else "?" for letter in text)
    return shown[:80].replace("$", r"\$").lstrip("_") or "-"
