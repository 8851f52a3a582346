"""acme-prod: VPCs, flow logs and security groups, from a closed one to the one that is open to all."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import PROD, role_arn
from sandbox.aws.seeds.organization import policy, trust
from sandbox.aws.seeds.tags import specification, tags

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

REGION = "us-east-1"
WORLD = "0.0.0.0/0"
FLOW_LOG_ROLE = "vpc-flow-logs"


@dataclass(frozen=True)
class Group:
    """A security group: who may reach which ports, as (protocol, first port, last port, source)."""

    name: str
    description: str
    rules: tuple[tuple[str, int, int, str], ...] = ()
    vpc: str = "main"
    closed_egress: bool = True


GROUPS = (
    # as it should be
    Group("web-public", "HTTPS for all", (("tcp", 443, 443, WORLD), ("tcp", 80, 80, WORLD))),
    Group("bastion", "SSH from the office", (("tcp", 22, 22, "203.0.113.0/28"),)),
    Group("app", "from the web tier", (("tcp", 8080, 8080, "web-public"), ("tcp", 22, 22, "bastion"))),
    Group("database", "PostgreSQL from the app tier", (("tcp", 5432, 5432, "app"),)),
    Group("path-mtu", "only the message that finds the path's MTU", (("icmp", 3, 4, WORLD),)),
    # one thing wrong each
    Group(
        "db-legacy",
        "TODO close after the migration",
        (("tcp", 22, 22, WORLD), ("tcp", 3306, 3306, WORLD)),
        vpc="legacy",
    ),
    Group("everything-open", "test, delete me", (("-1", -1, -1, WORLD),), vpc="legacy"),
    Group("windows-jump", "RDP for the contractor", (("tcp", 3389, 3389, WORLD),), vpc="legacy"),
    Group("search-nodes", "Elasticsearch", (("tcp", 9200, 9200, WORLD),)),
    Group("two-halves", "a clever way round the scanner", (("tcp", 27017, 27017, "0.0.0.0/1 128.0.0.0/1"),)),
    Group("ftp-passive", "passive FTP of a partner", (("tcp", 30000, 31000, "203.0.113.64/28"),)),
    Group("partners", "the partners' whole network", (("tcp", 8443, 8443, "198.18.0.0/15"),)),
    Group("app-ssh", "SSH from anywhere inside", (("tcp", 22, 22, "10.0.0.0/16"),)),
    Group("old-jenkins", "the build server of 2021", (("tcp", 8080, 8080, "10.0.0.0/16"),)),
    Group("web-public-copy", "HTTPS for all", (("tcp", 443, 443, WORLD), ("tcp", 80, 80, WORLD))),
    Group("worker", "batch workers", closed_egress=False),
)

VPCS = {"main": "10.0.0.0/16", "legacy": "10.10.0.0/16"}


def build(cloud: "Cloud", now: datetime) -> None:
    """Make the VPCs, log the traffic of the right one, and make the groups."""
    ec2 = cloud.client("ec2", PROD, REGION)
    vpcs = {name: _vpc(ec2, name, cidr) for name, cidr in VPCS.items()}
    _flow_log(cloud, ec2, vpcs["main"])
    made: dict[str, str] = {}
    for group in GROUPS:
        made[group.name] = _group(ec2, group, vpcs[group.vpc], made)


def vpc_id(ec2: Any, name: str) -> str:
    """The id of the VPC with this name."""
    found = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [name]}])["Vpcs"]
    return str(found[0]["VpcId"])


def subnet_id(ec2: Any, vpc: str) -> str:
    """The id of a VPC's subnet."""
    found = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id(ec2, vpc)]}])["Subnets"]
    return str(found[0]["SubnetId"])


def group_id(ec2: Any, name: str) -> str:
    """The id of the security group with this name."""
    found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])
    return str(found["SecurityGroups"][0]["GroupId"])


def _vpc(ec2: Any, name: str, cidr: str) -> str:
    vpc = str(ec2.create_vpc(CidrBlock=cidr, TagSpecifications=specification("vpc", name))["Vpc"]["VpcId"])
    for number, zone in enumerate(("a", "b"), start=1):
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=cidr.replace(".0.0/16", f".{number}.0/24"),
            AvailabilityZone=f"{REGION}{zone}",
            TagSpecifications=specification("subnet", f"{name}-{zone}"),
        )
    gateway = ec2.create_internet_gateway(TagSpecifications=specification("internet-gateway", name))
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway["InternetGateway"]["InternetGatewayId"])
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    default = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"][0]["GroupId"]
    ec2.create_tags(Resources=[default], Tags=tags(f"{name}-default"))
    if name == "main":
        _close(ec2, default)  # row 23's near miss: a default group without a rule
    return vpc


def _close(ec2: Any, group: str) -> None:
    rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    if rules["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules["IpPermissions"])
    if rules["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=rules["IpPermissionsEgress"])


def _flow_log(cloud: "Cloud", ec2: Any, vpc: str) -> None:
    cloud.client("logs", PROD, REGION).create_log_group(logGroupName="/acme/vpc-flow-logs")
    iam = cloud.client("iam", PROD)
    iam.create_role(
        RoleName=FLOW_LOG_ROLE,
        AssumeRolePolicyDocument=trust({"Service": "vpc-flow-logs.amazonaws.com"}),
    )
    iam.put_role_policy(
        RoleName=FLOW_LOG_ROLE,
        PolicyName="write-logs",
        PolicyDocument=policy(["logs:CreateLogStream", "logs:PutLogEvents"]),
    )
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="/acme/vpc-flow-logs",
        DeliverLogsPermissionArn=role_arn(PROD, FLOW_LOG_ROLE),
    )


def _group(ec2: Any, group: Group, vpc: str, made: dict[str, str]) -> str:
    identity = str(
        ec2.create_security_group(
            GroupName=group.name,
            Description=group.description,
            VpcId=vpc,
            TagSpecifications=specification("security-group", group.name),
        )["GroupId"]
    )
    permissions = [_permission(*rule, made) for rule in group.rules]
    if permissions:
        ec2.authorize_security_group_ingress(GroupId=identity, IpPermissions=permissions)
    if group.closed_egress:
        _allow_https_out_only(ec2, identity)
    return identity


def _allow_https_out_only(ec2: Any, group: str) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": WORLD}]}
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": WORLD}]}
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[https])


def _permission(protocol: str, first: int, last: int, source: str, made: dict[str, str]) -> dict[str, Any]:
    permission: dict[str, Any] = {"IpProtocol": protocol}
    if protocol != "-1":
        permission |= {"FromPort": first, "ToPort": last}
    if source in made:
        return {**permission, "UserIdGroupPairs": [{"GroupId": made[source]}]}
    return {**permission, "IpRanges": [{"CidrIp": each} for each in source.split()]}
