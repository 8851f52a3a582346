"""Redshift: provisioned clusters; Redshift Serverless is not in scope."""

from __future__ import annotations

from checks import databases
from checks.inventory import View
from checks.inventory.ec2 import PrefixList, SecurityGroup
from checks.inventory.redshift import RedshiftCluster
from checks.model import Problem, Severity, Verdict, check


@check(
    id="redshift-unencrypted",
    title="Redshift cluster not encrypted",
    services=("redshift",),
    severity=Severity.HIGH,
    why="A warehouse gathers what the whole company knows; its disks and snapshots can be read without a key.",
    fix=(
        "Switch encryption on with `aws redshift modify-cluster --encrypted --kms-key-id KEY "
        "--cluster-identifier ID`; the cluster is read-only for a while. Redshift Serverless is not looked at."
    ),
    references=("best-practices/27", "fsbp/Redshift.10"),
    judges=RedshiftCluster,
)
def unencrypted(cluster: RedshiftCluster, _view: View) -> Verdict:
    """Row 27: a cluster without encryption."""
    return None if cluster.encrypted else Problem({"cluster": cluster.id, "encrypted": False})


@check(
    id="redshift-public",
    title="Redshift cluster publicly accessible",
    services=("redshift",),
    severity=Severity.HIGH,
    worst=Severity.CRITICAL,
    why="It has an address on the internet, so that one security group and a password are all that protects it.",
    fix=(
        "Switch it off with `aws redshift modify-cluster --no-publicly-accessible --cluster-identifier ID`, and let "
        "clients in through the VPC or a VPN. Redshift Serverless is not looked at."
    ),
    references=("best-practices/38", "fsbp/Redshift.1"),
    judges=RedshiftCluster,
    reads=(SecurityGroup, PrefixList),
)
def is_public(cluster: RedshiftCluster, view: View) -> Verdict:
    """Row 38: publicly accessible, on the port of its endpoint."""
    return databases.public(cluster, view) if cluster.public else None
