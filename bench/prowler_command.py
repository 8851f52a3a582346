"""Prowler, and how it is asked for what we ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.parity_map import PAIRS
from bench.peer_environment import installed, started

VERSION = "5.46.0"
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


def command(regions: Sequence[str], folder: Path, name: str) -> list[str]:
    """Its command line for CHECKS in those regions; the answer is then in `folder`, in `<name>.ocsf.json`."""
    settings = folder / "prowler.yaml"
    settings.write_text(SETTINGS, encoding="utf-8")
    return [
        *started(installed("prowler", VERSION), "prowler.__main__:prowler"),
        *("aws", "--scan-unused-services", "--config-file", str(settings)),
        *("--checks", *CHECKS, "--filter-region", *regions),
        *("--output-formats", "json-ocsf", "--output-directory", str(folder), "--output-filename", name),
        *("--no-banner", "--log-level", "CRITICAL"),
    ]
