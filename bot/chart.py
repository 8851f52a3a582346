"""The digest's chart: 30 days of alerts and findings as a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import drawing
from bot.drawing import INK

WIDTH, HEIGHT = 1200, 675
"""In pixels; Slack shows a 16:9 picture whole."""
_OPENED, _RESOLVED, _FINDINGS = "#c6372f", "#2f7d4f", "#1f5f9e"


@dataclass(frozen=True, slots=True)
class Day:
    """What one day (UTC) saw; `failing` is None where no audit had finished yet."""

    day: date
    opened: int
    resolved: int
    failing: int | None


def draw(days: Sequence[Day]) -> bytes:
    """The PNG, drawn in a child process that ends with it; takes about a second."""
    return drawing.in_child(render, tuple(days))


def describe(days: Sequence[Day]) -> str:
    """The numbers in words, for those who do not see the picture; plain text."""
    opened, resolved = sum(d.opened for d in days), sum(d.resolved for d in days)
    alerts = "alert" if opened == 1 else "alerts"
    words = f"{len(days)} days to {days[-1].day:%d %B %Y}: {opened:,} {alerts} opened, {resolved:,} resolved."
    if busiest := max(days, key=lambda d: d.opened, default=None):
        words += f" Most in a day: {busiest.opened:,} on {busiest.day:%d %B}." if busiest.opened else ""
    known = [d for d in days if d.failing is not None]
    if known:
        first, last = known[0], known[-1]
        words += f" Failing findings: {first.failing:,} on {first.day:%d %B}, {last.failing:,} on {last.day:%d %B}."
    else:
        words += " No audit has finished in that time."
    return words


def render(days: Sequence[Day]) -> bytes:
    """The PNG, drawn here; the same days give the same picture."""
    figure = drawing.figure(WIDTH, HEIGHT)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1))
    _alerts(above, days)
    _findings(below, days)
    return drawing.png(figure)


def _alerts(axes: Any, days: Sequence[Day]) -> None:
    at = range(len(days))
    axes.bar([i - 0.2 for i in at], [d.opened for d in days], 0.4, color=_OPENED, label="opened")
    axes.bar([i + 0.2 for i in at], [d.resolved for d in days], 0.4, color=_RESOLVED, label="resolved", hatch="///")
    _frame(axes, "Alerts a day", max((max(d.opened, d.resolved) for d in days), default=0))
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.2), ncols=2, frameon=False, fontsize=9, labelcolor=INK)


def _findings(axes: Any, days: Sequence[Day]) -> None:
    known = [(i, d.failing) for i, d in enumerate(days) if d.failing is not None]
    if known:
        at, failing = zip(*known, strict=True)
        axes.plot(at, failing, color=_FINDINGS, linewidth=2, marker="o", markersize=3, drawstyle="steps-post")
        axes.annotate(
            f"{failing[-1]:,}", (at[-1], failing[-1]), (6, 0), textcoords="offset points", va="center", color=_FINDINGS
        )
    else:
        axes.text(0.5, 0.5, "no audit has finished yet", transform=axes.transAxes, ha="center", va="center", color=INK)
    _frame(axes, "Failing findings", max((failing for _, failing in known), default=0))
    axes.set_xlim(-0.8, len(days) - 0.2)
    axes.set_xlabel("Day (UTC)", color=INK, fontsize=10)
    ticks = range(len(days) - 1, -1, -7)
    axes.set_xticks(list(ticks), [f"{days[i].day:%d %b}" for i in ticks])


def _frame(axes: Any, label: str, top: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_ylabel(label, color=INK, fontsize=10)
    axes.set_ylim(0, max(top, 1) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    drawing.frame(axes)
