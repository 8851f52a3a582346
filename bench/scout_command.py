"""ScoutSuite, and how it is asked to read the services that we read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.peer_environment import installed, started

VERSION = "5.14.0"
SERVICES = (
    "acm", "cloudfront", "cloudtrail", "cloudwatch", "config", "ec2", "iam", "rds", "redshift", "s3", "vpc",
)  # fmt: skip
"""Those of its services that checks of ours ask about; it reads whole services and judges all it has rules for."""
GOOD = (0, 200)
"""It ends with 200 when a call of its own was refused or failed, and goes on without it."""


def command(regions: Sequence[str], folder: Path, name: str) -> list[str]:
    """Its command line, for SERVICES in those regions; its report is then in `folder`."""
    return [
        *started(installed("scoutsuite", VERSION), "ScoutSuite.__main__:run_from_cli"),
        *("aws", "--regions", *regions, "--services", *SERVICES),
        *("--no-browser", "--force", "--report-dir", str(folder), "--report-name", name),
    ]
