"""How an audit grows with the accounts: their inventories are recorded, for no moto could answer for a thousand."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import Size, clean_environment, ratio, run
from bench.table import Table
from bench.world import REGIONS, World
from bot.tasks.pool import MOST

LATENCY = 0.01
"""Seconds for each region of an account, in place of reading it."""
HEADER = (
    *("accounts", "regions", "findings", "s", "s an account", "ratio", "CPU s an account", "ratio"),
    *("Picket MB", "a worker's MB", "first result after s"),
)
ABOUT = f"""\
`picket audit --format json` of so many accounts: everything but the reading. That was done once, of the sandbox's
seeded account; here each account has that inventory under its own number, as if reading a region took
{LATENCY * 1000:.0f} ms. What one more account takes should not depend on how many there are, nor should memory:
findings are written as they come, and no more accounts are held than there are processes. The ratios are to the last
row but one; the start of the processes weighs on the first rows, and one account alone is audited without them."""


@dataclass(frozen=True, slots=True)
class Grown:
    """One audit."""

    accounts: int
    seconds: float
    cpu: float
    told: dict[str, Any]


def measure(size: Size) -> Table:
    """An audit of each number of accounts."""
    regions = max(size.regions)
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / "inventory"
        with World(regions, seeded=size.seeded) as world:
            facts = json.dumps([world.account, world.read_role, world.external_id, REGIONS[:regions], str(recorded)])
            run([sys.executable, "-m", "bench.growth_record", facts], clean_environment(world.environment()))
            account, notes = world.account, [_read(world, size, regions)]
        grown = [_grow(number, account, recorded) for number in size.accounts]
    rows = [_row(each, grown[-2], regions) for each in grown]
    return Table(title="Growth", about=ABOUT, header=HEADER, rows=rows, notes=notes)


def _read(world: World, size: Size, regions: int) -> str:
    """What one more account takes when it is read, in words."""
    latency = max(size.latencies)
    world.latency(latency)
    facts = json.dumps([world.account, world.read_role, world.external_id, REGIONS[:regions], size.runs + 1])
    ran = run([sys.executable, "-m", "bench.growth_read", facts], clean_environment(world.environment()))
    told = json.loads(ran.output)
    cores = os.cpu_count() or 1
    processes = min(cores, MOST)
    seconds, cpu = told["seconds"], told["cpu"]
    return (
        f"Read from the sandbox's AWS, which answers {latency * 1000:.0f} ms late and shares the cores, one more "
        f"account ({regions} regions, {told['calls']:,} calls) takes a process {seconds:.1f} s, and {cpu:.2f} s of "
        f"processor. So one process audits {3600 / seconds:,.0f} accounts an hour, the {processes} of this machine "
        f"{processes * 3600 / seconds:,.0f}, and a core cannot do more than {3600 / cpu:,.0f}."
    )


def _grow(accounts: int, recorded: str, file: Path) -> Grown:
    facts = {"accounts": accounts, "recorded": recorded, "file": str(file), "latency": LATENCY}
    ran = run([sys.executable, "-m", "bench.growth_ours"], clean_environment({"BENCH_GROWTH": json.dumps(facts)}))
    return Grown(accounts, ran.seconds, ran.cpu, json.loads(ran.output))


def _row(each: Grown, base: Grown, regions: int) -> list[str]:
    return [
        f"{each.accounts:,}",
        str(regions),
        f"{each.told['findings']:,}",
        f"{each.seconds:.1f}",
        f"{each.seconds / each.accounts:.3f}",
        ratio(each.seconds / each.accounts, base.seconds / base.accounts),
        f"{each.cpu / each.accounts:.3f}",
        ratio(each.cpu / each.accounts, base.cpu / base.accounts),
        f"{each.told['own']:.0f}",
        f"{each.told['workers']:.0f}" if each.told["workers"] else "",
        f"{each.told['first']:.2f}",
    ]
