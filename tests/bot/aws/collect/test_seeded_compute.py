"""The sandbox's accounts through the collectors and checks of EC2, EBS, VPCs, SSH keys and tags."""

import io
import os
import zipfile
from datetime import UTC, datetime

import pytest

from bot.aws import accounts
from bot.aws.accounts import Regions
from bot.aws.collect import collect
from bot.aws.errors import ACTIONS
from bot.aws.permissions import read_actions
from bot.aws.sessions import Sessions
from bot.config import Account, Aws
from checks.catalog import CATALOG
from checks.inventory.autoscaling import AutoScalingGroup
from checks.inventory.functions import Function
from checks.judge import judge
from checks.model import Status
from checks.settings import CheckSettings
from sandbox.aws import Cloud
from sandbox.aws.accounts import DEV, EXTERNAL_ID, PROD, READ_ROLE, REGIONS
from sandbox.aws.seeds.faults import FAULTS

pytestmark = pytest.mark.xdist_group("seeded-compute")

ROWS = (5, 19, 20, 21, 22, 23, 25, 26, 29, 30, 34, 35, 36, 39)
CHECKS = tuple(
    one for one in CATALOG.values() if {f"best-practices/{row}" for row in ROWS}.intersection(one.references)
)
US = "us-east-1"
FAULTY = [(row, fault) for row in ROWS for fault in FAULTS[row]]


@pytest.fixture(scope="module")
def cloud():
    with Cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        cloud.seed()
        _more(cloud)
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        cloud.calls.clear()
        yield cloud


def _more(cloud):
    """What the company has none of, so that every call of the collectors is made."""
    cloud.client("ec2", DEV, US).create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=1, AddressFamily="IPv4"
    )
    scaling = cloud.client("autoscaling", DEV, US)
    scaling.create_launch_configuration(LaunchConfigurationName="old", ImageId="ami-1", InstanceType="t3.small")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="old", LaunchConfigurationName="old", MinSize=0, MaxSize=0, AvailabilityZones=[f"{US}a"]
    )
    iam = cloud.client("iam", DEV)
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    cloud.client("lambda", DEV, US).create_function(
        FunctionName="untagged",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )


@pytest.fixture(scope="module")
def sessions(cloud):
    assert os.environ["AWS_ENDPOINT_URL"] == cloud.url
    return Sessions(Aws(read_role=READ_ROLE, external_id=EXTERNAL_ID), attempts=1)


@pytest.fixture(scope="module")
def inventories(sessions):
    def of(account):
        named = Account(id=account.id, name=account.name)
        return collect(sessions, named, Regions(enabled=REGIONS), CHECKS, now=datetime.now(UTC))

    accounts.regions(sessions, PROD.id)
    return {account: of(account) for account in (PROD, DEV)}


@pytest.fixture(scope="module")
def prod(inventories):
    """The answers in acme-prod: by check and region, the names of what got each."""
    inventory = inventories[PROD]
    names = {PROD.name: {f"AWS::::Account:{PROD.id}"}}
    for records in inventory.records.values():
        for record in records:
            for name in _names(record):
                names.setdefault(name, set()).add(record.arn)
    findings = list(judge(inventory, CHECKS, CheckSettings()))

    def answered(check, region, name, status):
        return any(
            f.resource in names[name] and f.status is status for f in findings if (f.check, f.region) == (check, region)
        )

    return answered


def _names(record):
    tags = getattr(record, "tags", {})
    yield from (getattr(record, "name", ""), getattr(record, "user", ""), getattr(record, "id", ""))
    yield tags.get("Name", "") if isinstance(tags, dict) else ""


def test_everything_could_be_read(inventories):
    assert [inventory.gaps for inventory in inventories.values()] == [(), ()]


@pytest.mark.parametrize(
    ("row", "fault"), FAULTY, ids=[f"{row}-{fault.check}-{fault.resource}" for row, fault in FAULTY]
)
def test_each_fault_is_found(prod, row, fault):
    assert f"best-practices/{row}" in CATALOG[fault.check].references
    # the group lets SSH in, but it is the instance in it that should not
    resource = {"app-ssh": "_app 2!"}.get(fault.resource, fault.resource)
    assert prod(fault.check, fault.region, resource, Status.FAIL)


@pytest.mark.parametrize(
    ("check", "region", "name"),
    [
        ("vpc-no-flow-log", US, "main"),
        ("ebs-no-default-encryption", US, "acme-prod"),
        ("ebs-volume-unencrypted", US, "orders"),
        ("ebs-snapshot-public", US, "orders-daily"),
        ("ec2-no-instance-profile", US, "web-1"),
        ("ec2-secret-in-user-data", US, "web-1"),
        ("vpc-mixed-environments", US, "main"),
        ("ec2-in-default-vpc", US, "web-1"),
        ("ec2-sg-wide-port-range", US, "app-ssh"),
        ("ec2-sg-broad-source", US, "web-public"),
        ("ec2-sg-broad-source", US, "bastion"),
        ("ec2-default-sg-open", US, "main-default"),
        ("ec2-admin-port-not-bastion", US, "app-1"),
        ("tag-missing", US, "web-1"),
        ("tag-value-invalid", US, "web-1"),
        ("name-invalid", US, "web-1"),
        ("ec2-key-pair-old", US, "ops-2026"),
        ("iam-ssh-key-old", "global", "li.wei"),
        ("iam-ssh-key-unused", "global", "li.wei"),
        ("ec2-key-pair-unused", US, "ops-2023"),
        ("ec2-sg-unused", US, "path-mtu"),
        ("ec2-sg-unused", US, "database"),
        ("ec2-sg-duplicate", US, "app"),
        ("ec2-sg-too-many", US, "main"),
        ("ec2-ami-public", US, "acme-app"),
        ("ec2-ami-shared", US, "acme-base-2026"),
        ("ec2-sg-open-uncommon-port", US, "db-legacy"),
        ("ec2-sg-open-uncommon-port", US, "path-mtu"),
        ("ec2-sg-open-egress", US, "web-public"),
    ],
)
def test_what_is_almost_wrong_passes(prod, check, region, name):
    assert prod(check, region, name, Status.PASS)
    assert not prod(check, region, name, Status.FAIL)


def test_functions_and_scaling_groups_are_read_in_another_account(inventories):
    (function,) = inventories[DEV].of(Function)
    assert (function.name, dict(function.tags)) == ("untagged", {})
    assert [one.name for one in inventories[DEV].of(AutoScalingGroup)] == ["old"]


def test_the_read_policy_allows_exactly_what_is_called(cloud, inventories):
    called = {ACTIONS.get(name, name) for name in cloud.calls.count()} - {"sts:GetCallerIdentity", "sts:AssumeRole"}
    assert called == set(read_actions(CHECKS))
