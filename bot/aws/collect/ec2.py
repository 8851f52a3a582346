"""Reads EC2's network: security groups, network interfaces, managed prefix lists, VPCs, subnets, flow logs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from checks.inventory import Record
from checks.inventory.ec2 import FlowLog, NetworkInterface, PrefixList, Rule, SecurityGroup, Subnet, Vpc

_PAGE = 1000
_LIST_PAGE = 100


def security_groups(source: Source) -> list[SecurityGroup]:
    """Every security group with its rules."""
    found = source.pages("ec2", "describe_security_groups", "SecurityGroups", size=_PAGE)
    return [_group(source, group) for group in found]


def _group(source: Source, group: Mapping[str, Any]) -> SecurityGroup:
    return SecurityGroup(
        id=group["GroupId"],
        name=group["GroupName"],
        arn=arn(source, group.get("OwnerId"), "security-group", group["GroupId"]),
        region=source.region,
        vpc=group.get("VpcId", ""),
        ingress=tuple(_rule(rule) for rule in group.get("IpPermissions", ())),
        egress=tuple(_rule(rule) for rule in group.get("IpPermissionsEgress", ())),
        tags=tags(group),
    )


_SOURCES = (
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
)


def _rule(rule: Mapping[str, Any]) -> Rule:
    v4, v6, lists, groups = (
        tuple(str(entry[name]) for entry in rule.get(kind, ()) if name in entry) for kind, name in _SOURCES
    )
    return Rule(
        protocol=str(rule["IpProtocol"]),
        from_port=rule.get("FromPort"),
        to_port=rule.get("ToPort"),
        cidrs=v4 + v6,
        prefix_lists=lists,
        groups=groups,
        descriptions={
            entry[name]: entry["Description"]
            for kind, name in _SOURCES
            for entry in rule.get(kind, ())
            if name in entry and entry.get("Description")
        },
    )


def network_interfaces(source: Source) -> list[NetworkInterface]:
    """Every network interface, whatever it belongs to."""
    found = source.pages("ec2", "describe_network_interfaces", "NetworkInterfaces", size=_PAGE)
    return [_interface(source, interface) for interface in found]


def _interface(source: Source, interface: Mapping[str, Any]) -> NetworkInterface:
    id_ = interface["NetworkInterfaceId"]
    return NetworkInterface(
        id=id_,
        arn=arn(source, interface.get("OwnerId"), "network-interface", id_),
        region=source.region,
        vpc=interface.get("VpcId", ""),
        groups=tuple(group["GroupId"] for group in interface.get("Groups", ())),
        public_address=interface.get("Association", {}).get("PublicIp", ""),
        private_address=interface.get("PrivateIpAddress", ""),
        instance=interface.get("Attachment", {}).get("InstanceId", ""),
        description=interface.get("Description", ""),
    )


def prefix_lists(source: Source) -> Iterable[PrefixList]:
    """Every managed prefix list; with its entries when it is a customer's."""
    found = source.pages("ec2", "describe_managed_prefix_lists", "PrefixLists", size=_LIST_PAGE)

    def whole(entry: Mapping[str, Any]) -> PrefixList:
        owner, id_ = entry.get("OwnerId", ""), entry["PrefixListId"]
        return PrefixList(
            id=id_,
            name=entry.get("PrefixListName", ""),
            arn=entry.get("PrefixListArn") or arn(source, owner, "prefix-list", id_),
            region=source.region,
            owner=owner,
            cidrs=() if owner == "AWS" else _entries(source, id_),
        )

    return source.each(whole, found)


def _entries(source: Source, id_: str) -> tuple[str, ...]:
    entries = source.pages("ec2", "get_managed_prefix_list_entries", "Entries", size=_LIST_PAGE, PrefixListId=id_)
    return tuple(entry["Cidr"] for entry in entries)


def vpcs(source: Source) -> list[Vpc]:
    """Every VPC, those that other accounts share with this one too."""
    return [
        Vpc(
            id=found["VpcId"],
            arn=arn(source, found.get("OwnerId"), "vpc", found["VpcId"]),
            region=source.region,
            owner=found.get("OwnerId") or source.account,
            default=bool(found.get("IsDefault")),
            tags=tags(found),
        )
        for found in source.pages("ec2", "describe_vpcs", "Vpcs", size=_PAGE)
    ]


def subnets(source: Source) -> list[Subnet]:
    """Every subnet."""
    return [
        Subnet(
            id=found["SubnetId"],
            arn=arn(source, found.get("OwnerId"), "subnet", found["SubnetId"]),
            region=source.region,
            vpc=found["VpcId"],
        )
        for found in source.pages("ec2", "describe_subnets", "Subnets", size=_PAGE)
    ]


def flow_logs(source: Source) -> list[FlowLog]:
    """Every flow log."""
    return [
        FlowLog(
            id=found["FlowLogId"],
            arn=arn(source, None, "vpc-flow-log", found["FlowLogId"]),
            region=source.region,
            resource=found.get("ResourceId", ""),
            traffic=found.get("TrafficType", ""),
            active=found.get("FlowLogStatus") == "ACTIVE",
            error=_undelivered(found),
        )
        for found in source.pages("ec2", "describe_flow_logs", "FlowLogs", size=_PAGE)
    ]


def _undelivered(found: Mapping[str, Any]) -> str:
    # a log that has delivered nothing yet has no status
    if found.get("DeliverLogsStatus") != "FAILED":
        return ""
    return str(found.get("DeliverLogsErrorMessage") or "AWS does not say why")


def arn(source: Source, owner: str | None, kind: str, id_: str) -> str:
    """The ARN of a thing of EC2's; `owner` is the account where it is not this one."""
    return f"arn:{source.partition}:ec2:{source.region}:{owner or source.account}:{kind}/{id_}"


def tags(resource: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a thing of EC2's, by key."""
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", ())}


def _collector(record: type[Record], read: Callable[[Source], Iterable[Record]], *operations: str) -> Collector:
    return Collector(
        record=record,
        scope=Scope.REGIONAL,
        actions=tuple(f"ec2:{operation}" for operation in operations),
        read=read,
    )


COLLECTORS = (
    _collector(SecurityGroup, lambda source: source.once(security_groups), "DescribeSecurityGroups"),
    _collector(NetworkInterface, lambda source: source.once(network_interfaces), "DescribeNetworkInterfaces"),
    _collector(PrefixList, prefix_lists, "DescribeManagedPrefixLists", "GetManagedPrefixListEntries"),
    _collector(Vpc, vpcs, "DescribeVpcs"),
    _collector(Subnet, subnets, "DescribeSubnets"),
    _collector(FlowLog, flow_logs, "DescribeFlowLogs"),
)
