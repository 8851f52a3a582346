"""Prowler in an environment of its own, for its dependencies are not ours, and how it is asked for what we ask."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from bench.parity_map import PAIRS

VERSION = "5.46.0"
ROOT = Path(__file__).parent.parent
HOME = ROOT / ".venv-prowler"
CHECKS = tuple(sorted({check for pair in PAIRS for check in pair.theirs}))
"""Those that ask what one of ours asks."""
SETTINGS = """\
aws:
  max_unused_access_keys_days: 30
  max_console_access_days: 90
  days_to_expire_threshold: 30
  maximum_expiration_days: 90
"""
"""Prowler's, set to what ours are by default, so that judgements are compared and not settings."""


def installed() -> Path:
    """Its interpreter; installs it where it is not there yet."""
    python = HOME / "bin" / "python"
    mark = HOME / f"prowler-{VERSION}"
    if not mark.exists():
        print(f"Installing Prowler {VERSION} into {HOME.name} …", file=sys.stderr, flush=True)
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"prowler=={VERSION}"], check=True)
        mark.touch()
    return python


def command(python: Path, regions: Sequence[str], folder: Path, name: str) -> list[str]:
    """Its command line for CHECKS in those regions; the answer is then in `folder`, in `<name>.ocsf.json`."""
    settings = folder / "prowler.yaml"
    settings.write_text(SETTINGS, encoding="utf-8")
    return [
        *(str(python), str(ROOT / "bench" / "parity_prowler.py"), "aws", "--scan-unused-services"),
        *("--checks", *CHECKS, "--filter-region", *regions, "--config-file", str(settings)),
        *("--output-formats", "json-ocsf", "--output-directory", str(folder), "--output-filename", name),
        *("--no-banner", "--log-level", "CRITICAL"),
    ]
