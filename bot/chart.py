"""The digest's chart: 30 days of alerts and failing findings, by severity, as a PNG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import drawing
from bot.drawing import INK
from checks.model import Severity

WIDTH, HEIGHT = 1200, 900
"""In pixels: two panels that can be read on a phone."""
_COLOURS = {
    Severity.CRITICAL: "#7a1713",
    Severity.HIGH: "#d24a40",
    Severity.MEDIUM: "#ee9a45",
    Severity.LOW: "#f3d270",
    Severity.INFO: "#9db9d6",
}
_HATCHES = {Severity.CRITICAL: "", Severity.HIGH: "//", Severity.MEDIUM: "", Severity.LOW: "..", Severity.INFO: ""}
"""Neighbours are told apart by more than their colour."""
_RESOLVED = "#1f5f9e"


@dataclass(frozen=True, slots=True)
class Day:
    """What one day (UTC) saw, by severity; `failing`, at its end, is None where no audit had finished yet."""

    day: date
    opened: Mapping[Severity, int]
    resolved: int
    failing: Mapping[Severity, int] | None


def draw(days: Sequence[Day]) -> bytes:
    """The PNG, drawn in a child process that ends with it; takes about a second."""
    return drawing.in_child(render, tuple(days))


def describe(days: Sequence[Day]) -> str:
    """The numbers in words, for those who do not see the picture; plain text."""
    opened, resolved = _sum(day.opened for day in days), sum(day.resolved for day in days)
    alerts = "alert" if opened.total() == 1 else "alerts"
    words = f"{len(days)} days to {days[-1].day:%d %B %Y}: {opened.total():,} {alerts} opened{_in_words(opened)}, "
    words += f"{resolved:,} resolved."
    busiest = max(days, key=lambda day: sum(day.opened.values()))
    if most := sum(busiest.opened.values()):
        words += f" Most in a day: {most:,} on {busiest.day:%d %B}."
    known = [(day.day, Counter(day.failing)) for day in days if day.failing is not None]
    if not known:
        return f"{words} No audit has finished in that time."
    (first, then), (last, now) = known[0], known[-1]
    words += f" Failing findings: {then.total():,} on {first:%d %B}{_in_words(then)}"
    return f"{words}, {now.total():,} on {last:%d %B}{_in_words(now)}."


def _in_words(numbers: Mapping[Severity, int]) -> str:
    """` (1 critical, 2 high)`."""
    said = ", ".join(f"{numbers[level]:,} {level}" for level in _worst_first() if numbers.get(level))
    return f" ({said})" if said else ""


def render(days: Sequence[Day]) -> bytes:
    """The PNG, drawn here; the same days give the same picture."""
    figure = drawing.figure(WIDTH, HEIGHT)
    above, below = figure.subplots(2, 1, sharex=True)
    _alerts(above, days)
    _findings(below, days)
    return drawing.png(figure)


def _alerts(axes: Any, days: Sequence[Day]) -> None:
    at = range(len(days))
    floor = [0] * len(days)
    for level in _shown(day.opened for day in days):
        heights = [day.opened.get(level, 0) for day in days]
        axes.bar(at, heights, 0.75, bottom=floor, label=str(level), **_fill(level))
        floor = [low + high for low, high in zip(floor, heights, strict=True)]
    went = [day.resolved for day in days]
    mark = {"linestyle": "", "marker": "D", "markersize": 5, "markeredgecolor": "white", "color": _RESOLVED}
    axes.plot(at, went, label="resolved, of any severity", clip_on=False, zorder=3, **mark)
    _frame(axes, "Alerts a day", max([*floor, *went]))


def _findings(axes: Any, days: Sequence[Day]) -> None:
    known = [(number, day.failing) for number, day in enumerate(days) if day.failing is not None]
    totals = [sum(failing.values()) for _, failing in known]
    if known:
        floor = [0] * len(known)
        at = [number for number, _ in known]
        for level in _shown(failing for _, failing in known):
            heights = [failing.get(level, 0) for _, failing in known]
            axes.bar(at, heights, 1.0, bottom=floor, label=str(level), **_fill(level))
            floor = [low + high for low, high in zip(floor, heights, strict=True)]
        axes.annotate(
            f"{totals[-1]:,}", (at[-1], totals[-1]), (0, 4), textcoords="offset points", ha="center", color=INK
        )
    else:
        axes.text(0.5, 0.5, "no audit has finished yet", transform=axes.transAxes, ha="center", va="center", color=INK)
    _frame(axes, "Findings that fail", max(totals, default=0))
    axes.set_xlim(-0.8, len(days) - 0.2)
    axes.set_xlabel("Day (UTC); findings as at its end", color=INK, fontsize=10)
    ticks = range(len(days) - 1, -1, -7)
    axes.set_xticks(list(ticks), [f"{days[number].day:%d %b}" for number in ticks])


def _fill(level: Severity) -> dict[str, Any]:
    return {"color": _COLOURS[level], "hatch": _HATCHES[level], "edgecolor": "white", "linewidth": 0.4}


def _frame(axes: Any, label: str, top: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_ylabel(label, color=INK, fontsize=10)
    axes.set_ylim(0, max(top, 1) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    drawing.frame(axes)
    if axes.get_legend_handles_labels()[0]:
        legend = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 6, "frameon": False}
        axes.legend(**legend, fontsize=9, labelcolor=INK, columnspacing=1.2, handlelength=1.4)


def _sum(numbers: Iterable[Mapping[Severity, int]]) -> Counter[Severity]:
    total: Counter[Severity] = Counter()
    for one in numbers:
        total.update(one)
    return total


def _shown(numbers: Iterable[Mapping[Severity, int]]) -> list[Severity]:
    """The severities that there are any of, the worst first."""
    total = _sum(numbers)
    return [level for level in _worst_first() if total[level]]


def _worst_first() -> list[Severity]:
    return sorted(Severity, reverse=True)
