"""Which regions an audit looks at in an account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import botocore.session

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.errors import AwsError
from checks.inventory import GLOBAL

ACTIONS = ("ec2:DescribeRegions",)
"""What `regions` needs to be allowed."""

_ENABLED = {"opt-in-not-required", "opted-in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """The regions to look at, in order; `left_out` maps others to the reason why not."""

    enabled: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


def known_regions() -> tuple[str, ...]:
    """Every region of every partition that this version of botocore knows, without asking AWS."""
    # the session's own method reads all of EC2's model for the prefix of its endpoints, which is known
    endpoints = botocore.session.Session().get_component("endpoint_resolver")
    return tuple(
        region
        for partition in endpoints.get_available_partitions()
        for region in endpoints.get_available_endpoints("ec2", partition)
    )


def regions(sessions: Sessions, account: str, wanted: Collection[str] = ()) -> Regions:
    """The regions that `account` has enabled, of those in the setting aws.regions, of `wanted`; empty: all.

    Raises AwsError when AWS does not say, or when none is left: an audit of no region would look clean.
    """
    configured = sessions.aws.regions
    status = _status(sessions, account)
    enabled, left_out = [], {}
    for region in sorted({*status, *configured, *wanted}):
        if wanted and region not in wanted:
            continue  # nobody asked
        if configured and region not in configured:
            left_out[region] = "not in the setting aws.regions"
        elif status.get(region) not in _ENABLED:
            left_out[region] = "not enabled in this account" if region in status else "there is no such region here"
        else:
            enabled.append(region)
    if not enabled:
        reasons = "; ".join(f"{region}: {reason}" for region, reason in left_out.items())
        raise AwsError(f"No region of account {account} can be looked at ({reasons}).")
    return Regions(enabled=tuple(enabled), left_out=left_out)


def _status(sessions: Sessions, account: str) -> dict[str, str]:
    with told("ec2"):
        client = sessions.client(account, "ec2", GLOBAL, Access.READ)
        # filtered by us and not by AWS, for the regions left out are to be named
        answer = client.describe_regions(AllRegions=True)["Regions"]
    return {region["RegionName"]: region.get("OptInStatus", "opt-in-not-required") for region in answer}
