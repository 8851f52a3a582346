"""What all charts have in common: drawn in a child process, in the same ink, to the same PNG for the same numbers.

matplotlib takes some 80 MB that are not given back, so a spawned child draws and ends.
"""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 150
INK, FAINT = "#1d1c1d", "#d8d8d8"


def in_child(render: Callable[..., bytes], *arguments: Any) -> bytes:
    """What `render`, a function of a module, draws of these arguments, in a process that ends with it: a second."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        return child.submit(render, *arguments).result()


def figure(width: int, height: int) -> Figure:
    """An empty sheet of so many pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sheet = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(sheet)
    return sheet


def frame(axes: Any, size: int = 9) -> None:
    """Faint lines to read values by, one edge, and numbers of that size."""
    axes.grid(axis="y", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=size)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")


def png(sheet: Figure) -> bytes:
    """The picture; without the name of the software, which would differ from version to version."""
    file = io.BytesIO()
    sheet.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
