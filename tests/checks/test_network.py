"""Ranges, ports and protocols, against counting them one by one."""

from ipaddress import IPv6Network, ip_network

from hypothesis import given
from hypothesis import strategies as st

from checks import network
from checks.network import Entry, Spread
from tests.builders import a_group_rule

BLOCKS = 2**16  # the /16 blocks of IPv4
PRIVATE = (
    {10 * 256 + n for n in range(256)}
    | {172 * 256 + n for n in range(16, 32)}
    | {192 * 256 + 168}
    | {100 * 256 + n for n in range(64, 128)}
)

cidrs_4 = st.builds(
    lambda address, prefix: str(ip_network((address, prefix), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(0, 16),
)


def blocks(cidr):
    net = ip_network(cidr)
    first = int(net.network_address) >> 16
    return set(range(first, first + max(1, net.num_addresses >> 16)))


@given(st.lists(cidrs_4, max_size=6))
def test_the_union_of_ranges_is_as_large_as_its_blocks_counted_without_the_private_ones(cidrs):
    public = set().union(*(blocks(c) for c in cidrs)) - PRIVATE
    four, six = network.public_size(cidrs)
    assert (four, six) == (len(public) * BLOCKS, 0)
    expected = (
        Spread.WORLD
        if len(public) == BLOCKS - len(PRIVATE)
        else Spread.NEARLY
        if len(public) >= 256
        else Spread.LIMITED
    )
    assert network.spread(frozenset(cidrs)) is expected


@given(st.lists(cidrs_4, max_size=6))
def test_what_is_not_public_of_ranges_is_private(cidrs):
    private = set().union(*(blocks(c) for c in cidrs)) & PRIVATE
    assert network.private_size(frozenset(cidrs)) == (len(private) * BLOCKS, 0)


def test_private_ipv6_is_counted_apart():
    assert network.private_size(frozenset({"fd00::/8", "fd00::/9", "2001:db8::/32"})) == (0, 2**120)


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 8)), max_size=8))
def test_ipv6_ranges_are_counted_alike(ranges):
    cidrs = [str(IPv6Network((first << 120, prefix), strict=False)) for first, prefix in ranges]
    held = set()
    for cidr in cidrs:
        net = ip_network(cidr)
        first = int(net.network_address) >> 120
        held |= set(range(first, first + (net.num_addresses >> 120)))
    public = held - {0xFC, 0xFD}
    assert network.public_size(cidrs) == (0, len(public) << 120)


rules = st.lists(
    st.builds(
        lambda protocol, ports, cidr: a_group_rule(cidr, protocol=protocol, ports=tuple(sorted(ports))),
        st.sampled_from(["tcp", "udp", "-1", "6", "17"]),
        st.tuples(st.integers(0, 12), st.integers(0, 12)),
        st.sampled_from(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8", "10.0.0.0/8", "::/0"]),
    ),
    max_size=6,
)


@given(rules, st.sampled_from(["tcp", "udp"]))
def test_openings_say_for_every_port_what_looking_at_that_port_alone_says(rules, protocol):
    entries, unknown = network.entries(rules, {}.get)
    assert not unknown
    runs = list(network.openings(entries, protocol, 1, 10))
    assert [(run.low, run.high) for run in runs] == [
        (low, high)
        for low, high in zip([run.low for run in runs], [*(run.low - 1 for run in runs[1:]), 10], strict=True)
    ]
    for run in runs:
        for port in range(run.low, run.high + 1):
            reaching = [
                rule
                for rule in rules
                if rule.protocol == "-1"
                or (network.protocol_name(rule.protocol) == protocol and rule.from_port <= port <= rule.to_port)
            ]
            cidrs = frozenset(c for rule in reaching for c in rule.cidrs)
            assert run.spread is network.spread(cidrs)


def test_the_deciding_sources_are_those_that_are_wide_enough_alone():
    entries, _ = network.entries([a_group_rule("0.0.0.0/0", "203.0.113.0/24", "10.0.0.0/8")], {}.get)
    (run,) = network.openings(entries, "tcp", 22, 22)
    assert [e.text for e in run.entries] == ["tcp 22 from 0.0.0.0/0"]


def test_private_sources_are_not_named_where_only_the_union_is_wide():
    entries, _ = network.entries([a_group_rule("0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8")], {}.get)
    (run,) = network.openings(entries, "tcp", 22, 22)
    assert [e.text for e in run.entries] == ["tcp 22 from 0.0.0.0/1", "tcp 22 from 128.0.0.0/1"]


def test_a_range_with_host_bits_is_taken_as_its_network():
    assert network.spread(frozenset({"1.2.3.4/0"})) is Spread.WORLD


def test_ports_and_messages_read_as_people_write_them():
    assert network.describe("tcp", 22, 22) == "tcp 22"
    assert network.describe("udp", 137, 139) == "udp 137-139"
    assert network.describe("all", None, None) == "all traffic"
    assert network.describe("tcp", None, None) == "tcp on all ports"
    assert network.describe("icmp", None, None) == "icmp of all types"
    assert network.describe("icmp", 3, 4) == "icmp type 3 code 4"
    assert network.describe("50", None, None) == "50 on all ports"


def test_port_nought_is_a_port():
    entry = Entry(protocol="tcp", low=0, high=0, cidrs=frozenset(), text="")
    assert entry.reaches("tcp", 0)
    assert not entry.reaches("tcp", 1)
