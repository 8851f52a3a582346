"""RDS: databases, clusters and snapshots; Aurora, DocumentDB and Neptune are judged by their clusters."""

from __future__ import annotations

from checks import databases
from checks.inventory import View, known
from checks.inventory.ec2 import PrefixList, SecurityGroup
from checks.inventory.rds import DbCluster, DbInstance, DbSnapshot
from checks.model import NotApplicable, Problem, Severity, Verdict, check


@check(
    id="rds-unencrypted",
    title="Database not encrypted",
    services=("rds",),
    severity=Severity.HIGH,
    why="Its storage, its backups and its replicas can be read by whoever gets at the disks or a copy of them.",
    fix=(
        "A database cannot be encrypted where it stands: take a snapshot, copy it with a key (`aws rds "
        "copy-db-snapshot --kms-key-id KEY`) and restore the copy; restore a cluster's snapshot itself with the key "
        "(`aws rds restore-db-cluster-from-snapshot --kms-key-id KEY`). Then move over."
    ),
    references=(
        "best-practices/27",
        "cis-3.0/2.3.1",
        "cis-5.0/2.2.1",
        "fsbp/RDS.3",
        "fsbp/RDS.27",
        "fsbp/DocumentDB.1",
        "fsbp/Neptune.1",
    ),
    judges=(DbInstance, DbCluster),
)
def unencrypted(database: DbInstance | DbCluster, _view: View) -> Verdict:
    """Row 27: storage without encryption; a cluster's members are as the cluster is."""
    if isinstance(database, DbInstance) and database.cluster:
        return NotApplicable()
    if database.encrypted:
        return None
    kind = "instance" if isinstance(database, DbInstance) else "cluster"
    return Problem({"database": database.id, "kind": kind, "engine": database.engine, "storage_encrypted": False})


@check(
    id="rds-snapshot-unencrypted",
    title="Database snapshot not encrypted",
    services=("rds",),
    severity=Severity.MEDIUM,
    why="A snapshot is the whole database; without encryption a copy of it can be read wherever it ends up.",
    fix=(
        "Copy it with a key (`aws rds copy-db-snapshot --kms-key-id KEY`); a cluster's cannot be copied so: restore it "
        "with the key (`aws rds restore-db-cluster-from-snapshot`) and take a new one. Delete the old one."
    ),
    references=("best-practices/27", "fsbp/RDS.4", "fsbp/Neptune.6"),
    judges=DbSnapshot,
)
def snapshot_unencrypted(snapshot: DbSnapshot, _view: View) -> Verdict:
    """Row 27: a snapshot that somebody made, of an instance or a cluster; automated ones are their database's."""
    return None if snapshot.encrypted else Problem({**_of(snapshot), "encrypted": False})


@check(
    id="rds-snapshot-public",
    title="Database snapshot is public",
    services=("rds",),
    severity=Severity.CRITICAL,
    why="Anyone with an AWS account can restore it and read everything that was in the database.",
    fix=(
        "Take the permission away: `aws rds modify-db-snapshot-attribute --attribute-name restore "
        "--values-to-remove all --db-snapshot-identifier ID` (for a cluster modify-db-cluster-snapshot-attribute); "
        "treat what it holds as known to others."
    ),
    references=("best-practices/27", "fsbp/RDS.1", "fsbp/DocumentDB.3", "fsbp/Neptune.3"),
    judges=DbSnapshot,
)
def snapshot_public(snapshot: DbSnapshot, _view: View) -> Verdict:
    """Row 27: everyone may restore it."""
    return Problem({**_of(snapshot), "restorable_by": "everyone"}) if known(snapshot.public) else None


def _of(snapshot: DbSnapshot) -> dict[str, object]:
    kind = "cluster" if snapshot.of_cluster else "instance"
    return {"snapshot": snapshot.id, "taken_of": f"{kind} {snapshot.source}", "engine": snapshot.engine}


@check(
    id="rds-public",
    title="Database publicly accessible",
    services=("rds",),
    severity=Severity.HIGH,
    worst=Severity.CRITICAL,
    why="It has an address on the internet, so that one security group and a password are all that protects it.",
    fix=(
        "Switch it off with `aws rds modify-db-instance --no-publicly-accessible --db-instance-identifier ID`, and "
        "let clients in through the VPC, a VPN or a bastion."
    ),
    references=("best-practices/38", "cis-3.0/2.3.3", "cis-5.0/2.2.3", "fsbp/RDS.2"),
    judges=DbInstance,
    reads=(SecurityGroup, PrefixList),
)
def is_public(instance: DbInstance, view: View) -> Verdict:
    """Row 38: publicly accessible, a cluster's members each for themselves."""
    return databases.public(instance, view) if instance.public else None
