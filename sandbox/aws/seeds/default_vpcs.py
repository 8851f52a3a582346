"""Default VPCs are taken away, as the benchmarks advise, but for the one that acme-prod forgot."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import ACCOUNTS, PROD, REGIONS

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

FORGOTTEN = (PROD, "us-east-1")


def build(cloud: "Cloud", now: datetime) -> None:
    """Delete every default VPC with its subnets, except the forgotten one.

    Straight in moto: by the API this alone would be a tenth of all calls of the seeds.
    """
    from moto.ec2.models import ec2_backends

    for account in ACCOUNTS:
        for region in REGIONS:
            if (account, region) != FORGOTTEN:
                _delete(ec2_backends[account.id][region])


def _delete(ec2: Any) -> None:
    for vpc in ec2.describe_vpcs():
        for subnet in ec2.describe_subnets(filters={"vpc-id": [vpc.id]}):
            ec2.delete_subnet(subnet.id)
        ec2.delete_vpc(vpc.id)
