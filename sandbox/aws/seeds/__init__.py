"""The company as it stands at one moment: what is in its accounts, right and wrong, relative to now."""

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

MODULES = (
    "organization",
    "default_vpcs",
    "log_archive",
    "relay",
    "prod_iam",
    "prod_policies",
    "prod_network",
    "prod_compute",
    "prod_data",
    "prod_edge",
    "prod_trails",
    "prod_alarms",
    "prod_config",
    "prod_guardduty",
    "dev",
)
"""In the order in which they are built: a later one may name what an earlier one made."""


def build(cloud: "Cloud", now: datetime) -> None:
    """Fill an empty cloud."""
    for name in MODULES:
        import_module(f"{__name__}.{name}").build(cloud, now)
