"""Running things in turn, and their medians: what every measurement is made of."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure."""

    runs: int = 5
    """Of each contender, in turn."""
    latencies: tuple[float, ...] = (0.0, 0.06)
    """Seconds before each call of AWS."""
    regions: tuple[int, ...] = (1, 17)
    accounts: tuple[int, ...] = (1, 10, 100, 1000)
    """To grow to."""
    events: int = 10_000
    clicks: int = 300
    seeded: bool = True
    """Whether the account that is audited has anything in it."""


QUICK = Size(runs=1, latencies=(0.0,), regions=(1,), accounts=(1, 2), events=40, clicks=10, seeded=False)
"""Enough to see that it works; the figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process took, its start and end included."""

    seconds: float
    cpu: float
    """Seconds of processor, user's and system's, of it and its children."""
    megabytes: float
    """The largest resident size, of it or of the largest of its children."""
    output: str


def run(command: Sequence[str], environment: Mapping[str, str], good: tuple[int, ...] = (0,)) -> Ran:
    """Run `command` to its end. Raises RuntimeError when it ends with a code that is not `good`."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as stdout:
        output = stdout.read()
    # wait4 tells of this child alone; it starts from the size of who started it, so measurements stay small
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def in_turn(runs: int, *contenders: Callable[[], T]) -> list[list[T]]:
    """What each contender gave in each run; they take turns, so that a busy minute of the machine meets all."""
    rounds = [[contender() for contender in contenders] for _ in range(runs)]
    return [list(given) for given in zip(*rounds, strict=True)]


def median(values: Sequence[float]) -> float:
    """The middle of what was measured."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of `values` do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def ratio(ours: float, floor: float) -> str:
    """As `1.25×`."""
    return f"{ours / floor:.2f}×"


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without what would lead to a real AWS or Slack, and `extra`."""
    foreign = ("AWS_", "SLACK_", "PICKET_", "PYTHONDONTWRITEBYTECODE")  # compiled once, as where it is installed
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent), **extra}


def machine() -> str:
    """Where the figures were measured, in a line."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores ({_processor()}), {_memory():.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {sys.version.split()[0]}; load {load} (1, 5, 15 minutes)"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
