"""What a caller's policies allow, and whom a role trusts."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.aws import Cloud
from sandbox.aws.gaps.assume_role import trusts
from sandbox.aws.permissions import action_of, allowed
from sandbox.aws.request import Request


def statement(effect: str = "Allow", **parts: Any) -> dict[str, Any]:
    return {"Effect": effect, "Resource": "*", **parts}


@pytest.fixture
def may(cloud: Cloud, account: str) -> Callable[..., bool]:
    """Whether a user with these statements may call an operation."""

    def ask(service: str, operation: str, *statements: dict[str, Any]) -> bool:
        iam = cloud.client("iam", account)
        iam.create_user(UserName="anna")
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        if statements:
            iam.put_user_policy(UserName="anna", PolicyName="own", PolicyDocument=document)
        principal = f"arn:aws:iam::{account}:user/anna"
        return allowed(Request(service, operation, "us-east-1", "AKIA", account=account, principal=principal))

    return ask


def test_nothing_is_allowed_without_a_policy(may: Callable[..., bool]) -> None:
    assert not may("iam", "ListUsers")


def test_everyone_may_ask_who_they_are(may: Callable[..., bool]) -> None:
    assert may("sts", "GetCallerIdentity")


def test_wildcards_in_any_case_allow(may: Callable[..., bool]) -> None:
    assert may("iam", "ListUsers", statement(Action=["IAM:list*"]))


def test_a_denial_wins(may: Callable[..., bool]) -> None:
    assert not may("iam", "ListUsers", statement(Action="*"), statement("Deny", Action="iam:*"))


def test_all_but_what_is_named_is_allowed_by_its_opposite(may: Callable[..., bool]) -> None:
    assert may("ec2", "DescribeVpcs", statement(NotAction="iam:*"))


def test_what_is_named_is_not_allowed_by_its_opposite(may: Callable[..., bool]) -> None:
    assert not may("iam", "ListUsers", statement(NotAction="iam:*"))


def test_a_policy_of_a_group_counts(cloud: Cloud, account: str, may: Callable[..., bool]) -> None:
    iam = cloud.client("iam", account)
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert not may("ec2", "DescribeVpcs")
    iam.add_user_to_group(GroupName="readers", UserName="anna")
    principal = f"arn:aws:iam::{account}:user/anna"
    assert allowed(Request("ec2", "DescribeVpcs", "us-east-1", "AKIA", account=account, principal=principal))


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
        ("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
        ("elbv2", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("ec2", "DescribeVpcs", "ec2:DescribeVpcs"),
    ],
)
def test_operations_whose_action_has_another_name_are_known(service: str, operation: str, action: str) -> None:
    assert action_of(Request(service, operation, "us-east-1", "AKIA")) == action


@pytest.mark.parametrize(
    ("principal", "caller", "trusted"),
    [
        ("arn:aws:iam::111122223333:root", "111122223333", True),
        ("arn:aws:iam::111122223333:user/picket", "111122223333", True),
        ("111122223333", "111122223333", True),
        ("*", "111122223333", True),
        ("arn:aws:iam::111122223333:root", "444455556666", False),
    ],
)
def test_a_role_trusts_the_accounts_that_it_names(principal: str, caller: str, trusted: bool) -> None:
    document = {"Statement": {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}}
    assert trusts(json.dumps(document), caller, None) is trusted
