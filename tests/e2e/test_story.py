"""The story of the demo, as a newcomer plays it."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from sandbox.scenario import STORY

pytestmark = pytest.mark.xdist_group("story")


def test_the_story_shows_every_step_and_ends_with_0():
    told = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once"], capture_output=True, text=True, timeout=300, check=False
    )

    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert told.stdout.count("✔") == len(STORY)
    for step in STORY:
        assert step.title in told.stdout
    assert "Traceback" not in told.stdout + told.stderr


def test_the_demo_prints_one_address_without_a_display_and_ends_when_told(tmp_path):
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    with (tmp_path / "out").open("w+") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"], stdout=out, stderr=out, env=environment, start_new_session=True
        )
        try:
            addresses, deadline = [], time.monotonic() + 60
            while not addresses and time.monotonic() < deadline:
                time.sleep(0.1)
                addresses = re.findall(r"http://127\.0\.0\.1:\d+", (tmp_path / "out").read_text())
            time.sleep(1)
            demo.send_signal(signal.SIGTERM)  # a shell may have its children ignore SIGINT
            demo.wait(30)
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGKILL)

    said = (tmp_path / "out").read_text()
    assert len(addresses) == 1
    assert demo.returncode == 0, said
    assert "Traceback" not in said
