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
(`bench/audit_floor.py`). *Cold* is a whole process from its start to its end, `picket audit --format json`; *warm* a
second audit by clients that exist (CPU, calls and memory are those of the process, both audits). Latency is added
before each call."""


@dataclass(frozen=True, slots=True)
class Made:
    """One run of a contender."""

    ran: Ran
    calls: int
    """As AWS counted them."""
    told: dict[str, Any]

    def whole(self) -> float:
        """Seconds of the process."""
        return self.ran.seconds

    def last(self) -> float:
        """Seconds of its last audit alone."""
        return float(self.told["seconds"][-1])


@dataclass(frozen=True, slots=True)
class Contest:
    """One world, and how to run both contenders in it."""

    world: World
    regions: tuple[str, ...]
    folder: Path

    @property
    def calls(self) -> Path:
        """Where the calls are that the floor is to make."""
        return self.folder / "calls"

    def ours(self) -> Made:
        """`picket audit`, as anybody would call it."""
        settings = f'[aws]\nread_role = "{self.world.read_role}"\nexternal_id = "{self.world.external_id}"\n'
        config = self.folder / "picket.toml"
        config.write_text(settings, encoding="utf-8")
        regions = [word for region in self.regions for word in ("--region", region)]
        command = [sys.executable, "-m", "bot", "audit", "--account", self.world.account, *regions]
        made = self._made([*command, "--format", "json", "--config", str(config)], good=(0, 3))
        if trouble := {key: made.told["summary"][key] for key in ("gaps", "troubles") if made.told["summary"].get(key)}:
            raise RuntimeError(f"the audit was not whole: {trouble}")
        return made

    def ours_again(self, passes: int = 2, record: str = "") -> Made:
        """The same by `bot.tasks`, which the service calls, so many times with the same clients."""
        facts = {
            "account": self.world.account,
            "read_role": self.world.read_role,
            "external_id": self.world.external_id,
            "regions": self.regions,
            "passes": passes,
            "record": record,
        }
        command = [sys.executable, "-m", "bench.audit_ours", json.dumps(facts)]
        return self._made(command)

    def floor(self, passes: int = 1) -> Made:
        command = [sys.executable, "-m", "bench.audit_floor", str(self.calls), str(passes)]
        return self._made(command)

    def _made(self, command: list[str], good: tuple[int, ...] = (0,)) -> Made:
        self.world.calls()
        ran = run(command, clean_environment(self.world.environment()), good)
        return Made(ran, self.world.calls(), json.loads(ran.output.splitlines()[-1]))


def measure(size: Size) -> Table:
    """Cold and warm, for each number of regions and each latency."""
    rows: list[list[str]] = []
    for regions in size.regions:
        with World(regions, seeded=size.seeded) as world, tempfile.TemporaryDirectory() as folder:
            contest = Contest(world, REGIONS[:regions], Path(folder))
            contest.ours_again(1, record=str(contest.calls))
            for latency in size.latencies:
                world.latency(latency)
                rows += _rows(contest, size, latency)
    return Table(title="Audit", about=ABOUT, header=HEADER, rows=rows, notes=[f"Medians of {size.runs} runs in turn."])


def _rows(contest: Contest, size: Size, latency: float) -> Iterator[list[str]]:
    sides = (
        ("cold", contest.floor, contest.ours, Made.whole),
        ("warm", partial(contest.floor, 2), contest.ours_again, Made.last),
    )
    for word, floor, our, seconds in sides:
        floors, ours = in_turn(size.runs, floor, our)
        yield [
            word,
            str(len(contest.regions)),
            f"{latency * 1000:.0f} ms",
            *_beside(floors, ours, seconds, ".2f"),
            *_beside(floors, ours, lambda made: made.ran.cpu, ".2f"),
            *_beside(floors, ours, lambda made: made.calls, ".0f"),
            *_beside(floors, ours, lambda made: made.ran.megabytes, ".0f")[:2],
        ]


def _beside(floors: list[Made], ours: list[Made], figure: Callable[[Made], float], form: str) -> list[str]:
    """The medians of both, and their ratio."""
    floor, our = (median([figure(made) for made in side]) for side in (floors, ours))
    return [format(floor, form), format(our, form), ratio(our, floor)]
