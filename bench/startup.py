"""From nothing to help, and from nothing to listening to Slack, beside Python itself and its imports."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from bench.measure import Size, clean_environment, in_turn, median, ratio, run
from bench.table import Table
from bench.world import World

ABOUT = """\
*Connected* is the time from the start of the process `picket run` until Slack (the sandbox's workspace) has its first
Socket Mode connection; the state file is new, and there is an AWS to poll. The floor is what any bot with these two
libraries pays: Python, and importing boto3 and slack_bolt. Memory is the peak, and of `picket run` what it has then."""
PYTHON = sys.executable
Took = tuple[float, float]
"""Seconds, and MB."""


def measure(size: Size) -> Table:
    """Seconds and memory of each."""

    def process(*command: str) -> Callable[[], Took]:
        def took() -> Took:
            ran = run([PYTHON, *command], clean_environment({}))
            return ran.seconds, ran.megabytes

        return took

    with World(seeded=False) as world:
        nothing, imports, help_, connected = in_turn(
            size.runs,
            process("-c", "pass"),
            process("-c", "import boto3, slack_bolt"),
            process("-m", "bot", "--help"),
            lambda: _connect(world),
        )
    floor = median([seconds for seconds, _ in imports])
    rows = [
        [name, f"{seconds:.2f}", ratio(seconds, floor), f"{median([megabytes for _, megabytes in runs]):.0f}"]
        for name, runs in (
            ("`python -c pass`", nothing),
            ("`python -c 'import boto3, slack_bolt'`", imports),
            ("`picket --help`", help_),
            ("`picket run`, connected", connected),
        )
        for seconds in [median([seconds for seconds, _ in runs])]
    ]
    return Table(
        title="Start-up",
        about=ABOUT,
        header=("", "s", "to the imports", "MB"),
        rows=rows,
        notes=[f"Medians of {size.runs} runs in turn."],
    )


def _connect(world: World) -> Took:
    facts = json.dumps([world.queue_url, world.environment()])
    told = json.loads(run([PYTHON, "-m", "bench.connect", facts], clean_environment({})).output)
    return told["seconds"], told["megabytes"]
