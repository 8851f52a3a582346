"""Which load balancers serve certificates of IAM, and which security groups they use."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.aws.collect import load_balancing
from bot.errors import AwsDenied
from sandbox.aws.accounts import HUB
from sandbox.aws.seeds.prod_edge import pem

REGION = "eu-west-1"
NOW = datetime.now(UTC)
REPLY = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}


@pytest.fixture
def upload(cloud):
    def make(name):
        certificate, key = pem(f"{name}.acme.example", NOW - timedelta(days=5), NOW + timedelta(days=40))
        made = cloud.client("iam", HUB).upload_server_certificate(
            ServerCertificateName=name, CertificateBody=certificate, PrivateKey=key
        )
        return made["ServerCertificateMetadata"]["Arn"]

    return make


def classic(cloud, certificate):
    listener = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80, "SSLCertificateId": certificate}
    plain = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    cloud.client("elb", HUB, REGION).create_load_balancer(
        LoadBalancerName="old", Listeners=[listener, plain], AvailabilityZones=[f"{REGION}a"]
    )


def newer(cloud, *certificates):
    subnets = [subnet["SubnetId"] for subnet in cloud.client("ec2", HUB, REGION).describe_subnets()["Subnets"][:2]]
    api = cloud.client("elbv2", HUB, REGION)
    balancer = api.create_load_balancer(Name="new", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    api.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[REPLY])
    listener = api.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificates[0]}],
        DefaultActions=[REPLY],
    )["Listeners"][0]["ListenerArn"]
    for certificate in certificates[1:]:
        api.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": certificate}])
    return balancer


def test_nothing_is_asked_where_iam_holds_no_certificate(cloud, source):
    assert load_balancing.certificate_uses(source(REGION)) == []
    assert not [name for name in cloud.calls.count() if name.startswith("el")]


def test_balancers_of_both_generations_tell_every_certificate_that_they_serve(cloud, upload, source):
    one, other = upload("one"), upload("other")
    certificate, key = pem("acm.acme.example", NOW - timedelta(days=5), NOW + timedelta(days=40))
    of_acm = cloud.client("acm", HUB, REGION).import_certificate(Certificate=certificate, PrivateKey=key)
    classic(cloud, one)
    balancer = newer(cloud, of_acm["CertificateArn"], other)

    found = {(use.arn, use.certificate) for use in load_balancing.certificate_uses(source(REGION))}

    old = f"arn:aws:elasticloadbalancing:{REGION}:{HUB.id}:loadbalancer/old"
    assert found == {(old, one), (balancer, other)}


def test_balancers_that_may_not_be_read_are_no_missing_ones(cloud, upload, source):
    upload("one")
    cloud.faults.deny("elbv2", "DescribeLoadBalancers")

    with pytest.raises(AwsDenied) as denied:
        load_balancing.certificate_uses(source(REGION))

    assert denied.value.permission == "elasticloadbalancing:DescribeLoadBalancers"


@pytest.fixture
def group(cloud):
    api = cloud.client("ec2", HUB, REGION)
    vpc = api.describe_vpcs()["Vpcs"][0]["VpcId"]
    return api.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]


def test_balancers_of_both_generations_tell_their_security_groups(cloud, source, group):
    api = cloud.client("ec2", HUB, REGION)
    subnets = [subnet["SubnetId"] for subnet in api.describe_subnets()["Subnets"][:2]]
    new = cloud.client("elbv2", HUB, REGION).create_load_balancer(Name="new", Subnets=subnets, SecurityGroups=[group])
    cloud.client("elb", HUB, REGION).create_load_balancer(
        LoadBalancerName="old",
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        Subnets=subnets,
        SecurityGroups=[group],
    )

    found = {one.arn: one.groups for one in load_balancing.load_balancers(source(REGION))}

    old = f"arn:aws:elasticloadbalancing:{REGION}:{HUB.id}:loadbalancer/old"
    assert found == {old: (group,), new["LoadBalancers"][0]["LoadBalancerArn"]: (group,)}


def test_no_balancer_is_asked_for_where_every_group_is_on_an_interface(cloud, source, group):
    api = cloud.client("ec2", HUB, REGION)
    subnet = api.describe_subnets()["Subnets"][0]["SubnetId"]
    api.create_network_interface(SubnetId=subnet, Groups=[group])
    assert load_balancing.load_balancers(source(REGION)) == []
    assert not [name for name in cloud.calls.count() if name.startswith("el")]


def test_groups_of_balancers_that_may_not_be_read_are_no_unused_ones(cloud, source, group):
    cloud.faults.deny("elbv2", "DescribeLoadBalancers")
    with pytest.raises(AwsDenied):
        load_balancing.load_balancers(source(REGION))
