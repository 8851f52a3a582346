"""An audit of every check, beside a bare script that makes the same calls and judges nothing."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import Ran, Size, clean_environment, in_turn, median, ratio, run
from bench.table import Table
from bench.world import REGIONS, World

HEADER = ("", "regions", "latency", "floor s", "Picket s", "ratio", "calls", "to floor's", "floor MB", "Picket MB")
ABOUT = """\
Every check, in one seeded account of the sandbox, whose AWS runs in a process of its own on the same cores. The floor
is a bare boto3 script with 16 threads that makes the calls Picket made, with their parameters, and judges nothing
(`bench/audit_floor.py`). *Cold* is a whole process from its start to its end; *warm* a second audit by clients that
exist. Latency is added before each call. Memory is the peak of the process."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One world, and how to run both contenders in it."""

    world: World
    regions: tuple[str, ...]
    calls: Path

    def ours(self, passes: int = 1, record: str = "") -> Ran:
        facts = {
            "account": self.world.account,
            "read_role": self.world.read_role,
            "external_id": self.world.external_id,
            "regions": self.regions,
            "passes": passes,
            "record": record,
        }
        command = [sys.executable, "-m", "bench.audit_ours", json.dumps(facts)]
        return run(command, clean_environment(self.world.environment()))

    def floor(self, passes: int = 1) -> Ran:
        command = [sys.executable, "-m", "bench.audit_floor", str(self.calls), str(passes)]
        return run(command, clean_environment(self.world.environment()))


def measure(size: Size) -> Table:
    """Cold and warm, for each number of regions and each latency."""
    rows = []
    for regions in size.regions:
        with World(regions) as world, tempfile.TemporaryDirectory() as folder:
            contest = Contest(world, REGIONS[:regions], Path(folder) / "calls")
            found = _told(contest.ours(record=str(contest.calls)))
            if found["gaps"]:
                raise RuntimeError(f"the audit was not whole: {found['gaps'][:3]}")
            for latency in size.latencies:
                world.latency(latency)
                rows += _rows(contest, size, latency)
    return Table(title="Audit", about=ABOUT, header=HEADER, rows=rows, notes=[f"Medians of {size.runs} runs in turn."])


def _rows(contest: Contest, size: Size, latency: float) -> Iterator[list[str]]:
    for word, passes in (("cold", 1), ("warm", 2)):
        floors, ours = in_turn(size.runs, lambda p=passes: contest.floor(p), lambda p=passes: contest.ours(p))
        floor_s, our_s = (median([_seconds(ran, passes) for ran in side]) for side in (floors, ours))
        floor_calls, our_calls = _calls(contest)
        yield [
            word,
            str(len(contest.regions)),
            f"{latency * 1000:.0f} ms",
            f"{floor_s:.2f}",
            f"{our_s:.2f}",
            ratio(our_s, floor_s),
            str(our_calls),
            ratio(our_calls, floor_calls),
            f"{median([ran.megabytes for ran in floors]):.0f}",
            f"{median([ran.megabytes for ran in ours]):.0f}",
        ]


def _seconds(ran: Ran, passes: int) -> float:
    return ran.seconds if passes == 1 else float(_told(ran)["seconds"][-1])


def _calls(contest: Contest) -> tuple[int, int]:
    """How many calls each makes when it is cold, counted by AWS."""
    contest.world.calls()
    contest.floor()
    floor = contest.world.calls()
    contest.ours()
    return floor, contest.world.calls()


def _told(ran: Ran) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ran.output.splitlines()[-1])
    return told
