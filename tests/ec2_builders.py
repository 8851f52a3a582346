"""Records of EC2 and of what stands beside it, with good defaults."""

from __future__ import annotations

import base64
from typing import Any

from checks.inventory import Record
from checks.inventory.autoscaling import AutoScalingGroup
from checks.inventory.compute import Image, Instance, InstanceProfile, KeyPair, LaunchTemplate, UserData
from checks.inventory.ebs import EbsDefaults, Snapshot, Volume
from checks.inventory.ec2 import FlowLog, Subnet, Vpc
from checks.inventory.functions import Function
from checks.inventory.iam import SshPublicKey
from checks.inventory.organization import Organization
from checks.inventory.rds import DbCluster, DbInstance
from checks.inventory.redshift import RedshiftCluster
from checks.inventory.s3 import BucketTags
from tests.builders import ACCOUNT, REGION, a_group_rule, a_security_group, ago

PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
TAGS = {"Name": "web-1", "Environment": "prod", "Owner": "platform"}


def _arn(kind: str, id_: str, service: str = "ec2", owner: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{owner}:{kind}/{id_}"


def a_vpc(id_: str = "vpc-1", **facts: Any) -> Vpc:
    """A VPC of this account, not the default one."""
    return Vpc(**{"id": id_, "arn": _arn("vpc", id_), "region": REGION, "owner": ACCOUNT, "tags": TAGS, **facts})


def a_subnet(id_: str = "subnet-1", **facts: Any) -> Subnet:
    """A subnet of the builders' VPC."""
    return Subnet(**{"id": id_, "arn": _arn("subnet", id_), "region": REGION, "vpc": "vpc-1", **facts})


def a_flow_log(resource: str = "vpc-1", **facts: Any) -> FlowLog:
    """An active flow log of all traffic."""
    facts = {"id": f"fl-{resource}", "traffic": "ALL", **facts}
    return FlowLog(**{"arn": _arn("vpc-flow-log", facts["id"]), "region": REGION, "resource": resource, **facts})


def an_instance(id_: str = "i-0a1b2c3d", **facts: Any) -> Instance:
    """A running instance with a role, in the builders' VPC and group."""
    facts = {
        "arn": _arn("instance", id_),
        "region": REGION,
        "state": "running",
        "vpc": "vpc-1",
        "profile": PROFILE,
        "key": "ops",
        "groups": ("sg-0a1b2c3d",),
        "addresses": ("10.0.0.5",),
        "tags": TAGS,
        **facts,
    }
    return Instance(id=id_, **facts)


def a_profile(*roles: str, **facts: Any) -> InstanceProfile:
    """The instance profile of the builders' instance."""
    return InstanceProfile(**{"name": "web", "arn": PROFILE, "roles": roles, **facts})


def some_user_data(text: str | bytes = "#!/bin/sh\necho hello\n", **facts: Any) -> UserData:
    """User data of the builders' instance."""
    raw = text.encode() if isinstance(text, str) else text
    facts = {"data": {"user data": base64.b64encode(raw).decode()}, **facts}
    return UserData(**{"arn": _arn("instance", "i-0a1b2c3d"), "region": REGION, "name": "web-1", **facts})


def a_launch_template(**facts: Any) -> LaunchTemplate:
    """A launch template that names nothing."""
    facts = {"id": "lt-1", "name": "web", **facts}
    return LaunchTemplate(**{"arn": _arn("launch-template", facts["id"]), "region": REGION, **facts})


def a_scaling_group(**facts: Any) -> AutoScalingGroup:
    """A scaling group that names nothing."""
    facts = {"name": "web", "arn": _arn("autoScalingGroup", "web", "autoscaling"), "region": REGION, **facts}
    return AutoScalingGroup(**facts)


def a_key_pair(name: str = "ops", **facts: Any) -> KeyPair:
    """A key pair, ten days old."""
    facts = {"id": f"key-{name}", "created": ago(10), **facts}
    return KeyPair(**{"name": name, "arn": _arn("key-pair", facts["id"]), "region": REGION, **facts})


def an_image(id_: str = "ami-1", **facts: Any) -> Image:
    """A private image."""
    return Image(**{"id": id_, "name": "base", "arn": _arn("image", id_, owner=""), "region": REGION, **facts})


def a_volume(id_: str = "vol-1", **facts: Any) -> Volume:
    """An encrypted volume."""
    facts = {"arn": _arn("volume", id_), "region": REGION, "encrypted": True, "size": 20, "tags": TAGS, **facts}
    return Volume(id=id_, **facts)


def a_snapshot(id_: str = "snap-1", **facts: Any) -> Snapshot:
    """A private snapshot."""
    facts = {"arn": _arn("snapshot", id_, owner=""), "region": REGION, "encrypted": True, "volume": "vol-1", **facts}
    return Snapshot(id=id_, **facts)


def ebs_defaults(*, encrypted: bool = True) -> EbsDefaults:
    """What the builders' region does with new volumes."""
    return EbsDefaults(arn=f"AWS::::Account:{ACCOUNT}", region=REGION, encrypted=encrypted)


def a_function(**facts: Any) -> Function:
    """A function outside any VPC."""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:resize"
    return Function(**{"name": "resize", "arn": arn, "region": REGION, "tags": TAGS, **facts})


def a_db(**facts: Any) -> DbInstance:
    """A private, encrypted database."""
    arn = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
    kind = {"engine": "postgres", "encrypted": True, "public": False, "port": 5432}
    return DbInstance(**{"id": "orders", "arn": arn, "region": REGION, "tags": TAGS, **kind, **facts})


def a_db_cluster(**facts: Any) -> DbCluster:
    """An encrypted cluster."""
    arn = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shop"
    kind = {"engine": "aurora-mysql", "encrypted": True, "port": 3306}
    return DbCluster(**{"id": "shop", "arn": arn, "region": REGION, "tags": TAGS, **kind, **facts})


def a_warehouse(**facts: Any) -> RedshiftCluster:
    """A private, encrypted warehouse."""
    arn = f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:reports"
    kind = {"encrypted": True, "public": False, "port": 5439}
    return RedshiftCluster(**{"id": "reports", "arn": arn, "region": REGION, "tags": TAGS, **kind, **facts})


def bucket_tags(name: str = "assets", **facts: Any) -> BucketTags:
    """A bucket with all tags."""
    return BucketTags(**{"name": name, "arn": f"arn:aws:s3:::{name}", "region": REGION, "tags": TAGS, **facts})


def an_ssh_key(user: str = "alice", **facts: Any) -> SshPublicKey:
    """An active SSH key of a user, ten days old."""
    facts = {"id": "APKA1", "user_arn": f"arn:aws:iam::{ACCOUNT}:user/{user}", "active": True, **facts}
    return SshPublicKey(**{"user": user, "uploaded": ago(10), **facts})


def an_organization(*accounts: str, **facts: Any) -> Organization:
    """An organisation of these accounts and this one."""
    facts = {"id": "o-acme", "accounts": (ACCOUNT, *accounts), **facts}
    return Organization(**{"arn": f"AWS::::Account:{ACCOUNT}", **facts})


def everything_wrong() -> tuple[Record, ...]:
    """Each thing wrong that the checks of EC2, tags and SSH keys know of."""
    rule = a_group_rule("0.0.0.0/0", protocol="-1", ports=None)
    return (
        a_vpc(tags={"Name": "_ 1", "Environment": "prd1"}),
        a_vpc("vpc-2", default=True),
        *(a_security_group(rule, id=f"sg-{n}", name=f"copy-{n}") for n in range(51)),
        a_security_group(rule, id="sg-default", name="default"),
        an_instance(profile="", tags={"Environment": "prod"}),
        an_instance("i-2", tags={"Environment": "dev"}),
        an_instance("i-3", vpc="vpc-2"),
        some_user_data("postgres://app:correct-horse@db/orders"),
        a_key_pair(created=ago(500)),
        a_key_pair("forgotten"),
        an_image(public=True, shared_with=("999988887777",)),
        an_organization(),
        a_volume(encrypted=False),
        a_snapshot(public=True),
        ebs_defaults(encrypted=False),
        an_ssh_key(uploaded=ago(500)),
        an_ssh_key(id="APKA2", active=False),
    )
