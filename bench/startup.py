"""From nothing to help, and from nothing to listening to Slack, beside Python itself and its imports."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from bench.measure import Ran, Size, clean_environment, in_turn, median, ratio, run
from bench.table import Table
from bench.world import World

ABOUT = """\
*Connected* is the time from the start of the process `picket run` until Slack (the sandbox's workspace) has its first
Socket Mode connection; the state file is new, and there is an AWS to poll. The floor is what any bot
with these two libraries pays: Python, and importing boto3 and slack_bolt."""
PYTHON = sys.executable


def measure(size: Size) -> Table:
    """Seconds and memory of each."""

    def process(*command: str) -> Callable[[], Ran]:
        return lambda: run([PYTHON, *command], clean_environment({}))

    with World(seeded=False) as world:
        nothing, imports, help_, connected = in_turn(
            size.runs,
            process("-c", "pass"),
            process("-c", "import boto3, slack_bolt"),
            process("-m", "bot", "--help"),
            lambda: connect(world),
        )
    floor = median([ran.seconds for ran in imports])
    rows = [
        [name, f"{seconds:.2f}", ratio(seconds, floor), f"{median([ran.megabytes for ran in runs]):.0f}"]
        for name, runs in (
            ("`python -c pass`", nothing),
            ("`python -c 'import boto3, slack_bolt'`", imports),
            ("`picket --help`", help_),
            ("`picket run`, connected", connected),
        )
        for seconds in [median([ran.seconds for ran in runs])]
    ]
    return Table(
        title="Start-up",
        about=ABOUT,
        header=("", "s", "to the imports", "MB"),
        rows=rows,
        notes=[f"Medians of {size.runs} runs in turn."],
    )


def connect(world: World) -> Ran:
    """Start `picket run`, wait until it listens, and stop it."""
    from sandbox.aws import Cloud
    from sandbox.demo import stage
    from sandbox.slack import Workspace

    with Workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        stood = stage(cast(Cloud, world), workspace, Path(folder), [PYTHON, "-m", "bot", "run"])
        stood.bot.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.perf_counter()
        stood.bot.start()
        try:
            workspace.wait_for(lambda: workspace.connections, 60)
            seconds = time.perf_counter() - began
            return Ran(seconds, 0, resident(stood.bot), "")
        finally:
            stood.bot.stop()


def resident(bot: Any) -> float:
    """Resident memory of the bot's process now, in MB."""
    status = Path(f"/proc/{bot._process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
