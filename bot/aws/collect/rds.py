"""Reads RDS: instances, clusters, and the snapshots that somebody made; DocumentDB's and Neptune's come with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from bot.errors import AwsDenied, AwsError
from checks.inventory import Gap
from checks.inventory.rds import DbCluster, DbInstance, DbSnapshot

_PAGE = 100
_GONE = {"DBSnapshotNotFound", "DBClusterSnapshotNotFoundFault"}


def instances(source: Source) -> list[DbInstance]:
    """Every database instance."""
    return [
        _instance(source, found) for found in source.pages("rds", "describe_db_instances", "DBInstances", size=_PAGE)
    ]


def _instance(source: Source, found: Mapping[str, Any]) -> DbInstance:
    return DbInstance(
        id=found["DBInstanceIdentifier"],
        arn=found["DBInstanceArn"],
        region=source.region,
        engine=found.get("Engine", ""),
        encrypted=bool(found.get("StorageEncrypted")),
        public=bool(found.get("PubliclyAccessible")),
        # an instance that is being made has no endpoint yet
        port=found.get("Endpoint", {}).get("Port") or found.get("DbInstancePort") or None,
        groups=_groups(found),
        vpc=found.get("DBSubnetGroup", {}).get("VpcId", ""),
        cluster=found.get("DBClusterIdentifier", ""),
        tags=_tags(found),
    )


def clusters(source: Source) -> list[DbCluster]:
    """Every cluster."""
    return [
        DbCluster(
            id=found["DBClusterIdentifier"],
            arn=found["DBClusterArn"],
            region=source.region,
            engine=found.get("Engine", ""),
            encrypted=bool(found.get("StorageEncrypted")),
            port=found.get("Port"),
            groups=_groups(found),
            tags=_tags(found),
        )
        for found in source.pages("rds", "describe_db_clusters", "DBClusters", size=_PAGE)
    ]


def snapshots(source: Source) -> Iterable[DbSnapshot]:
    """Every snapshot of an instance or a cluster that somebody made, and whether everyone may restore it."""
    of_instances = source.pages("rds", "describe_db_snapshots", "DBSnapshots", size=_PAGE, SnapshotType="manual")
    of_clusters = source.pages(
        "rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", size=_PAGE, SnapshotType="manual"
    )

    def whole(kind_and_found: tuple[str, Mapping[str, Any]]) -> DbSnapshot:
        kind, found = kind_and_found
        id_ = found[f"{kind}SnapshotIdentifier"]
        encrypted = bool(found.get("Encrypted" if kind == "DB" else "StorageEncrypted"))
        return DbSnapshot(
            id=id_,
            arn=found[f"{kind}SnapshotArn"],
            region=source.region,
            source=found.get("DBInstanceIdentifier" if kind == "DB" else "DBClusterIdentifier", ""),
            of_cluster=kind == "DBCluster",
            engine=found.get("Engine", ""),
            encrypted=encrypted,
            public=False if encrypted else _public(source, kind, id_),
            tags=_tags(found),
        )

    return source.each(whole, [*(("DB", one) for one in of_instances), *(("DBCluster", one) for one in of_clusters)])


_ATTRIBUTES = {"DB": "describe_db_snapshot_attributes", "DBCluster": "describe_db_cluster_snapshot_attributes"}


def _public(source: Source, kind: str, id_: str) -> bool | Gap:
    try:
        answer = source.call("rds", _ATTRIBUTES[kind], **{f"{kind}SnapshotIdentifier": id_})
    except AwsError as error:
        if error.code in _GONE:
            return False
        permission = error.permission if isinstance(error, AwsDenied) else ""
        return Gap(
            account=source.account, region=source.region, record="DbSnapshot", reason=str(error), permission=permission
        )
    attributes = answer[f"{kind}SnapshotAttributesResult"].get(f"{kind}SnapshotAttributes", ())
    return any(
        attribute.get("AttributeName") == "restore" and "all" in attribute.get("AttributeValues", ())
        for attribute in attributes
    )


def _groups(found: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", ()))


def _tags(found: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in found.get("TagList", ())}


COLLECTORS = (
    Collector(record=DbInstance, scope=Scope.REGIONAL, actions=("rds:DescribeDBInstances",), read=instances),
    Collector(record=DbCluster, scope=Scope.REGIONAL, actions=("rds:DescribeDBClusters",), read=clusters),
    Collector(
        record=DbSnapshot,
        scope=Scope.REGIONAL,
        actions=(
            "rds:DescribeDBClusterSnapshotAttributes",
            "rds:DescribeDBClusterSnapshots",
            "rds:DescribeDBSnapshotAttributes",
            "rds:DescribeDBSnapshots",
        ),
        read=snapshots,
    ),
)
