"""Security groups, rule by rule: wide port ranges, broad sources, ports that nobody expects, and what may leave."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from checks import network
from checks.evidence import few
from checks.exposure import attachment, by_group, egress, ingress, unread
from checks.inventory import View
from checks.inventory.ec2 import NetworkInterface, PrefixList, Rule, SecurityGroup
from checks.model import NotApplicable, Problem, Severity, Verdict, check
from checks.network import Entry, Opening, Spread
from checks.security_groups import SERVICES
from checks.settings import CheckSettings

BROAD_PUBLIC_6 = 2 ** (128 - 56)
BROAD_PRIVATE_6 = 2 ** (128 - 48)
"""From more addresses than these on an IPv6 source is broad: wider than a /56, of private ones than a /48."""


@check(
    id="ec2-sg-wide-port-range",
    title="Security group opens a wide range of ports",
    services=("sg", "ec2"),
    severity=Severity.MEDIUM,
    why="A wide range opens ports that nobody meant to open, and whatever comes to listen there later.",
    fix=(
        "EC2 > Security groups > the group > Edit inbound rules: allow the ports that are used, one by one, or let "
        "in a group instead of a range (`aws ec2 revoke-security-group-ingress`)."
    ),
    references=("best-practices/22",),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def wide_port_range(group: SecurityGroup, view: View) -> Verdict:
    """Row 22: a TCP or UDP rule (all traffic is one) over too many ports from anything but a single address."""

    def wide(sources: tuple[Entry, ...]) -> list[Entry]:
        return [s for s in sources if s.ports > view.settings.wide_port_range and not _single(s)]

    known, unknown, reason = ingress(group, view)
    found = wide(known)
    if not found:
        return unread(wide(unknown), reason)
    how = attachment(group, view)
    evidence = {"group": group.name, "ports": max(s.ports for s in found), "rules": [s.text for s in found]}
    return Problem({**evidence, **how.evidence}, Severity.MEDIUM.lowered(how.steps))


def _single(source: Entry) -> bool:
    return len(source.cidrs) == 1 and all(ip_network(c, strict=False).num_addresses == 1 for c in source.cidrs)


@check(
    id="ec2-sg-broad-source",
    title="Instance reachable from a broad range of addresses",
    services=("sg", "ec2"),
    severity=Severity.MEDIUM,
    why="Every address in a broad range may try its luck; few of them ever need to reach the instance.",
    fix=(
        "EC2 > Security groups > the group > Edit inbound rules: narrow the source to the addresses or groups that "
        "need it (`aws ec2 revoke-security-group-ingress`)."
    ),
    references=("best-practices/23",),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def broad_source(group: SecurityGroup, view: View) -> Verdict:
    """Row 23: a source of too many addresses on a group of an instance; web servers are for everyone."""
    known, unknown, reason = ingress(group, view)
    found = [source for source in known if _is_broad(source, view.settings)]
    maybe = [source for source in unknown if _is_broad(source, view.settings)]
    if not found and not maybe:
        return None
    if not any(interface.instance for interface in view.once(by_group, group.region).get(group.id, ())):
        return None
    if not found:
        return unread(maybe, reason)
    evidence = {"group": group.name, "rules": [source.text for source in found]}
    return Problem({**evidence, **attachment(group, view).evidence})


def _is_broad(source: Entry, settings: CheckSettings) -> bool:
    few = 2 ** (32 - max(settings.broad_public, settings.broad_private))
    if source.harmless or _is_web(source, settings) or network.largest(source.cidrs) <= few:
        return False
    public_4, public_6 = network.public_size(source.cidrs)
    private_4, private_6 = network.private_size(source.cidrs)
    return (
        public_4 > 2 ** (32 - settings.broad_public)
        or private_4 > 2 ** (32 - settings.broad_private)
        or public_6 > BROAD_PUBLIC_6
        or private_6 > BROAD_PRIVATE_6
    )


def _is_web(source: Entry, settings: CheckSettings) -> bool:
    """Whether a rule opens nothing but ports that may be open to the world, and so to any part of it."""
    common = {"tcp": settings.common_tcp_ports, "udp": settings.common_udp_ports}.get(source.protocol, ())
    if source.low is None or not 0 < source.ports <= len(common):
        return False
    return all(port in common for port in range(source.low, source.low + source.ports))


@check(
    id="ec2-default-sg-open",
    title="Default security group has rules",
    services=("sg", "ec2"),
    severity=Severity.MEDIUM,
    why="What is started without a group gets the default one, so its rules reach things that nobody thought about.",
    fix=(
        "Give what uses it a group of its own, then delete all inbound and outbound rules of the default group "
        "(EC2 > Security groups; `aws ec2 revoke-security-group-ingress` and `-egress`)."
    ),
    references=("best-practices/23", "cis-3.0/5.4", "cis-5.0/5.5", "fsbp/EC2.2"),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def default_open(group: SecurityGroup, view: View) -> Verdict:
    """Row 23: a VPC's default group with any rule, in or out, one for its own members too."""
    if group.name != "default":
        return NotApplicable()
    rules = [*_described(group, view, out=False), *_described(group, view, out=True)]
    if not rules:
        return None
    how = attachment(group, view)
    return Problem({"vpc": group.vpc, "rules": rules, **how.evidence}, Severity.MEDIUM.lowered(how.steps))


def _described(group: SecurityGroup, view: View, *, out: bool) -> list[str]:
    """Every rule of a group in words, references to groups too."""
    known, unknown, _ = (egress if out else ingress)(group, view)
    texts = [entry.text for entry in (*known, *unknown)]
    for rule in group.egress if out else group.ingress:
        texts += [_reference(rule, other, group, out=out) for other in rule.groups]
    return texts


def _reference(rule: Rule, other: str, group: SecurityGroup, *, out: bool) -> str:
    who = "its own members" if other == group.id else f"group {other}"
    return f"{network.describe_rule(rule)} {'to' if out else 'from'} {who}"


@check(
    id="ec2-sg-open-uncommon-port",
    title="Uncommon port open to the world",
    services=("sg", "ec2"),
    severity=Severity.HIGH,
    why="Scanners try every port: consoles, caches and databases on odd ones are found, and seldom ask who is there.",
    fix=(
        "EC2 > Security groups > the group > Edit inbound rules: delete the rule, or narrow its source to the "
        "addresses or groups that need it (`aws ec2 revoke-security-group-ingress`)."
    ),
    references=("best-practices/36", "fsbp/EC2.18", "fsbp/EC2.19"),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def open_uncommon_port(group: SecurityGroup, view: View) -> Verdict:
    """Row 36: TCP or UDP open to the world on ports that are neither common nor row 40's."""
    known, unknown, reason = ingress(group, view)
    open_ = list(_uncommon(known, view.settings))
    if not open_:
        return unread([e for opening in _uncommon(known + unknown, view.settings) for e in opening.entries], reason)
    how = attachment(group, view)
    evidence = {
        "group": group.name,
        "ports": few(_merged(open_)),
        "rules": list(dict.fromkeys(entry.text for opening in open_ for entry in opening.entries)),
        **how.evidence,
    }
    return Problem(evidence, Severity.HIGH.lowered(how.steps))


def _uncommon(sources: tuple[Entry, ...], settings: CheckSettings) -> Iterator[Opening]:
    """How the world reaches ports that row 36 speaks of."""
    for protocol, common in (("tcp", settings.common_tcp_ports), ("udp", settings.common_udp_ports)):
        able = [s for s in sources if s.protocol in ("all", protocol)]
        if network.spread(frozenset().union(*(s.cidrs for s in able))) < Spread.WORLD:
            continue  # all of them together are not the world, so no port is
        spoken_for = [run for service in SERVICES for run in (service.tcp if protocol == "tcp" else service.udp)]
        for low, high in _between([*spoken_for, *((port, port) for port in common)]):
            yield from (o for o in network.openings(able, protocol, low, high) if o.spread is Spread.WORLD)


def _between(runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ports from 1 to 65535 that are in none of `runs`; port 0 is reserved: nothing listens there."""
    start = 1
    for low, high in sorted([*runs, (65536, 65536)]):
        if low > start:
            yield start, low - 1
        start = max(start, high + 1)


def _merged(openings: list[Opening]) -> list[str]:
    """The ports in words, neighbours that different rules open as one."""
    merged: list[tuple[str, int, int]] = []
    for opening in openings:
        low, high = opening.low or 0, opening.high or 0
        if merged and merged[-1][0] == opening.protocol and merged[-1][2] + 1 == low:
            merged[-1] = (opening.protocol, merged[-1][1], high)
        else:
            merged.append((opening.protocol, low, high))
    return [network.describe(*run) for run in merged]


@check(
    id="ec2-sg-open-egress",
    title="Security group lets everything out",
    services=("sg", "ec2"),
    severity=Severity.LOW,
    why="Whoever takes over a machine that may call anywhere can fetch tools, take orders, and carry data off.",
    fix=(
        "EC2 > Security groups > the group > Edit outbound rules: allow what is needed, such as HTTPS and the "
        "database's group, and delete the rule for all traffic (`aws ec2 revoke-security-group-egress`)."
    ),
    references=("best-practices/39",),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def open_egress(group: SecurityGroup, view: View) -> Verdict:
    """Row 39: every protocol to the world on a group that is attached."""

    def everything(destinations: tuple[Entry, ...]) -> list[Entry]:
        free = [d for d in destinations if d.protocol == "all"]
        return free if network.spread(frozenset().union(*(d.cidrs for d in free))) is Spread.WORLD else []

    known, unknown, reason = egress(group, view)
    found = everything(known)
    maybe = [] if found else [d for d in everything(known + unknown) if d in unknown]
    if not found and not maybe:
        return None
    if not view.once(by_group, group.region).get(group.id):
        return None
    if not found:
        return unread(maybe, reason)
    evidence = {"group": group.name, "rules": [destination.text for destination in found]}
    return Problem({**evidence, **attachment(group, view).evidence})
