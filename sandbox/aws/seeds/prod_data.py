"""acme-prod: buckets, databases and the warehouse."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds import buckets
from sandbox.aws.seeds.ages import ago
from sandbox.aws.seeds.prod_network import REGION, group_id, vpc_id
from sandbox.aws.seeds.tags import tags

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

ASSETS = "acme-prod-assets"
EXPORTS = "acme-prod-exports"
BACKUPS = "acme-prod-backups"


def build(cloud: "Cloud", now: datetime) -> None:
    """Rows 27 and 38, beside an encrypted and private database; three private buckets."""
    s3 = cloud.client("s3", PROD)
    for number, name in enumerate((ASSETS, EXPORTS, BACKUPS)):
        buckets.create(s3, PROD, name, ago(now, 800 - 100 * number))
    ec2 = cloud.client("ec2", PROD, REGION)
    _databases(cloud.client("rds", PROD, REGION), ec2)
    _warehouse(cloud.client("redshift", PROD, REGION), ec2)


def _subnets(ec2: Any, vpc: str) -> list[str]:
    found = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id(ec2, vpc)]}])
    return [subnet["SubnetId"] for subnet in found["Subnets"]]


def _databases(rds: Any, ec2: Any) -> None:
    for vpc in ("main", "legacy"):
        rds.create_db_subnet_group(
            DBSubnetGroupName=vpc, DBSubnetGroupDescription=vpc, SubnetIds=_subnets(ec2, vpc), Tags=tags(vpc)
        )
    _database(rds, "orders", "postgres", group_id(ec2, "database"), encrypted=True, vpc="main")
    _database(rds, "orders-legacy", "mysql", group_id(ec2, "db-legacy"), encrypted=False, vpc="legacy")
    rds.create_db_snapshot(DBSnapshotIdentifier="orders-2026", DBInstanceIdentifier="orders", Tags=tags("orders-2026"))
    rds.create_db_snapshot(
        DBSnapshotIdentifier="orders-legacy-final",
        DBInstanceIdentifier="orders-legacy",
        Tags=tags("orders-legacy-final"),
    )
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="orders-legacy-final", AttributeName="restore", ValuesToAdd=["all"]
    )


def _database(rds: Any, name: str, engine: str, group: str, *, encrypted: bool, vpc: str) -> None:
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.medium",
        Engine=engine,
        AllocatedStorage=100,
        MasterUsername="acme",
        MasterUserPassword="correct-horse-battery",
        StorageEncrypted=encrypted,
        PubliclyAccessible=not encrypted,
        VpcSecurityGroupIds=[group],
        DBSubnetGroupName=vpc,
        Port=5432 if engine == "postgres" else 3306,
        Tags=tags(name),
    )


def _warehouse(redshift: Any, ec2: Any) -> None:
    for name, encrypted in (("reports", True), ("analytics", False)):
        redshift.create_cluster(
            ClusterIdentifier=name,
            NodeType="ra3.large",
            ClusterType="single-node",
            DBName="acme",
            MasterUsername="acme",
            MasterUserPassword="Correct-horse-7",
            Encrypted=encrypted,
            PubliclyAccessible=not encrypted,
            VpcSecurityGroupIds=[group_id(ec2, "partners" if not encrypted else "database")],
            Tags=tags(name),
        )
