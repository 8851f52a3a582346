"""acme-prod: instances, volumes, snapshots, images, key pairs and a launch template."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds import ages
from sandbox.aws.seeds.ages import ago
from sandbox.aws.seeds.prod_network import REGION, group_id, subnet_id
from sandbox.aws.seeds.prod_policies import PARTNER
from sandbox.aws.seeds.tags import specification, tags

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

LEAKED = "\n".join(
    (
        "#!/bin/bash",
        "export AWS_ACCESS_KEY_ID=AKIA" + "Z7Q4N2M5T8W3R6KD",
        "export AWS_SECRET_ACCESS_KEY=" + "v9Xo2Lr7Qm4Tz8Wc1Yb6" + "Ud3Hs5Kj0Pf9Gn2Ae7Ri",
        "python3 /opt/batch/run.py",
    )
)
"""Row 20: a key that never was one, of the right shape."""


@dataclass(frozen=True)
class Instance:
    """An instance: its VPC, security groups, and what is right or odd about it."""

    name: str
    vpc: str
    groups: tuple[str, ...]
    profile: str | None = "web-server"
    environment: str = "prod"
    key: str = "ops-2026"
    public: bool = False
    user_data: str = ""


INSTANCES = (
    Instance("web-1", "main", ("web-public",), public=True),
    Instance("bastion-1", "main", ("bastion",), public=True),
    Instance("app-1", "main", ("app",)),
    Instance("app-2", "main", ("app", "app-ssh")),
    Instance("search-1", "main", ("search-nodes", "partners")),
    Instance("batch-worker", "main", ("worker",), user_data=LEAKED),
    Instance("db-legacy-1", "legacy", ("db-legacy",), profile=None, key="ops-2023", public=True),
    Instance("old-demo", "legacy", ("everything-open",), profile="empty-profile", public=True),
    Instance("staging-web", "legacy", ("windows-jump",), environment="staging"),
)


def build(cloud: "Cloud", now: datetime) -> None:
    """Make them all in us-east-1, and set EBS encryption by default there alone."""
    ec2 = cloud.client("ec2", PROD, REGION)
    _key_pairs(ec2, now)
    image = base_image(ec2)
    for instance in INSTANCES:
        _run(ec2, instance, image)
    _in_default_vpc(ec2, image)
    _wrong_tags(ec2)
    _disks(ec2)
    _images(ec2)
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": image,
            "InstanceType": "t3.small",
            "SecurityGroupIds": [group_id(ec2, "path-mtu")],
        },
    )
    for region in ("us-east-1", "eu-north-1", "ap-southeast-2"):  # row 19: not in eu-west-1
        cloud.client("ec2", PROD, region).enable_ebs_encryption_by_default()


def base_image(ec2: Any, environment: str = "prod") -> str:
    """Register the private image that instances run from; its id."""
    image = str(ec2.register_image(Name="acme-base", RootDeviceName="/dev/sda1")["ImageId"])
    ec2.create_tags(Resources=[image], Tags=tags("acme-base", environment))
    return image


def _key_pairs(ec2: Any, now: datetime) -> None:
    for name, age in (("ops-2026", 45), ("ops-2023", 1100), ("marek-laptop", 80)):
        ec2.create_key_pair(KeyName=name)
        ages.key_pair(PROD, REGION, name, ago(now, age))


def _run(ec2: Any, instance: Instance, image: str) -> None:
    arguments: dict[str, Any] = {
        "ImageId": image,
        "InstanceType": "t3.small",
        "MinCount": 1,
        "MaxCount": 1,
        "KeyName": instance.key,
        "UserData": instance.user_data,
        "MetadataOptions": {"HttpTokens": "required"},
        "NetworkInterfaces": [
            {
                "DeviceIndex": 0,
                "SubnetId": subnet_id(ec2, instance.vpc),
                "Groups": [group_id(ec2, group) for group in instance.groups],
                "AssociatePublicIpAddress": instance.public,
            }
        ],
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "Encrypted": True}}],
        "TagSpecifications": specification("instance", instance.name, instance.environment)
        + specification("volume", f"{instance.name}-root", instance.environment),
    }
    if instance.profile:
        arguments["IamInstanceProfile"] = {"Name": instance.profile}
    ec2.run_instances(**arguments)


def _in_default_vpc(ec2: Any, image: str) -> None:
    """Row 21: somebody took the defaults; its volume is not encrypted (row 19)."""
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [default]}])["Subnets"]
    ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnets[0]["SubnetId"],
        IamInstanceProfile={"Name": "web-server"},
        TagSpecifications=specification("instance", "quick-test", "prod", "li.wei"),
    )


def _wrong_tags(ec2: Any) -> None:
    """Row 26: one resource lacks its owner, one has an unknown environment, one a bad name."""
    batch = _instance_id(ec2, "batch-worker")
    ec2.delete_tags(Resources=[batch], Tags=[{"Key": "Owner"}])
    ec2.create_tags(Resources=[_instance_id(ec2, "search-1")], Tags=[{"Key": "Environment", "Value": "prd1"}])
    ec2.create_tags(Resources=[_instance_id(ec2, "app-2")], Tags=[{"Key": "Name", "Value": "_app 2!"}])


def _instance_id(ec2: Any, name: str) -> str:
    found = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": [name]}])
    return str(found["Reservations"][0]["Instances"][0]["InstanceId"])


def _disks(ec2: Any) -> None:
    open_volume = ec2.create_volume(
        AvailabilityZone=f"{REGION}a",
        Size=50,
        Encrypted=False,
        TagSpecifications=specification("volume", "orders-archive"),
    )["VolumeId"]
    public = ec2.create_snapshot(
        VolumeId=open_volume,
        Description="handed to the auditors in 2024",
        TagSpecifications=specification("snapshot", "orders-archive-2024"),
    )["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=public, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    good = ec2.create_volume(
        AvailabilityZone=f"{REGION}a",
        Size=50,
        Encrypted=True,
        TagSpecifications=specification("volume", "orders"),
    )["VolumeId"]
    ec2.create_snapshot(VolumeId=good, TagSpecifications=specification("snapshot", "orders-daily"))


def _images(ec2: Any) -> None:
    web = _instance_id(ec2, "web-1")
    images = {}
    for name in ("acme-base-2021", "acme-app", "acme-base-2026"):
        images[name] = ec2.create_image(InstanceId=web, Name=name)["ImageId"]
        ec2.create_tags(Resources=[images[name]], Tags=tags(name))
    ec2.modify_image_attribute(ImageId=images["acme-base-2021"], LaunchPermission={"Add": [{"Group": "all"}]})
    ec2.modify_image_attribute(ImageId=images["acme-app"], LaunchPermission={"Add": [{"UserId": PARTNER}]})
    ec2.modify_image_attribute(ImageId=images["acme-base-2026"], LaunchPermission={"Add": [{"UserId": "444455556666"}]})
