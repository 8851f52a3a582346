"""An audit of every check, beside Prowler's and ScoutSuite's of what asks the same."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import prowler_command, scout_command
from bench.measure import Ran, Size, clean_environment, in_turn, median, ratio, run
from bench.table import Table
from bench.world import REGIONS, World
from checks.catalog import CATALOG

HEADER = ("", "regions", "latency", "wall s", "CPU s", "MB", "calls", "wall, of Picket's")
ABOUT = f"""\
The same seeded account and the same AWS of the sandbox, in turn, each as a whole process from its start to its end:
`picket audit --format json` with all of its {len(CATALOG)} checks, Prowler {prowler_command.VERSION} with the
{len(prowler_command.CHECKS)} of its checks that ask the same questions (`bench/parity_map.py`; `make bench-parity`
compares what they answer), and ScoutSuite {scout_command.VERSION} with the {len(scout_command.SERVICES)} of its
services that these questions are about. Latency is added before each call."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them in one world."""

    command: list[str]
    environment: Mapping[str, str]
    world: World
    good: tuple[int, ...] = (0, 3)
    """Its codes for having looked at everything."""

    def __call__(self) -> tuple[Ran, int]:
        """What a run took, and how many calls AWS counted."""
        self.world.calls()
        ran = run(self.command, self.environment, self.good)
        return ran, self.world.calls()


def measure(size: Size) -> Table:
    """All, for each number of regions and each latency."""
    rows: list[list[str]] = []
    for count in size.regions:
        with World(count, seeded=size.seeded) as world, tempfile.TemporaryDirectory() as folder:
            names, peers = zip(*_peers(world, count, Path(folder)).items(), strict=True)
            for latency in size.latencies:
                world.latency(latency)
                ran = in_turn(size.runs, *peers)
                where = [str(count), f"{latency * 1000:.0f} ms"]
                rows += [[name, *where, *_row(each, ran[0])] for name, each in zip(names, ran, strict=True)]
    return Table(title="Peers", about=ABOUT, header=HEADER, rows=rows, notes=[f"Medians of {size.runs} runs in turn."])


def _peers(world: World, count: int, folder: Path) -> dict[str, Peer]:
    """By name, Picket first."""
    regions = REGIONS[:count]
    ours = clean_environment(world.user())
    theirs = {key: value for key, value in ours.items() if key != "PYTHONPATH"}
    where = [word for region in (*regions, "global") for word in ("--region", region)]
    picket = [sys.executable, "-m", "bot", "audit", *where, "--format", "json"]
    return {
        "Picket": Peer(picket, ours, world),
        "Prowler": Peer(prowler_command.command(regions, folder, "measured"), theirs, world),
        "ScoutSuite": Peer(scout_command.command(regions, folder, "measured"), theirs, world, scout_command.GOOD),
    }


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
