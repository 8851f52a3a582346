"""AWS's partitions: what lies in which, where that shows in names."""

from __future__ import annotations

HOMES = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""The region that global services tell of as their own, by partition."""

_STARTS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def partition_of(region: str) -> str:
    """The partition of a region, by its name; `aws` for what is no region's name."""
    return next((partition for start, partition in _STARTS.items() if region.startswith(start)), "aws")
