"""An audit of every check, beside a bare script that makes the same calls and judges nothing."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Ran, Size, clean_environment, in_turn, median, ratio, run
from bench.table import Table
from bench.world import REGIONS, World

HEADER = (
    *("", "regions", "latency", "floor s", "Picket s", "ratio", "floor CPU s", "Picket CPU s", "ratio"),
    *("floor calls", "Picket calls", "ratio", "floor MB", "Picket MB"),
)
ABOUT = """\
Every check, in one seeded account of the sandbox, whose AWS runs in a process of its own on the same cores. The floor
is a bare boto3 script with 16 threads that makes the calls Picket made, with their parameters, and judges nothing
(`bench/audit_floor.py`). *Cold* is a whole process from its start to its end; *warm* a second audit by clients that
exist (CPU, calls and memory are those of the process, both audits). Latency is added before each call."""


@dataclass(frozen=True, slots=True)
class Made:
    """One run of a contender."""

    ran: Ran
    seconds: float
    """Of the whole process; of its second audit, when it made two."""
    calls: int
    """As AWS counted them."""
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contest:
    """One world, and how to run both contenders in it."""

    world: World
    regions: tuple[str, ...]
    calls: Path

    def ours(self, passes: int = 1, record: str = "") -> Made:
        facts = {
            "account": self.world.account,
            "read_role": self.world.read_role,
            "external_id": self.world.external_id,
            "regions": self.regions,
            "passes": passes,
            "record": record,
        }
        command = [sys.executable, "-m", "bench.audit_ours", json.dumps(facts)]
        return self._made(command, passes)

    def floor(self, passes: int = 1) -> Made:
        command = [sys.executable, "-m", "bench.audit_floor", str(self.calls), str(passes)]
        return self._made(command, passes)

    def _made(self, command: list[str], passes: int) -> Made:
        self.world.calls()
        ran = run(command, clean_environment(self.world.environment()))
        told = json.loads(ran.output.splitlines()[-1])
        return Made(ran, ran.seconds if passes == 1 else told["seconds"][-1], self.world.calls(), told)


def measure(size: Size) -> Table:
    """Cold and warm, for each number of regions and each latency."""
    rows: list[list[str]] = []
    for regions in size.regions:
        with World(regions) as world, tempfile.TemporaryDirectory() as folder:
            contest = Contest(world, REGIONS[:regions], Path(folder) / "calls")
            found = contest.ours(record=str(contest.calls)).told
            if found["gaps"]:
                raise RuntimeError(f"the audit was not whole: {found['gaps'][:3]}")
            for latency in size.latencies:
                world.latency(latency)
                rows += _rows(contest, size, latency)
    return Table(title="Audit", about=ABOUT, header=HEADER, rows=rows, notes=[f"Medians of {size.runs} runs in turn."])


def _rows(contest: Contest, size: Size, latency: float) -> Iterator[list[str]]:
    for word, passes in (("cold", 1), ("warm", 2)):
        floors, ours = in_turn(size.runs, partial(contest.floor, passes), partial(contest.ours, passes))
        yield [
            word,
            str(len(contest.regions)),
            f"{latency * 1000:.0f} ms",
            *_beside(floors, ours, lambda made: made.seconds, ".2f"),
            *_beside(floors, ours, lambda made: made.ran.cpu, ".2f"),
            *_beside(floors, ours, lambda made: made.calls, ".0f"),
            *_beside(floors, ours, lambda made: made.ran.megabytes, ".0f")[:2],
        ]


def _beside(floors: list[Made], ours: list[Made], figure: Callable[[Made], float], form: str) -> list[str]:
    """The medians of both, and their ratio."""
    floor, our = (median([figure(made) for made in side]) for side in (floors, ours))
    return [format(floor, form), format(our, form), ratio(our, floor)]
