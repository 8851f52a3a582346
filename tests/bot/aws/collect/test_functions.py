"""What is read of Lambda."""

import io
import json
import zipfile

import pytest

from bot.aws.collect import functions
from checks.inventory import Gap
from sandbox.aws.accounts import HUB

REGION = "eu-west-1"


@pytest.fixture
def api(cloud):
    return cloud.client("ec2", HUB, REGION)


@pytest.fixture
def vpc(api):
    return api.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnet(api, vpc):
    return api.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]


@pytest.fixture
def group(api, vpc):
    return api.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]


@pytest.fixture
def function(cloud, group, subnet):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = cloud.client("iam", HUB).create_role(RoleName="fn", AssumeRolePolicyDocument=json.dumps(trust))["Role"][
        "Arn"
    ]
    return cloud.client("lambda", HUB, REGION).create_function(
        FunctionName="resize",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
        VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]},
        Tags={"Owner": "platform"},
    )["FunctionArn"]


def test_a_function_is_read_with_its_groups_and_tags(source, function, group):
    (one,) = functions.functions(source(REGION))
    assert (one.name, one.arn, one.groups, one.tags) == ("resize", function, (group,), {"Owner": "platform"})


def test_where_a_functions_tags_are_refused_its_groups_are_known(cloud, source, function, group):
    cloud.faults.deny("lambda", "ListTags")
    (one,) = functions.functions(source(REGION))
    assert one.groups == (group,)
    assert isinstance(one.tags, Gap)
    assert one.tags.permission == "lambda:ListTags"
