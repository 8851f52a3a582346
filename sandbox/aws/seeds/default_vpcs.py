"""Default VPCs are taken away, as the benchmarks advise, but for the one that acme-prod forgot."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import ACCOUNTS, PROD, REGIONS

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

FORGOTTEN = (PROD, "us-east-1")


def build(cloud: "Cloud", now: datetime) -> None:
    """Delete every default VPC with its subnets, except the forgotten one."""
    for account in ACCOUNTS:
        for region in REGIONS:
            if (account, region) != FORGOTTEN:
                _delete(cloud.client("ec2", account, region))


def _delete(ec2: Any) -> None:
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        ec2.delete_vpc(VpcId=vpc["VpcId"])
