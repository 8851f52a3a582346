"""Remedies for databases that have an address on the internet: RDS and Redshift."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.aws.remedies.setting import Seen, by_arn, looked, setting
from bot.errors import NotFound
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Target

_PART = "address on the internet"
_SETTLES = timedelta(minutes=20)
"""AWS takes some minutes to change it, and shows it only then."""


def _seen(name: str, public: bool, endpoint: str, *, ready: bool) -> Seen:
    reached = Effect(f"Clients reach it at {endpoint}.") if endpoint else Effect("It has no endpoint at the moment.")
    return Seen(
        name=name,
        parts={_PART: public},
        wanted={_PART: False},
        effects=(reached, Effect("Its name will lead to a private address: who comes from the internet loses access.")),
        warnings=() if ready else ("It is not available just now; AWS may refuse the change until it is.",),
    )


def _instance(target: Target) -> str:
    return f"the database {target.parameters['database']}"


def _look_at_instance(clients: Clients, target: Target) -> Seen:
    id_ = target.parameters["database"]
    with looked("rds", target.region, _instance(target), "DBInstanceNotFound", "DBInstanceNotFoundFault"):
        found: list[dict[str, Any]] = clients("rds").describe_db_instances(DBInstanceIdentifier=id_)["DBInstances"]
    if not found:
        raise NotFound(f"The database {id_} does not exist any more.")
    endpoint = found[0].get("Endpoint", {})
    address = f"{endpoint['Address']}:{endpoint['Port']}" if endpoint.get("Address") else ""
    ready = found[0]["DBInstanceStatus"] == "available"
    return _seen(f"database {id_}", found[0]["PubliclyAccessible"], address, ready=ready)


def _write_instance(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    with looked("rds", target.region, _instance(target), "DBInstanceNotFound", "DBInstanceNotFoundFault"):
        clients("rds").modify_db_instance(
            DBInstanceIdentifier=target.parameters["database"],
            PubliclyAccessible=parts[_PART],
            ApplyImmediately=True,
        )


MAKE_INSTANCE_PRIVATE = Remedy(
    id="rds-make-private",
    title="Take a database off the internet",
    label="Make private",
    risk=Risk.HIGH,
    fixes=("rds-public",),
    answers=(),
    reads=("rds:DescribeDBInstances",),
    writes=("rds:ModifyDBInstance",),
    aim=by_arn(":db:(?P<database>[^/]+)"),
    **setting(_look_at_instance, _write_instance),
    settles=_SETTLES,
)


def _cluster(target: Target) -> str:
    return f"the Redshift cluster {target.parameters['cluster']}"


def _look_at_cluster(clients: Clients, target: Target) -> Seen:
    id_ = target.parameters["cluster"]
    with looked("redshift", target.region, _cluster(target), "ClusterNotFound"):
        found = clients("redshift").describe_clusters(ClusterIdentifier=id_)["Clusters"][0]
    endpoint = found.get("Endpoint", {})
    address = f"{endpoint['Address']}:{endpoint['Port']}" if endpoint.get("Address") else ""
    ready = found["ClusterStatus"] == "available"
    return _seen(f"Redshift cluster {id_}", found["PubliclyAccessible"], address, ready=ready)


def _write_cluster(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    with looked("redshift", target.region, _cluster(target), "ClusterNotFound"):
        clients("redshift").modify_cluster(
            ClusterIdentifier=target.parameters["cluster"], PubliclyAccessible=parts[_PART]
        )


MAKE_CLUSTER_PRIVATE = Remedy(
    id="redshift-make-private",
    title="Take a Redshift cluster off the internet",
    label="Make private",
    risk=Risk.HIGH,
    fixes=("redshift-public",),
    answers=(),
    reads=("redshift:DescribeClusters",),
    writes=("redshift:ModifyCluster",),
    aim=by_arn(":(?:cluster|namespace):(?P<cluster>[^/]+)"),
    **setting(_look_at_cluster, _write_cluster),
    settles=_SETTLES,
)

REMEDIES = (MAKE_INSTANCE_PRIVATE, MAKE_CLUSTER_PRIVATE)
