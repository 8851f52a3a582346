"""Security groups as a collection: those that nothing uses, those that are twins, and too many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network

from checks import network
from checks.evidence import few
from checks.exposure import by_group
from checks.inventory import GapError, View
from checks.inventory.autoscaling import AutoScalingGroup
from checks.inventory.compute import LaunchTemplate
from checks.inventory.ec2 import NetworkInterface, Rule, SecurityGroup, Vpc
from checks.inventory.functions import Function
from checks.inventory.load_balancing import LoadBalancer
from checks.inventory.rds import DbCluster, DbInstance
from checks.inventory.redshift import RedshiftCluster
from checks.model import NotApplicable, Problem, Severity, Verdict, check

Use = tuple[frozenset[str], frozenset[str]]
"""The groups that something uses: their ids, and names where it gives those."""


def _attached(view: View, region: str) -> Use:
    """Those of network interfaces, whatever these belong to."""
    return frozenset(view.once(by_group, region)), frozenset()


def _launched(view: View, region: str) -> Use:
    return _named(view.of(LaunchTemplate, region))


def _scaled(view: View, region: str) -> Use:
    return _named(view.of(AutoScalingGroup, region))


def _named(holders: tuple[LaunchTemplate, ...] | tuple[AutoScalingGroup, ...]) -> Use:
    ids = frozenset(id_ for holder in holders for id_ in holder.groups)
    return ids, frozenset(name for holder in holders for name in holder.group_names)


def _configured(
    kind: type[LoadBalancer | Function | DbInstance | DbCluster | RedshiftCluster],
) -> Callable[[View, str], Use]:
    def use(view: View, region: str) -> Use:
        return frozenset(id_ for one in view.of(kind, region) for id_ in one.groups), frozenset()

    return use


def _referenced(view: View, region: str) -> Use:
    """Those that another group's rules name; a reference to itself is not use."""
    return frozenset(
        id_
        for group in view.of(SecurityGroup, region)
        for rule in (*group.ingress, *group.egress)
        for id_ in rule.groups
        if id_ != group.id
    ), frozenset()


USERS = (
    _attached,
    _referenced,
    _launched,
    _scaled,
    *(_configured(kind) for kind in (LoadBalancer, Function, DbInstance, DbCluster, RedshiftCluster)),
)


@check(
    id="ec2-sg-unused",
    title="Security group not used",
    services=("sg", "ec2"),
    severity=Severity.LOW,
    why="Groups that nothing uses hide the ones that matter, and are attached one day with rules nobody remembers.",
    fix=(
        "Make sure that no template outside AWS names it, then delete it: EC2 > Security groups, or "
        "`aws ec2 delete-security-group --group-id ID`."
    ),
    references=("best-practices/30",),
    judges=SecurityGroup,
    reads=(
        NetworkInterface,
        LaunchTemplate,
        AutoScalingGroup,
        LoadBalancer,
        Function,
        DbInstance,
        DbCluster,
        RedshiftCluster,
    ),
)
def unused(group: SecurityGroup, view: View) -> Verdict:
    """Row 30: attached to and named by nothing; a VPC's default group cannot be deleted."""
    if group.name == "default":
        return NotApplicable()
    unread: GapError | None = None
    for use in USERS:
        try:
            ids, names = view.once(use, group.region)
        except GapError as error:
            unread = unread or error
        else:
            if group.id in ids or group.name in names:
                return None
    if unread:
        raise unread
    return Problem({"group": group.name, "vpc": group.vpc, "used_by": "nothing"})


@check(
    id="ec2-sg-duplicate",
    title="Security group is the twin of another",
    services=("sg", "ec2"),
    severity=Severity.LOW,
    why="Of two groups with the same rules one is forgotten when the rules change, and stays open.",
    fix=(
        "Move what uses one of them to the other and delete it: EC2 > Security groups, or "
        "`aws ec2 delete-security-group --group-id ID`."
    ),
    references=("best-practices/30",),
    judges=SecurityGroup,
)
def duplicate(group: SecurityGroup, view: View) -> Verdict:
    """Row 30: the same rules both ways as another group of its VPC, at least one of them inbound."""
    if not group.ingress:
        return None
    twins = [one for one in view.once(_alike, group.region)[_shape(group)] if one.id != group.id]
    if not twins:
        return None
    return Problem({"group": group.name, "vpc": group.vpc, "twins": few([f"{one.id} ({one.name})" for one in twins])})


Shape = tuple[str, frozenset[tuple[object, ...]]]


def _alike(view: View, region: str) -> dict[Shape, list[SecurityGroup]]:
    found: dict[Shape, list[SecurityGroup]] = {}
    for group in view.of(SecurityGroup, region):
        found.setdefault(_shape(group), []).append(group)
    return found


def _shape(group: SecurityGroup) -> Shape:
    """What a group allows, whatever the order and the descriptions of its rules, and where."""
    inbound = [("in", *source) for rule in group.ingress for source in _sources(rule)]
    outbound = [("out", *source) for rule in group.egress for source in _sources(rule)]
    return group.vpc, frozenset([*inbound, *outbound])


def _sources(rule: Rule) -> Iterator[tuple[object, ...]]:
    traffic = network.traffic(rule)
    for cidr in rule.cidrs:
        yield *traffic, str(ip_network(cidr, strict=False))
    for id_ in (*rule.prefix_lists, *rule.groups):
        yield *traffic, id_


@check(
    id="ec2-sg-too-many",
    title="Too many security groups in a VPC",
    services=("sg", "ec2"),
    severity=Severity.LOW,
    why="Nobody can say any more what may reach what when a VPC has more groups than a person can read.",
    fix=(
        "Begin with the groups that nothing uses and those that are twins: run `/aws-audit ec2-sg-unused "
        "ec2-sg-duplicate`, and delete them with `aws ec2 delete-security-group --group-id ID`."
    ),
    references=("best-practices/30",),
    judges=Vpc,
    reads=(SecurityGroup,),
)
def too_many(vpc: Vpc, view: View) -> Verdict:
    """Row 30: more groups in a VPC than the settings say."""
    count = sum(group.vpc == vpc.id for group in view.of(SecurityGroup, vpc.region))
    most = view.settings.security_groups_per_vpc
    return Problem({"security_groups": count, "most": most}) if count > most else None
