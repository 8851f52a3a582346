"""What is read of EC2's machines."""

import pytest

from bot.aws.collect import compute
from bot.errors import AwsDenied
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
def image(api):
    return api.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]


def run(api, image, **facts):
    return api.run_instances(ImageId=image, MinCount=1, MaxCount=1, **facts)["Instances"][0]["InstanceId"]


def test_an_instance_is_read_with_its_groups_addresses_profile_and_key(cloud, api, source, subnet, group, image):
    iam = cloud.client("iam", HUB)
    profile = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Arn"]
    api.create_key_pair(KeyName="ops")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    id_ = run(
        api,
        image,
        SubnetId=subnet,
        SecurityGroupIds=[group],
        KeyName="ops",
        IamInstanceProfile={"Arn": profile},
        TagSpecifications=tags,
    )

    (one,) = compute.instances(source(REGION))

    assert one.arn == f"arn:aws:ec2:{REGION}:{HUB.id}:instance/{id_}"
    assert (one.id, one.region, one.state, one.name) == (id_, REGION, "running", "web-1")
    assert (one.profile, one.key, one.groups) == (profile, "ops", (group,))
    assert one.vpc.startswith("vpc-")
    assert one.addresses[0].startswith("10.1.1.")


def test_terminated_instances_are_left_out(api, source, image):
    api.terminate_instances(InstanceIds=[run(api, image)])
    assert compute.instances(source(REGION)) == []


def test_every_address_of_every_interface_is_read(canned, source):
    interface = {
        "PrivateIpAddress": "10.0.0.5",
        "Groups": [{"GroupId": "sg-2"}],
        "Ipv6Addresses": [{"Ipv6Address": "2001:db8::5"}],
        "PrivateIpAddresses": [
            {"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "203.0.113.5"}},
            {"PrivateIpAddress": "10.0.0.6"},
        ],
    }
    instance = {
        "InstanceId": "i-1",
        "State": {"Name": "stopped"},
        "SecurityGroups": [{"GroupId": "sg-1"}],
        "NetworkInterfaces": [interface],
    }
    canned("ec2", "DescribeInstances", {"Reservations": [{"OwnerId": HUB.id, "Instances": [instance]}]}, region=REGION)

    (one,) = compute.instances(source(REGION))

    assert one.addresses == ("10.0.0.5", "2001:db8::5", "203.0.113.5", "10.0.0.6")
    assert one.groups == ("sg-1", "sg-2")


def test_a_profile_is_read_with_its_role_or_without(cloud, source):
    iam = cloud.client("iam", HUB)
    for name in ("with", "without"):
        iam.create_instance_profile(InstanceProfileName=name)
    iam.create_role(RoleName="web", AssumeRolePolicyDocument="{}")
    iam.add_role_to_instance_profile(InstanceProfileName="with", RoleName="web")
    assert {one.name: one.roles for one in compute.instance_profiles(source())} == {"with": ("web",), "without": ()}


def a_template(api, name="web", **data):
    return api.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={"ImageId": "ami-1", **data})[
        "LaunchTemplate"
    ]["LaunchTemplateId"]


def test_a_template_is_its_default_and_its_latest_version_together(api, source):
    interface = {"DeviceIndex": 0, "Groups": ["sg-9"]}
    id_ = a_template(api, KeyName="first", SecurityGroupIds=["sg-1"])
    for data in ({"KeyName": "between"}, {"KeyName": "last", "NetworkInterfaces": [interface]}):
        api.create_launch_template_version(LaunchTemplateId=id_, LaunchTemplateData=data)

    (one,) = compute.launch_templates(source(REGION))

    assert (one.id, one.name) == (id_, "web")
    assert one.arn == f"arn:aws:ec2:{REGION}:{HUB.id}:launch-template/{id_}"
    assert set(one.keys) == {"first", "last"}
    assert set(one.groups) == {"sg-1", "sg-9"}


def test_user_data_of_instances_and_templates_is_read_and_those_without_have_none(api, source, image):
    with_data, without = run(api, image, UserData="echo hello"), run(api, image)
    id_ = a_template(api, UserData="ZWNobyB0ZW1wbGF0ZQ==")

    found = {one.arn.rpartition("/")[2]: dict(one.data) for one in compute.user_data(source(REGION))}

    assert found == {
        with_data: {"user data": "ZWNobyBoZWxsbw=="},
        without: {},
        id_: {"version 1": "ZWNobyB0ZW1wbGF0ZQ=="},
    }


def test_an_instance_that_went_away_meanwhile_has_no_user_data(cloud, api, source, image):
    here = source(REGION)
    id_ = run(api, image)
    here.once(compute.instances)
    from moto.ec2.models import ec2_backends

    ec2_backends[HUB.id][REGION].reservations.clear()
    assert [(one.arn.rpartition("/")[2], dict(one.data)) for one in compute.user_data(here)] == [(id_, {})]


def test_user_data_that_may_not_be_read_is_not_none(cloud, api, source, image):
    run(api, image)
    cloud.faults.deny("ec2", "DescribeInstanceAttribute")
    with pytest.raises(AwsDenied):
        list(compute.user_data(source(REGION)))


def test_a_key_pair_has_a_date_and_an_old_one_none(canned, api, source):
    made = api.create_key_pair(KeyName="ops")["KeyPairId"]
    (one,) = compute.key_pairs(source(REGION))
    assert (one.name, one.arn) == ("ops", f"arn:aws:ec2:{REGION}:{HUB.id}:key-pair/{made}")
    assert one.created.tzinfo is not None
    canned("ec2", "DescribeKeyPairs", {"KeyPairs": [{"KeyPairId": "key-1", "KeyName": "old"}]}, region=REGION)
    assert [pair.created for pair in compute.key_pairs(source(REGION))] == [None]


def test_an_image_tells_who_may_launch_it(cloud, api, source, image):
    public = api.register_image(Name="public", RootDeviceName="/dev/sda1")["ImageId"]
    api.modify_image_attribute(ImageId=public, LaunchPermission={"Add": [{"Group": "all"}]})
    api.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": "999988887777"}]})

    found = {one.name: one for one in compute.images(source(REGION))}

    assert (found["base"].public, found["base"].shared_with) == (False, ("999988887777",))
    assert (found["public"].public, found["public"].shared_with) == (True, ())
    assert found["base"].arn == f"arn:aws:ec2:{REGION}::image/{image}"


def test_only_own_images_are_asked_for_and_deprecated_ones_too(canned, source):
    asked = canned("ec2", "DescribeImages", {"Images": []}, region=REGION)
    assert list(compute.images(source(REGION))) == []
    assert asked[0]["body"]["Owner.1"] == "self"
    assert asked[0]["body"]["IncludeDeprecated"] == "true"


def test_where_launch_permissions_are_refused_the_rest_is_known(cloud, api, source, image):
    cloud.faults.deny("ec2", "DescribeImageAttribute")
    (one,) = compute.images(source(REGION))
    assert isinstance(one.shared_with, Gap)
    assert one.shared_with.permission == "ec2:DescribeImageAttribute"
    assert one.public is False
