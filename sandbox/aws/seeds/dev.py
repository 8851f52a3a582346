"""acme-dev: small, with faults that acme-prod does not have."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import DEV, REGIONS
from sandbox.aws.gaps.credential_report import RootUser, set_root
from sandbox.aws.seeds import ages, buckets, recorders, trails
from sandbox.aws.seeds.ages import ago
from sandbox.aws.seeds.log_archive import ARCHIVE
from sandbox.aws.seeds.prod_compute import base_image
from sandbox.aws.seeds.prod_network import WORLD
from sandbox.aws.seeds.tags import specification

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

TRAIL = "dev-audit"
GROUP = "dev-anything"


def build(cloud: "Cloud", now: datetime) -> None:
    """Root without MFA, no password policy, one trail of one region, an open development machine."""
    set_root(DEV.id, RootUser(created=ago(now, 700), password_last_used=ago(now, 200)))
    _people(cloud.client("iam", DEV), now)
    _machine(cloud.client("ec2", DEV, "eu-west-1"))
    buckets.create(cloud.client("s3", DEV), DEV, "acme-dev-scratch", ago(now, 300))
    trails.start(
        cloud,
        DEV,
        TRAIL,
        ago(now, 600),
        region="eu-west-1",
        S3BucketName=ARCHIVE,
        EnableLogFileValidation=True,
        KmsKeyId=trails.key(cloud, DEV, "eu-west-1"),
    )
    for region in REGIONS:
        cloud.client("guardduty", DEV, region).create_detector(Enable=True)
        cloud.client("ec2", DEV, region).enable_ebs_encryption_by_default()
        recorders.record(cloud, DEV, region, ARCHIVE)
        recorders.notify(cloud, DEV, region)


def _people(iam: Any, now: datetime) -> None:
    iam.create_group(GroupName="developers")
    iam.attach_group_policy(GroupName="developers", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess")
    for name, age, signed_in in (("li.wei", 380, 8), ("former-intern", 410, 160)):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="developers", UserName=name)
        iam.create_login_profile(UserName=name, Password="correct-Horse-7-battery")
        ages.user(DEV, name, ago(now, age), ago(now, signed_in))
    key = iam.create_access_key(UserName="former-intern")["AccessKey"]["AccessKeyId"]
    ages.access_key(DEV, key, ago(now, 405), ago(now, 165))


def _machine(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16", TagSpecifications=specification("vpc", "dev", "dev"))
    vpc_id = vpc["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(
        VpcId=vpc_id, CidrBlock="10.40.1.0/24", TagSpecifications=specification("subnet", "dev-a", "dev")
    )
    group = ec2.create_security_group(
        GroupName=GROUP,
        Description="development",
        VpcId=vpc_id,
        TagSpecifications=specification("security-group", GROUP, "dev"),
    )["GroupId"]
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": WORLD}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[ssh])
    ec2.run_instances(
        ImageId=base_image(ec2, "dev"),
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet["Subnet"]["SubnetId"],
        SecurityGroupIds=[group],
        TagSpecifications=specification("instance", "dev-1", "dev") + specification("volume", "dev-1-root", "dev"),
    )
