"""Where an exported finding comes from: what other tools want said with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from bot.config import Offline
from checks.catalog import CATALOG
from checks.inventory import GLOBAL
from checks.model import Check, Evidence, Finding, Status
from checks.partitions import HOMES, partition_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One audit by one version of Picket."""

    version: str
    at: datetime
    """When it was made; aware."""
    checks: Mapping[str, Check]
    account_names: Mapping[str, str]
    partition: str = "aws"
    """Of findings that neither their resource nor their region tells."""
    home: str = ""
    """Region for what is global; empty: where global services live."""

    @classmethod
    def of(cls, settings: Offline, at: datetime, partition: str) -> Origin:
        """That of an audit by this Picket, made at `at` under these settings."""
        return cls(
            version=version("picket"),
            at=at,
            checks=CATALOG,
            account_names={one.id: one.name for one in settings.aws.accounts if one.name},
            partition=partition,
            home=settings.security_hub.global_region,
        )

    def partition_of(self, finding: Finding) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        if finding.resource.startswith("arn:aws"):
            return finding.resource.split(":")[1]
        regional = " " not in finding.region and finding.region != GLOBAL
        return partition_of(finding.region) if regional else self.partition

    def region_of(self, finding: Finding) -> str:
        """A region that exists: where global things live, for those."""
        if " " in finding.region or finding.region == GLOBAL:
            return self.home_in(self.partition_of(finding))
        return finding.region

    def home_in(self, partition: str) -> str:
        """The region for what is global in a partition."""
        return self.home or HOMES.get(partition, HOMES["aws"])


def is_suppressed(finding: Finding) -> bool:
    """Whether it fails and somebody accepts that, rather than being left out by the settings of the checks."""
    return finding.status is Status.MUTED and "muted" in finding.evidence


def account_of(finding: Finding) -> str:
    """The account's number, when the resource is the account as a whole; else nothing."""
    start = "AWS::::Account:"
    return finding.resource.removeprefix(start) if finding.resource.startswith(start) else ""


def plain(evidence: Evidence) -> Evidence:
    """The evidence of the check alone."""
    return {key: value for key, value in evidence.items() if key != "muted"}
