"""acme-prod: roles and customer policies, from the one that may do anything to those that are right."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds.organization import policy, trust

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

EC2 = {"Service": "ec2.amazonaws.com"}
PARTNER = "999988887777"
"""An account outside the organisation."""


def build(cloud: "Cloud", now: datetime) -> None:
    """Row 12, each of its checks once, beside near misses."""
    iam = cloud.client("iam", PROD)
    _role(iam, "deploy", EC2, "legacy-full-access", policy("*"))
    _role(iam, "asset-publisher", EC2, "s3-everything", policy("s3:*"))
    _role(
        iam,
        "developer-tools",
        EC2,
        "developer-tools",
        policy(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    )
    # right: all of s3, but of one bucket; admin, but denied again; passing one role
    _role(iam, "web-server", EC2, "web-assets", policy("s3:*", "arn:aws:s3:::acme-prod-assets/*"))
    _role(
        iam,
        "image-builder",
        EC2,
        "image-builder",
        policy(["iam:PassRole", "ec2:RunInstances"], f"arn:aws:iam::{PROD.id}:role/web-server"),
    )
    _role(iam, "auditor", {"AWS": f"arn:aws:iam::{PROD.id}:root"}, "nothing", _denied_admin())
    for role in ("web-server", "deploy"):
        iam.create_instance_profile(InstanceProfileName=role)
        iam.add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)
    iam.create_instance_profile(InstanceProfileName="empty-profile")
    iam.create_policy(PolicyName="unattached-admin", PolicyDocument=policy("*"))
    _trusts(iam)
    iam.create_service_linked_role(AWSServiceName="guardduty.amazonaws.com")


def _role(iam: Any, name: str, principal: dict[str, str], policy_name: str, document: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal))
    made = iam.create_policy(PolicyName=policy_name, PolicyDocument=document)
    iam.attach_role_policy(RoleName=name, PolicyArn=made["Policy"]["Arn"])


def _denied_admin() -> str:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})


def _trusts(iam: Any) -> None:
    foreign = {"AWS": f"arn:aws:iam::{PARTNER}:root"}
    iam.create_role(RoleName="partner-import", AssumeRolePolicyDocument=trust(foreign))
    external_id = {"StringEquals": {"sts:ExternalId": "acme-7731"}}
    iam.create_role(RoleName="monitoring-vendor", AssumeRolePolicyDocument=trust(foreign, external_id))
