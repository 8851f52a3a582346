"""The organisation, its accounts and, in each of them, the roles by which the bot works."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws import accounts
from sandbox.aws.accounts import Account
from sandbox.aws.seeds import ages

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

READ = [
    "acm:Describe*",
    "acm:List*",
    "autoscaling:Describe*",
    "cloudfront:Get*",
    "cloudfront:List*",
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "cloudwatch:Describe*",
    "cloudwatch:Get*",
    "cloudwatch:List*",
    "config:Describe*",
    "config:Get*",
    "config:List*",
    "ec2:Describe*",
    "ec2:Get*",
    "elasticloadbalancing:Describe*",
    "events:Describe*",
    "events:List*",
    "guardduty:Get*",
    "guardduty:List*",
    "iam:GenerateCredentialReport",
    "iam:Get*",
    "iam:List*",
    "kms:Describe*",
    "kms:Get*",
    "kms:List*",
    "lambda:Get*",
    "lambda:List*",
    "logs:Describe*",
    "organizations:Describe*",
    "organizations:List*",
    "rds:Describe*",
    "rds:List*",
    "redshift:Describe*",
    "s3:Get*",
    "s3:List*",
    "sns:Get*",
    "sns:List*",
    "sqs:GetQueueAttributes",
    "sqs:ListQueues",
    "tag:Get*",
]

REMEDIATE = [
    *READ,
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateTags",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:RevokeSecurityGroupIngress",
    "guardduty:ArchiveFindings",
    "guardduty:UnarchiveFindings",
    "iam:UpdateAccessKey",
    "s3:PutBucketPublicAccessBlock",
]

SERVICE = [
    "sts:AssumeRole",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "organizations:DescribeOrganization",
    "organizations:ListAccounts",
    "events:PutEvents",
]


def build(cloud: "Cloud", now: datetime) -> None:
    """Make the organisation and the roles."""
    _organization(cloud)
    for account in accounts.ACCOUNTS:
        _role(cloud, account, accounts.READ_ROLE, READ)
        _role(cloud, account, accounts.REMEDIATION_ROLE, REMEDIATE)
        cloud.client("iam", account).create_account_alias(AccountAlias=account.name)
    iam = cloud.client("iam", accounts.HUB)
    iam.create_group(GroupName="security-tooling")
    iam.put_group_policy(GroupName="security-tooling", PolicyName="picket-service", PolicyDocument=policy(SERVICE))
    iam.add_user_to_group(GroupName="security-tooling", UserName=accounts.BOT_USER)
    ages.user(accounts.HUB, accounts.BOT_USER, ages.ago(now, 20))
    for key in ages.iam(accounts.HUB).users[accounts.BOT_USER].access_keys:
        ages.access_key(accounts.HUB, key.access_key_id, ages.ago(now, 20), ages.ago(now, 0, 1), "sts")


def policy(actions: list[str] | str, resource: str = "*") -> str:
    """A policy document of one statement that allows these actions."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal: Mapping[str, object], condition: Mapping[str, object] | None = None) -> str:
    """A trust policy that lets a principal assume the role, under a condition if one is given."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _organization(cloud: "Cloud") -> None:
    """One organisation; moto gives members random ids, so those are set behind its back."""
    from moto.organizations.models import organizations_backends

    client = cloud.client("organizations", accounts.MANAGEMENT)
    client.create_organization(FeatureSet="ALL")
    backend = organizations_backends[accounts.MANAGEMENT.id]["aws"]
    backend.accounts[0].name = accounts.MANAGEMENT.name
    for account in accounts.ACCOUNTS:
        if account != accounts.MANAGEMENT:
            _member(backend, account)
    _units(client)
    client.register_delegated_administrator(AccountId=accounts.HUB.id, ServicePrincipal="guardduty.amazonaws.com")


def _units(client: Any) -> None:
    """Where each account is: the management account too, as in companies that began with it."""
    root = client.list_roots()["Roots"][0]["Id"]

    def unit(name: str, parent: str) -> str:
        made: str = client.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]
        return made

    workloads, security = unit("Workloads", root), unit("Security", root)
    places = {
        accounts.PROD: (unit("Production", workloads), "production"),
        accounts.DEV: (unit("Development", workloads), "development"),
        accounts.LOG: (security, "security"),
    }
    for account, (place, environment) in places.items():
        client.move_account(AccountId=account.id, SourceParentId=root, DestinationParentId=place)
        client.tag_resource(ResourceId=account.id, Tags=[{"Key": "Environment", "Value": environment}])


def _member(backend: object, account: Account) -> None:
    from moto.iam.models import iam_backends
    from moto.organizations import models

    class Known(models.FakeAccount):  # type: ignore[misc]
        """An account whose id is ours to say."""

        id: str

        def __init__(self, organization: object, **kwargs: object) -> None:
            super().__init__(organization, **kwargs)
            # the role that comes with a new account was put under the random id
            roles = iam_backends.pop(self.id)["aws"].roles
            self.id = account.id
            for role in roles.values():
                role.account_id = account.id
            iam_backends[account.id]["aws"].roles.update(roles)

    original, models.FakeAccount = models.FakeAccount, Known
    try:
        backend.create_account(  # type: ignore[attr-defined]
            AccountName=account.name, Email=f"aws+{account.name}@acme.example"
        )
    finally:
        models.FakeAccount = original


def _role(cloud: "Cloud", account: Account, name: str, actions: list[str]) -> None:
    iam = cloud.client("iam", account)
    external_id = {"StringEquals": {"sts:ExternalId": accounts.EXTERNAL_ID}}
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=trust(
            {"AWS": f"arn:aws:iam::{accounts.HUB.id}:user/{accounts.BOT_USER}"}, external_id
        ),
        Description="Assumed by Picket from the hub account",
    )
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy(actions))
