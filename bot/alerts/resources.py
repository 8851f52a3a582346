"""The one name of a resource, whoever tells of it: the ARN where AWS has one (pure).

ARNs: https://docs.aws.amazon.com/service-authorization/latest/reference/ (each service's "Resource types").
"""

from __future__ import annotations

import re

from checks.inventory.account import Account
from checks.partitions import partition_of

_EC2 = {
    "i": "instance",
    "sg": "security-group",
    "vol": "volume",
    "vpc": "vpc",
    "snap": "snapshot",
    "ami": "image",
    "eni": "network-interface",
    "subnet": "subnet",
    "acl": "network-acl",
    "rtb": "route-table",
    "igw": "internet-gateway",
    "key": "key-pair",
}
_EC2_ID = re.compile(rf"({'|'.join(_EC2)})-[0-9a-f]{{8,17}}")
_ACCOUNT = re.compile(r"(?:AWS::::Account:)?(\d{12})")
_NAMED = {
    "S3::Bucket": "arn:{partition}:s3:::{name}",
    "IAM::User": "arn:{partition}:iam::{account}:user/{name}",
    "IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "IAM::Group": "arn:{partition}:iam::{account}:group/{name}",
    "RDS::DBInstance": "arn:{partition}:rds:{region}:{account}:db:{name}",
    "RDS::DBCluster": "arn:{partition}:rds:{region}:{account}:cluster:{name}",
    "RDS::DBSnapshot": "arn:{partition}:rds:{region}:{account}:snapshot:{name}",
    "RDS::DBClusterSnapshot": "arn:{partition}:rds:{region}:{account}:cluster-snapshot:{name}",
    "Redshift::Cluster": "arn:{partition}:redshift:{region}:{account}:cluster:{name}",
    "CloudTrail::Trail": "arn:{partition}:cloudtrail:{region}:{account}:trail/{name}",
    "CloudFront::Distribution": "arn:{partition}:cloudfront::{account}:distribution/{name}",
    "Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "EKS::Cluster": "arn:{partition}:eks:{region}:{account}:cluster/{name}",
    "ECS::Cluster": "arn:{partition}:ecs:{region}:{account}:cluster/{name}",
    "CloudWatch::Alarm": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",
}
"""By the type that AWS Config and CloudFormation know, for those whose ids are no ARNs."""


def canonical(name: str, account: str, region: str, *, kind: str = "", partition: str = "") -> str:
    """The resource's one name; `kind` as AWS Config writes it (`AWS::S3::Bucket`) tells what a bare name is of.

    What has no ARN that can be told from its name stays as it is.
    """
    if known := _ACCOUNT.fullmatch(name):
        return Account(id=known[1]).arn
    if kind in ("AWS::::Account", "AwsAccount"):
        return Account(id=account).arn
    place = {"partition": partition or partition_of(region), "region": region, "account": account}
    if name.startswith("arn:"):
        return _arn(name, account)
    if short := _EC2_ID.fullmatch(name):
        return "arn:{partition}:ec2:{region}:{account}:{rest}".format(**place, rest=f"{_EC2[short[1]]}/{name}")
    form = _NAMED.get(kind.removeprefix("AWS::"))
    return form.format(**place, name=name) if form and name else name


def _arn(arn: str, account: str) -> str:
    """One of EC2 names its account, though AWS leaves it out of a snapshot's and an image's."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[2] == "ec2" and not parts[4]:
        parts[4] = account
    return ":".join(parts)


def account_of(account: str) -> str:
    """The resource that an account as a whole is."""
    return Account(id=account).arn


def region_of(resource: str, region: str) -> str:
    """Where the resource is: its ARN's region, `global` for an ARN without one, else `region`."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return region
    return parts[3] or "global"
