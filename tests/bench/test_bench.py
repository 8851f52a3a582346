"""Each measurement still measures; its figures are no test's matter."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import HEAD, _with

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("measurement", ["audit", "growth", "startup", "relay", "click"])
def test_a_measurement_ends_with_a_table_of_ratios(measurement):
    command = [sys.executable, "-m", "bench", measurement, "--quick"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert said.returncode == 0, said.stderr
    assert f"## {measurement.capitalize()}".replace("Startup", "Start-up") in said.stdout
    assert "1.00×" in said.stdout


def test_a_flood_is_accounted_for_to_the_last_event():
    command = [sys.executable, "-m", "bench", "storm", "--quick"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert said.returncode == 0, said.stderr
    lines = {tuple(cell.strip() for cell in line.split("|")[1:4]) for line in said.stdout.splitlines() if "|" in line}
    assert {("events accounted for", "40", "40"), ("events told of twice", "0", "0")} < lines
    assert ("criticals with a card", "2", "2") in lines


def test_one_measurement_leaves_the_others_on_the_page_as_they_were():
    page = f"{HEAD}\n## Audit\n\nold\n\n## Relay\n\nold\n"

    new = _with(page, "## Click\n\nfirst\n")
    newer = _with(new, "## Audit\n\nnew\n")

    assert newer == f"{HEAD}\n## Audit\n\nnew\n\n## Relay\n\nold\n\n## Click\n\nfirst\n"


def test_tiny_sizes_are_not_written_down():
    command = [sys.executable, "-m", "bench", "relay", "--quick", "--write"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert said.returncode == 2
