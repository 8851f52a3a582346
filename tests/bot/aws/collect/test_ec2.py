"""What is read of EC2's network."""

import pytest

from bot.aws.collect import ec2
from bot.errors import AwsDenied
from checks.inventory.ec2 import Rule
from sandbox.aws.accounts import HUB

REGION = "eu-west-1"


@pytest.fixture
def api(cloud):
    return cloud.client("ec2", HUB, REGION)


@pytest.fixture
def vpc(api):
    return api.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]


def make_group(api, vpc, name="web", **facts):
    return api.create_security_group(GroupName=name, Description=name, VpcId=vpc, **facts)["GroupId"]


def named(records, name):
    return next(record for record in records if record.name == name)


def test_a_group_is_read_with_every_kind_of_source(api, vpc, source):
    other = make_group(api, vpc, "other")
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "Env", "Value": "prod"}]}]
    id_ = make_group(api, vpc, TagSpecifications=tags)
    api.authorize_security_group_ingress(
        GroupId=id_,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "for <everyone>"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                "UserIdGroupPairs": [{"GroupId": other}],
            }
        ],
    )

    group = named(ec2.security_groups(source(REGION)), "web")

    assert group.arn == f"arn:aws:ec2:{REGION}:{HUB.id}:security-group/{id_}"
    assert (group.id, group.region, group.vpc, group.tags) == (id_, REGION, vpc, {"Env": "prod"})
    assert group.ingress == (
        Rule(
            protocol="tcp",
            from_port=22,
            to_port=22,
            cidrs=("0.0.0.0/0", "::/0"),
            groups=(other,),
            descriptions={"0.0.0.0/0": "for <everyone>"},
        ),
    )
    assert [rule.protocol for rule in group.egress] == ["-1"]


def test_all_protocols_have_no_ports(api, vpc, source):
    id_ = make_group(api, vpc)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    api.authorize_security_group_ingress(GroupId=id_, IpPermissions=[everything])

    (rule,) = named(ec2.security_groups(source(REGION)), "web").ingress

    assert (rule.protocol, rule.from_port, rule.to_port) == ("-1", None, None)


def test_every_page_of_groups_is_read(canned, source):
    pages = [{"SecurityGroups": [{"GroupId": f"sg-{n}", "GroupName": f"g{n}", "OwnerId": HUB.id}]} for n in range(3)]
    for number, page in enumerate(pages[:-1]):
        page["NextToken"] = f"after-{number}"
    asked = canned("ec2", "DescribeSecurityGroups", *pages, region=REGION)

    assert [group.id for group in ec2.security_groups(source(REGION))] == ["sg-0", "sg-1", "sg-2"]
    assert len(asked) == 3


def test_an_interface_tells_its_groups_and_its_public_address(api, vpc, source):
    subnet = api.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    group = make_group(api, vpc)
    made = api.create_network_interface(SubnetId=subnet, Groups=[group], Description="mail")["NetworkInterface"]
    address = api.allocate_address(Domain="vpc")
    id_ = made["NetworkInterfaceId"]
    api.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=id_)

    (interface,) = ec2.network_interfaces(source(REGION))

    assert interface.arn == f"arn:aws:ec2:{REGION}:{HUB.id}:network-interface/{id_}"
    assert (interface.vpc, interface.groups, interface.description) == (vpc, (group,), "mail")
    assert interface.public_address == address["PublicIp"]
    assert interface.private_address == made["PrivateIpAddress"]
    assert interface.instance == ""


def test_a_customers_prefix_list_has_its_entries_and_awss_own_none(api, source):
    entries = [{"Cidr": "0.0.0.0/1"}, {"Cidr": "128.0.0.0/1"}]
    api.create_managed_prefix_list(PrefixListName="all", MaxEntries=5, AddressFamily="IPv4", Entries=entries)

    lists = list(ec2.prefix_lists(source(REGION)))

    assert sorted(named(lists, "all").cidrs) == ["0.0.0.0/1", "128.0.0.0/1"]
    assert {one.cidrs for one in lists if one.owner == "AWS"} == {()}
    assert named(lists, "all").arn.startswith("arn:aws:ec2:")


def test_entries_that_may_not_be_read_are_no_empty_list(cloud, api, source):
    api.create_managed_prefix_list(PrefixListName="all", MaxEntries=5, AddressFamily="IPv4")
    cloud.faults.deny("ec2", "GetManagedPrefixListEntries")

    with pytest.raises(AwsDenied):
        list(ec2.prefix_lists(source(REGION)))


@pytest.fixture
def subnet(api, vpc):
    return api.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]


def test_vpcs_and_subnets_are_read(api, source, vpc, subnet):
    found = {one.id: one for one in ec2.vpcs(source(REGION))}
    assert (found[vpc].owner, found[vpc].default) == (HUB.id, False)
    assert [one.default for id_, one in found.items() if id_ != vpc] == [True]
    assert next(one.vpc for one in ec2.subnets(source(REGION)) if one.id == subnet) == vpc


def test_a_vpc_of_another_account_keeps_its_owner(canned, source):
    shared = {"VpcId": "vpc-1", "OwnerId": "999988887777", "IsDefault": False}
    canned("ec2", "DescribeVpcs", {"Vpcs": [shared]}, region=REGION)
    (one,) = ec2.vpcs(source(REGION))
    assert (one.owner, one.arn) == ("999988887777", f"arn:aws:ec2:{REGION}:999988887777:vpc/vpc-1")


@pytest.mark.parametrize(
    ("facts", "active", "error"),
    [
        ({"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS"}, True, ""),
        ({"FlowLogStatus": "ACTIVE"}, True, ""),
        ({"FlowLogStatus": "INACTIVE"}, False, ""),
        ({"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "FAILED"}, True, "AWS does not say why"),
        (
            {"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "FAILED", "DeliverLogsErrorMessage": "Access error"},
            True,
            "Access error",
        ),
    ],
)
def test_a_flow_log_tells_whether_it_delivers(canned, source, facts, active, error):
    log = {"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "ALL", **facts}
    canned("ec2", "DescribeFlowLogs", {"FlowLogs": [log]}, region=REGION)
    (one,) = ec2.flow_logs(source(REGION))
    assert (one.resource, one.traffic, one.active, one.error) == ("vpc-1", "ALL", active, error)
