"""What is read of databases and warehouses."""

import pytest

from bot.aws.collect import rds, redshift
from bot.errors import AwsDenied
from checks.inventory import Gap
from sandbox.aws.accounts import HUB

REGION = "eu-west-1"
SECRET = {"MasterUsername": "acme", "MasterUserPassword": "Correct-horse-7"}
TAGS = [{"Key": "Owner", "Value": "platform"}]


@pytest.fixture
def api(cloud):
    return cloud.client("rds", HUB, REGION)


def an_instance(api, name="orders", **facts):
    facts = {"DBInstanceClass": "db.t3.medium", "Engine": "postgres", "AllocatedStorage": 20, **SECRET, **facts}
    return api.create_db_instance(DBInstanceIdentifier=name, Tags=TAGS, **facts)["DBInstance"]


def a_cluster(api, name="shop", **facts):
    facts = {"Engine": "aurora-postgresql", **SECRET, **facts}
    return api.create_db_cluster(DBClusterIdentifier=name, Tags=TAGS, **facts)["DBCluster"]


def named(records, id_):
    return next(record for record in records if record.id == id_)


def test_an_instance_is_read_with_its_port_groups_and_tags(api, source):
    made = an_instance(api, StorageEncrypted=True, PubliclyAccessible=True, VpcSecurityGroupIds=["sg-1"], Port=6000)

    (read,) = rds.instances(source(REGION))

    assert (read.id, read.arn, read.region, read.engine) == ("orders", made["DBInstanceArn"], REGION, "postgres")
    assert (read.encrypted, read.public, read.port, read.groups) == (True, True, 6000, ("sg-1",))
    assert (read.cluster, read.tags) == ("", {"Owner": "platform"})


def test_a_member_knows_its_cluster(api, source):
    a_cluster(api, StorageEncrypted=True)
    an_instance(api, "shop-1", DBClusterIdentifier="shop", Engine="aurora-postgresql")

    assert named(rds.instances(source(REGION)), "shop-1").cluster == "shop"
    (cluster,) = rds.clusters(source(REGION))
    assert (cluster.id, cluster.encrypted, cluster.tags) == ("shop", True, {"Owner": "platform"})


def test_snapshots_of_instances_and_clusters_are_read_and_asked_about_only_where_they_could_be_public(
    api, cloud, source
):
    an_instance(api)
    an_instance(api, "safe", StorageEncrypted=True)
    a_cluster(api)
    for name, of in (("orders-1", "orders"), ("safe-1", "safe")):
        api.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=of)
    api.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="shop-1", DBClusterIdentifier="shop")
    api.modify_db_snapshot_attribute(DBSnapshotIdentifier="orders-1", AttributeName="restore", ValuesToAdd=["all"])

    read = {snapshot.id: snapshot for snapshot in rds.snapshots(source(REGION))}

    assert {id_: one.public for id_, one in read.items()} == {"orders-1": True, "safe-1": False, "shop-1": False}
    assert {id_: (one.of_cluster, one.source) for id_, one in read.items()} == {
        "orders-1": (False, "orders"),
        "safe-1": (False, "safe"),
        "shop-1": (True, "shop"),
    }
    calls = cloud.calls.count()
    assert calls["rds:DescribeDBSnapshotAttributes"] == calls["rds:DescribeDBClusterSnapshotAttributes"] == 1


def test_a_snapshot_that_is_shared_with_one_account_is_not_public(api, source):
    an_instance(api)
    api.create_db_snapshot(DBSnapshotIdentifier="orders-1", DBInstanceIdentifier="orders")
    api.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="orders-1", AttributeName="restore", ValuesToAdd=["999988887777"]
    )

    (snapshot,) = rds.snapshots(source(REGION))

    assert snapshot.public is False


def test_whether_a_snapshot_is_public_is_a_gap_where_it_may_not_be_asked(api, cloud, source):
    an_instance(api)
    api.create_db_snapshot(DBSnapshotIdentifier="orders-1", DBInstanceIdentifier="orders")
    cloud.faults.deny("rds", "DescribeDBSnapshotAttributes")

    (snapshot,) = rds.snapshots(source(REGION))

    assert isinstance(snapshot.public, Gap)
    assert snapshot.public.permission == "rds:DescribeDBSnapshotAttributes"


def test_instances_that_may_not_be_read_are_no_empty_list(cloud, source):
    cloud.faults.deny("rds", "DescribeDBInstances")

    with pytest.raises(AwsDenied):
        rds.instances(source(REGION))


def test_every_page_of_instances_is_read(canned, source):
    def page(name):
        return {"DBInstances": [{"DBInstanceIdentifier": name, "DBInstanceArn": f"arn:aws:rds:::db:{name}"}]}

    asked = canned("rds", "DescribeDBInstances", {**page("a"), "Marker": "more"}, page("b"), region=REGION)

    assert [one.id for one in rds.instances(source(REGION))] == ["a", "b"]
    assert len(asked) == 2


def test_a_warehouse_is_read_with_the_port_of_its_endpoint(cloud, source):
    group = cloud.client("ec2", HUB, REGION).describe_security_groups()["SecurityGroups"][0]["GroupId"]
    cloud.client("redshift", HUB, REGION).create_cluster(
        ClusterIdentifier="reports",
        NodeType="ra3.large",
        ClusterType="single-node",
        Encrypted=True,
        PubliclyAccessible=False,
        Port=5555,
        VpcSecurityGroupIds=[group],
        Tags=TAGS,
        **SECRET,
    )

    (read,) = redshift.clusters(source(REGION))

    assert read.arn == f"arn:aws:redshift:{REGION}:{HUB.id}:cluster:reports"
    assert (read.encrypted, read.public, read.port) == (True, False, 5555)
    assert (read.groups, read.tags) == ((group,), {"Owner": "platform"})
