"""The running bot: a drill by the command, and what it says of the way from AWS to Slack."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("browser")


def test_a_drill_by_the_command_comes_through_the_running_bot(acme):
    config = acme.bot.command[-1]
    run = subprocess.run(
        [sys.executable, "-m", "bot", "drill", "-c", config],
        env=acme.bot.environment, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr
    assert [line.split()[0] for line in run.stdout.splitlines()] == ["sent", "received", "taken", "posted", "The"]
    assert acme.workspace.wait_for(lambda: acme.find("CALERTS01", "Drill"), 30)
