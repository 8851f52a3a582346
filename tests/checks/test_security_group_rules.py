"""Wide port ranges, broad sources, default groups, uncommon ports, and what may leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.inventory.ec2 import NetworkInterface, PrefixList, SecurityGroup
from checks.model import Severity, Status
from checks.security_group_rules import _between
from tests.builders import REGION, a_gap, a_group_rule, a_prefix_list, a_security_group, an_interface

WIDE = "ec2-sg-wide-port-range"
BROAD = "ec2-sg-broad-source"
DEFAULT = "ec2-default-sg-open"
UNCOMMON = "ec2-sg-open-uncommon-port"
EGRESS = "ec2-sg-open-egress"
EVERY = (WIDE, BROAD, DEFAULT, UNCOMMON, EGRESS)


@pytest.mark.parametrize("check", EVERY)
def test_groups_that_could_not_be_read_are_unknown(answer, check):
    finding = answer(check, gaps=[a_gap(SecurityGroup, REGION, permission="ec2:DescribeSecurityGroups")])
    assert finding.status is Status.UNKNOWN
    assert "ec2:DescribeSecurityGroups" in finding.reason


# row 22


@pytest.mark.parametrize(
    ("ports", "status"), [((1000, 1099), "PASS"), ((1000, 1100), "FAIL"), ((0, 65535), "FAIL"), (22, "PASS")]
)
@pytest.mark.parametrize("protocol", ["tcp", "17", "udp"])
def test_a_hundred_ports_pass_and_one_more_fails(answer, protocol, ports, status):
    group = a_security_group(a_group_rule("10.0.0.0/16", protocol=protocol, ports=ports))
    assert answer(WIDE, group, an_interface()).status == status


def test_all_traffic_is_wide_and_icmp_is_not(answer):
    assert answer(WIDE, a_security_group(a_group_rule("10.0.0.0/8", protocol="-1", ports=None))).status is Status.FAIL
    icmp = a_group_rule("10.0.0.0/8", protocol="icmp", ports=(-1, -1))
    assert answer(WIDE, a_security_group(icmp, a_group_rule("0.0.0.0/0", protocol="50", ports=None))).status == "PASS"


@pytest.mark.parametrize("source", ["192.0.2.7/32", "2001:db8::7/128"])
def test_a_wide_range_from_a_single_address_passes(answer, source):
    assert answer(WIDE, a_security_group(a_group_rule(source, ports=(1, 9999)))).status is Status.PASS


def test_a_wide_range_from_a_group_passes(answer):
    assert answer(WIDE, a_security_group(a_group_rule(ports=(1, 9999), groups=("sg-2",)))).status is Status.PASS


@pytest.mark.parametrize(
    ("entries", "owner", "status"),
    [
        (("192.0.2.0/24",), "111122223333", "FAIL"),
        (("192.0.2.7/32",), "111122223333", "PASS"),
        (("192.0.2.7/32", "192.0.2.9/32"), "111122223333", "FAIL"),
        ((), "AWS", "FAIL"),
    ],
)
def test_a_wide_range_from_a_prefix_list_is_looked_into(answer, entries, owner, status):
    group = a_security_group(a_group_rule(ports=(1, 9999), prefix_lists=("pl-1",)))
    assert answer(WIDE, group, a_prefix_list(*entries, owner=owner)).status == status


def test_a_wide_range_from_a_list_that_was_not_read_is_unknown(answer):
    group = a_security_group(a_group_rule(ports=(1, 9999), prefix_lists=("pl-1",)))
    assert answer(WIDE, group, gaps=[a_gap(PrefixList, REGION)]).status is Status.UNKNOWN
    narrow = a_security_group(a_group_rule(ports=22, prefix_lists=("pl-1",)))
    assert answer(WIDE, narrow, gaps=[a_gap(PrefixList, REGION)]).status is Status.PASS


def test_the_width_is_a_setting_and_an_unattached_group_is_one_step_lower(answer):
    group = a_security_group(a_group_rule("10.0.0.0/8", ports=(1, 50)))
    finding = answer(WIDE, group, wide_port_range=49)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert finding.evidence["attachment"] == "not attached"
    assert answer(WIDE, group, an_interface(), wide_port_range=49).severity is Severity.MEDIUM
    assert answer(WIDE, group, wide_port_range=50).status is Status.PASS


# row 23


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("198.51.100.0/24", "PASS"),
        ("198.51.100.0/23", "FAIL"),
        ("10.0.0.0/16", "PASS"),
        ("10.0.0.0/15", "FAIL"),
        ("100.64.0.0/16", "PASS"),
        ("100.64.0.0/10", "FAIL"),
        ("2001:db8::/56", "PASS"),
        ("2001:db8::/55", "FAIL"),
        ("fd00::/48", "PASS"),
        ("fd00::/47", "FAIL"),
        ("0.0.0.0/0", "FAIL"),
    ],
)
def test_a_source_is_broad_from_a_boundary_on(answer, source, status):
    assert answer(BROAD, a_security_group(a_group_rule(source)), an_interface()).status == status


def test_a_prefix_list_is_one_source_and_two_ranges_are_two(answer):
    ranges = ("198.51.100.0/24", "203.0.113.0/24")
    assert answer(BROAD, a_security_group(a_group_rule(*ranges)), an_interface()).status is Status.PASS
    group = a_security_group(a_group_rule(prefix_lists=("pl-1",)))
    assert answer(BROAD, group, an_interface(), a_prefix_list(*ranges)).status is Status.FAIL
    assert answer(BROAD, group, an_interface(), a_prefix_list(owner="AWS")).status is Status.PASS


@pytest.mark.parametrize(
    ("protocol", "ports", "status"),
    [
        ("tcp", 80, "PASS"),
        ("tcp", 443, "PASS"),
        ("udp", 443, "PASS"),
        ("udp", 80, "FAIL"),
        ("tcp", (80, 443), "FAIL"),
        ("tcp", 8443, "FAIL"),
        ("icmp", (3, 4), "PASS"),
        ("icmp", (8, -1), "FAIL"),
        ("-1", None, "FAIL"),
    ],
)
def test_the_world_on_a_web_port_is_a_web_server(answer, protocol, ports, status):
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol=protocol, ports=ports))
    assert answer(BROAD, group, an_interface()).status == status


def test_a_broad_source_counts_on_a_group_of_an_instance_alone(answer):
    group = a_security_group(a_group_rule("10.0.0.0/8"))
    assert answer(BROAD, group).status is Status.PASS
    assert answer(BROAD, group, an_interface(instance="", description="ELB app/web")).status is Status.PASS
    assert answer(BROAD, group, an_interface()).evidence["rules"] == ["tcp 22 from 10.0.0.0/8"]
    assert answer(BROAD, group, gaps=[a_gap(NetworkInterface, REGION)]).status is Status.UNKNOWN


def test_a_broad_source_in_a_list_that_was_not_read_is_unknown(answer):
    group = a_security_group(a_group_rule(prefix_lists=("pl-1",)))
    assert answer(BROAD, group, an_interface(), gaps=[a_gap(PrefixList, REGION)]).status is Status.UNKNOWN
    assert answer(BROAD, group, gaps=[a_gap(PrefixList, REGION)]).status is Status.PASS


def test_how_broad_is_too_broad_is_a_setting(answer):
    group = a_security_group(a_group_rule("10.0.0.0/16"), a_group_rule("198.51.100.0/24"))
    assert len(answer(BROAD, group, an_interface(), broad_private=17).evidence["rules"]) == 1
    assert len(answer(BROAD, group, an_interface(), broad_public=25).evidence["rules"]) == 1


@pytest.mark.parametrize(
    ("inbound", "outbound", "rules"),
    [
        ((), (), []),
        ((a_group_rule(protocol="-1", ports=None, groups=("sg-1",)),), (), ["all traffic from its own members"]),
        ((a_group_rule(groups=("sg-2",)),), (), ["tcp 22 from group sg-2"]),
        ((), (a_group_rule("0.0.0.0/0", protocol="-1", ports=None),), ["all traffic to 0.0.0.0/0"]),
        ((), (a_group_rule(ports=443, prefix_lists=("pl-9",)),), ["tcp 443 to prefix list pl-9"]),
    ],
)
def test_a_default_group_has_no_rule_at_all(answer, inbound, outbound, rules):
    group = a_security_group(*inbound, id="sg-1", name="default", egress=outbound)
    finding = answer(DEFAULT, group, an_interface("sg-1"))
    assert finding.status is (Status.FAIL if rules else Status.PASS)
    assert finding.evidence.get("rules", []) == rules


def test_other_groups_are_not_judged_as_default_ones_and_an_unattached_one_is_low(answers, answer):
    rule = a_group_rule("10.0.0.0/8")
    assert answers(DEFAULT, a_security_group(rule)) == []
    assert answer(DEFAULT, a_security_group(rule, name="default")).severity is Severity.LOW


# row 36


@pytest.mark.parametrize(
    ("protocol", "port", "status"),
    [
        ("tcp", 80, "PASS"),
        ("tcp", 443, "PASS"),
        ("udp", 443, "PASS"),
        ("udp", 80, "FAIL"),
        ("udp", 22, "FAIL"),
        ("tcp", 22, "PASS"),
        ("tcp", 23, "PASS"),
        ("tcp", 24, "FAIL"),
        ("tcp", 8080, "FAIL"),
        ("udp", 161, "FAIL"),
        ("udp", 53, "PASS"),
        ("tcp", 1434, "FAIL"),
        ("udp", 1434, "PASS"),
        ("tcp", 65535, "FAIL"),
        ("icmp", 8, "PASS"),
        ("50", None, "PASS"),
    ],
)
def test_a_port_is_uncommon_that_is_neither_the_webs_nor_a_well_known_one(answer, protocol, port, status):
    finding = answer(UNCOMMON, a_security_group(a_group_rule("::/0", protocol=protocol, ports=port)), an_interface())
    assert finding.status == status
    if status == "FAIL":
        assert finding.severity is Severity.HIGH
        assert finding.evidence["ports"] == [f"{protocol} {port}"]


def test_a_range_is_told_without_the_ports_that_other_checks_speak_of(answer):
    group = a_security_group(a_group_rule("0.0.0.0/1", "128.0.0.0/1", ports=(21, 26)))
    finding = answer(UNCOMMON, group)
    assert finding.evidence["ports"] == ["tcp 24", "tcp 26"]
    assert finding.severity is Severity.MEDIUM
    assert len(finding.evidence["rules"]) == 2


def test_neighbouring_ports_of_several_rules_are_told_as_one_run(answer):
    rules = [a_group_rule("0.0.0.0/0", ports=port) for port in (9200, 9201, 9300)]
    assert answer(UNCOMMON, a_security_group(*rules)).evidence["ports"] == ["tcp 9200-9201", "tcp 9300"]


def test_nearly_the_world_passes_on_an_uncommon_port(answer):
    assert answer(UNCOMMON, a_security_group(a_group_rule("8.0.0.0/7", ports=9200))).status is Status.PASS


def test_everything_open_is_uncommon_too(answer):
    finding = answer(UNCOMMON, a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None)), an_interface())
    assert finding.evidence["ports"][0] == "tcp 1-19"
    assert finding.evidence["ports"][-1].startswith("and ")


def test_common_ports_are_a_setting(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0", ports=8443), a_group_rule("0.0.0.0/0", protocol="udp", ports=51))
    assert answer(UNCOMMON, group, common_tcp_ports=(8443,), common_udp_ports=(51,)).status is Status.PASS
    assert answer(UNCOMMON, group, common_tcp_ports=(8443,)).evidence["ports"] == ["udp 51"]


def test_an_uncommon_port_in_a_list_that_was_not_read_is_unknown(answer):
    gaps = [a_gap(PrefixList, REGION)]
    assert answer(UNCOMMON, a_security_group(a_group_rule(ports=9200, prefix_lists=("pl-1",))), gaps=gaps).status == (
        "UNKNOWN"
    )
    assert (
        answer(UNCOMMON, a_security_group(a_group_rule(ports=22, prefix_lists=("pl-1",))), gaps=gaps).status == "PASS"
    )


runs = st.lists(st.tuples(st.integers(1, 120), st.integers(0, 9)).map(lambda p: (p[0], p[0] + p[1])), max_size=8)


@given(runs)
def test_what_is_between_runs_and_the_runs_are_all_ports_once(taken):
    covered = [port for low, high in _between(taken) for port in range(low, high + 1)]
    assert len(covered) == len(set(covered))
    assert set(covered) == set(range(1, 65536)) - {port for low, high in taken for port in range(low, high + 1)}


# row 39


def out(*cidrs, protocol="-1", ports=None, **facts):
    return a_security_group(egress=(a_group_rule(*cidrs, protocol=protocol, ports=ports, **facts),))


@pytest.mark.parametrize("cidrs", [("0.0.0.0/0",), ("::/0",), ("0.0.0.0/1", "128.0.0.0/1")])
def test_every_protocol_to_the_world_on_an_attached_group_fails(answer, cidrs):
    finding = answer(EGRESS, out(*cidrs), an_interface())
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert finding.evidence["rules"] == [f"all traffic to {cidr}" for cidr in cidrs]


@pytest.mark.parametrize(
    "group",
    [
        out("10.0.0.0/8"),
        out("0.0.0.0/0", protocol="tcp", ports=443),
        out("0.0.0.0/0", protocol="tcp", ports=(0, 65535)),
        out(groups=("sg-2",)),
        a_security_group(egress=()),
    ],
)
def test_less_than_everything_may_leave(answer, group):
    assert answer(EGRESS, group, an_interface()).status is Status.PASS


def test_a_group_that_is_attached_to_nothing_lets_nothing_out(answer):
    assert answer(EGRESS, out("0.0.0.0/0")).status is Status.PASS
    assert answer(EGRESS, out("0.0.0.0/0"), gaps=[a_gap(NetworkInterface, REGION)]).status is Status.UNKNOWN
    assert answer(EGRESS, out("10.0.0.0/8"), gaps=[a_gap(NetworkInterface, REGION)]).status is Status.PASS


def test_a_list_of_destinations_is_looked_into(answer):
    group = out(prefix_lists=("pl-1",))
    assert answer(EGRESS, group, an_interface(), a_prefix_list("0.0.0.0/0")).status is Status.FAIL
    assert answer(EGRESS, group, an_interface(), a_prefix_list("10.0.0.0/8")).status is Status.PASS
    assert answer(EGRESS, group, an_interface(), gaps=[a_gap(PrefixList, REGION)]).status is Status.UNKNOWN
