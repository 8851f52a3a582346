"""Reads Redshift's provisioned clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from checks.inventory.redshift import RedshiftCluster

_PAGE = 100


def clusters(source: Source) -> list[RedshiftCluster]:
    """Every provisioned cluster."""
    return [_cluster(source, found) for found in source.pages("redshift", "describe_clusters", "Clusters", size=_PAGE)]


def _cluster(source: Source, found: Mapping[str, Any]) -> RedshiftCluster:
    id_ = found["ClusterIdentifier"]
    return RedshiftCluster(
        id=id_,
        arn=f"arn:{source.partition}:redshift:{source.region}:{source.account}:cluster:{id_}",
        region=source.region,
        encrypted=bool(found.get("Encrypted")),
        public=bool(found.get("PubliclyAccessible")),
        port=found.get("Endpoint", {}).get("Port"),
        groups=tuple(group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", ())),
        vpc=found.get("VpcId", ""),
        tags={tag["Key"]: tag.get("Value", "") for tag in found.get("Tags", ())},
    )


COLLECTORS = (
    Collector(record=RedshiftCluster, scope=Scope.REGIONAL, actions=("redshift:DescribeClusters",), read=clusters),
)
