"""Each measurement still measures; its figures are no test's matter."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("measurement", ["audit", "startup", "relay", "click"])
def test_a_measurement_ends_with_a_table_of_ratios(measurement):
    command = [sys.executable, "-m", "bench", measurement, "--quick"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert said.returncode == 0, said.stderr
    assert f"## {measurement.capitalize()}".replace("Startup", "Start-up") in said.stdout
    assert "1.00×" in said.stdout


def test_the_page_is_written_whole_or_not_at_all():
    command = [sys.executable, "-m", "bench", "relay", "--write"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert said.returncode == 2
    assert "whole page" in said.stderr
