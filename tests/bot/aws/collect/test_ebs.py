"""What is read of volumes, snapshots, and the default of encryption."""

import pytest

from bot.aws.collect import ebs
from sandbox.aws.accounts import HUB

REGION = "eu-west-1"


@pytest.fixture
def api(cloud):
    return cloud.client("ec2", HUB, REGION)


@pytest.fixture
def vpc(api):
    return api.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnet(api, vpc):
    return api.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]


@pytest.fixture
def image(api):
    return api.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]


def run(api, image, **facts):
    return api.run_instances(ImageId=image, MinCount=1, MaxCount=1, **facts)["Instances"][0]["InstanceId"]


def test_volumes_snapshots_and_the_regions_default_are_read(cloud, api, source):
    zone = f"{REGION}a"
    plain = api.create_volume(AvailabilityZone=zone, Size=5, Encrypted=False)["VolumeId"]
    api.create_volume(AvailabilityZone=zone, Size=5, Encrypted=True)
    public = api.create_snapshot(VolumeId=plain, Description="open")["SnapshotId"]
    private = api.create_snapshot(VolumeId=plain)["SnapshotId"]
    api.modify_snapshot_attribute(
        SnapshotId=public, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    api.enable_ebs_encryption_by_default()

    assert sorted((one.encrypted, one.size) for one in ebs.volumes(source(REGION))) == [(False, 5), (True, 5)]
    found = {one.id: one for one in ebs.snapshots(source(REGION))}
    assert {id_: one.public for id_, one in found.items()} == {public: True, private: False}
    assert found[public].arn == f"arn:aws:ec2:{REGION}::snapshot/{public}"
    assert (found[public].volume, found[public].description) == (plain, "open")
    assert [one.encrypted for one in ebs.defaults(source(REGION))] == [True]
    assert [one.encrypted for one in ebs.defaults(source("us-east-1"))] == [False]


def test_a_snapshot_shared_with_one_account_is_not_public(api, source):
    volume = api.create_volume(AvailabilityZone=f"{REGION}a", Size=5)["VolumeId"]
    id_ = api.create_snapshot(VolumeId=volume)["SnapshotId"]
    api.modify_snapshot_attribute(
        SnapshotId=id_, Attribute="createVolumePermission", OperationType="add", UserIds=["999988887777"]
    )
    assert [one.public for one in ebs.snapshots(source(REGION))] == [False]


def test_what_is_listed_as_public_is_asked_about_to_be_sure(canned, source):
    one = {"Snapshots": [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-2"}]}
    asked = canned("ec2", "DescribeSnapshots", one, one, region=REGION)
    canned(
        "ec2",
        "DescribeSnapshotAttribute",
        {"CreateVolumePermissions": [{"Group": "all"}]},
        {"CreateVolumePermissions": []},
        region=REGION,
    )
    assert sorted(found.public for found in ebs.snapshots(source(REGION))) == [False, True]
    assert asked[1]["body"]["RestorableBy.1"] == "all"


def test_an_attached_volume_names_its_instance(api, source, image, subnet):
    id_ = run(api, image, SubnetId=subnet)
    assert [one.instances for one in ebs.volumes(source(REGION))] == [(id_,)]
