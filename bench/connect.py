"""Starts the bot beside a workspace, waits until it listens, and says how long that took and how large it is."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sandbox.aws import Cloud
from sandbox.demo import stage
from sandbox.slack import Workspace


def resident(bot: Any) -> float:
    """Resident memory of the bot's process now, in MB."""
    status = Path(f"/proc/{bot._process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def main(queue_url: str, environment: dict[str, str]) -> None:
    world = cast(Cloud, SimpleNamespace(queue_url=queue_url, environment=lambda: environment))
    with Workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        stood = stage(world, workspace, Path(folder), [sys.executable, "-m", "bot", "run"])
        began = time.perf_counter()
        stood.bot.start()
        try:
            workspace.wait_for(lambda: workspace.connections, 60)
            print(json.dumps({"seconds": time.perf_counter() - began, "megabytes": resident(stood.bot)}))
        finally:
            stood.bot.stop()


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
