"""What scaling groups name."""

import pytest

from bot.aws.collect import autoscaling
from sandbox.aws.accounts import HUB

REGION = "eu-west-1"


@pytest.fixture
def api(cloud):
    return cloud.client("ec2", HUB, REGION)


def a_template(api, name="web", **data):
    return api.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={"ImageId": "ami-1", **data})[
        "LaunchTemplate"
    ]["LaunchTemplateId"]


def scale(cloud, name, **facts):
    cloud.client("autoscaling", HUB, REGION).create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=0, MaxSize=1, AvailabilityZones=[f"{REGION}a"], **facts
    )


def test_a_scaling_group_names_what_its_configuration_names(cloud, source):
    cloud.client("autoscaling", HUB, REGION).create_launch_configuration(
        LaunchConfigurationName="old",
        ImageId="ami-1",
        InstanceType="t3.small",
        KeyName="ops",
        SecurityGroups=["sg-1", "web"],
    )
    scale(cloud, "web", LaunchConfigurationName="old")
    (one,) = autoscaling.groups(source(REGION))
    assert (one.name, one.keys, one.groups, one.group_names) == ("web", ("ops",), ("sg-1",), ("web",))
    assert ":autoScalingGroup:" in one.arn


@pytest.mark.parametrize(
    ("version", "key"), [("2", ("between",)), ("$Latest", ()), ("$Default", ()), ("1", ("first",))]
)
def test_a_scaling_group_names_what_its_pinned_version_names(cloud, api, source, version, key):
    id_ = a_template(api, KeyName="first")
    for name in ("between", "last"):
        api.create_launch_template_version(
            LaunchTemplateId=id_, LaunchTemplateData={"ImageId": "ami-1", "KeyName": name}
        )
    scale(cloud, "web", LaunchTemplate={"LaunchTemplateId": id_, "Version": version})
    before = cloud.calls.count()["ec2:DescribeLaunchTemplateVersions"]
    assert [one.keys for one in autoscaling.groups(source(REGION))] == [key]
    asked = cloud.calls.count()["ec2:DescribeLaunchTemplateVersions"] - before
    assert asked == {"2": 2, "1": 1}.get(version, 0)


def test_versions_of_a_mixed_policy_and_its_overrides_count(canned, source):
    def spec(number):
        return {"LaunchTemplateName": "web", "Version": str(number)}

    mixed = {"LaunchTemplateSpecification": spec(1), "Overrides": [{"LaunchTemplateSpecification": spec(2)}, {}]}
    one = {
        "AutoScalingGroupName": "web",
        "AutoScalingGroupARN": "arn:web",
        "MixedInstancesPolicy": {"LaunchTemplate": mixed},
    }
    canned("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [one]}, region=REGION)
    versions = [
        {
            "LaunchTemplateId": "lt-1",
            "LaunchTemplateName": "web",
            "VersionNumber": number,
            "LaunchTemplateData": {"KeyName": f"key-{number}"},
        }
        for number in (1, 2)
    ]
    canned("ec2", "DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": versions}, region=REGION)
    assert [set(group.keys) for group in autoscaling.groups(source(REGION))] == [{"key-1", "key-2"}]


def test_a_pinned_template_that_is_gone_names_nothing(cloud, api, source):
    id_ = a_template(api, KeyName="ops")
    scale(cloud, "web", LaunchTemplate={"LaunchTemplateId": id_, "Version": "1"})
    api.delete_launch_template(LaunchTemplateId=id_)
    assert [one.keys for one in autoscaling.groups(source(REGION))] == [()]


def test_no_scaling_group_is_one_call(cloud, source):
    assert autoscaling.groups(source(REGION)) == []
    assert [name for name in cloud.calls.count() if not name.startswith("sts:")] == [
        "autoscaling:DescribeAutoScalingGroups"
    ]
