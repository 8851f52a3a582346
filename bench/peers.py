"""An audit of every check, beside Prowler's of those checks of its own that ask the same."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import prowler_command
from bench.measure import Ran, Size, clean_environment, in_turn, median, ratio, run
from bench.table import Table
from bench.world import REGIONS, World
from checks.catalog import CATALOG

HEADER = ("", "regions", "latency", "wall s", "CPU s", "MB", "calls", "wall, of Picket's")
ABOUT = f"""\
The same seeded account and the same AWS of the sandbox, in turn, each as a whole process from its start to its end:
`picket audit --format json` with all of its {len(CATALOG)} checks, and Prowler {prowler_command.VERSION} with the
{len(prowler_command.CHECKS)} of its checks that ask the same questions (`bench/parity_map.py`; `make bench-parity`
compares what they answer). Latency is added before each call."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One of the two in one world."""

    command: list[str]
    environment: Mapping[str, str]
    world: World

    def __call__(self) -> tuple[Ran, int]:
        """What a run took, and how many calls AWS counted."""
        self.world.calls()
        ran = run(self.command, self.environment, good=(0, 3))
        return ran, self.world.calls()


def measure(size: Size) -> Table:
    """Both, for each number of regions and each latency."""
    python = prowler_command.installed()
    rows: list[list[str]] = []
    for count in size.regions:
        with World(count, seeded=size.seeded) as world, tempfile.TemporaryDirectory() as folder:
            environment = clean_environment(world.user())
            picket = _picket(world, environment, count)
            other = _prowler(python, world, environment, count, Path(folder))
            for latency in size.latencies:
                world.latency(latency)
                ours, theirs = in_turn(size.runs, picket, other)
                where = [str(count), f"{latency * 1000:.0f} ms"]
                rows.append(["Picket", *where, *_row(ours, ours)])
                rows.append(["Prowler", *where, *_row(theirs, ours)])
    return Table(title="Peers", about=ABOUT, header=HEADER, rows=rows, notes=[f"Medians of {size.runs} runs in turn."])


def _picket(world: World, environment: Mapping[str, str], regions: int) -> Peer:
    where = [word for region in REGIONS[:regions] for word in ("--region", region)]
    command = [sys.executable, "-m", "bot", "audit", *where, "--region", "global", "--format", "json"]
    return Peer(command, environment, world)


def _prowler(python: Path, world: World, environment: Mapping[str, str], regions: int, folder: Path) -> Peer:
    command = prowler_command.command(python, REGIONS[:regions], folder, "measured")
    return Peer(command, {key: value for key, value in environment.items() if key != "PYTHONPATH"}, world)


def _row(made: list[tuple[Ran, int]], ours: list[tuple[Ran, int]]) -> list[str]:
    def middle(figure: Callable[[tuple[Ran, int]], float], side: list[tuple[Ran, int]] = made) -> float:
        return median([figure(each) for each in side])

    def wall(each: tuple[Ran, int]) -> float:
        return each[0].seconds

    return [
        format(middle(wall), ".2f"),
        format(middle(lambda each: each[0].cpu), ".2f"),
        format(middle(lambda each: each[0].megabytes), ".0f"),
        format(middle(lambda each: each[1]), ".0f"),
        ratio(middle(wall), middle(wall, ours)),
    ]
