"""What security groups open to the world."""

import pytest

from checks.inventory.ec2 import NetworkInterface, PrefixList, SecurityGroup
from checks.model import Severity, Status
from tests.builders import REGION, a_gap, a_group_rule, a_prefix_list, a_security_group, an_interface

SSH = "ec2-sg-open-ssh"
ALL = "ec2-sg-open-all"
ICMP = "ec2-sg-open-icmp"
HALVES = ("0.0.0.0/1", "128.0.0.0/1")

PORTS = {
    "cifs": {"tcp": (137, 138, 139, 445), "udp": (137, 138, 139)},
    "ftp": {"tcp": (20, 21), "udp": ()},
    "mongodb": {"tcp": (27017, 27018, 27019), "udp": ()},
    "mssql": {"tcp": (1433,), "udp": (1434,)},
    "mysql": {"tcp": (3306,), "udp": ()},
    "oracle": {"tcp": (1521, 2483, 2484), "udp": ()},
    "postgresql": {"tcp": (5432,), "udp": ()},
    "rdp": {"tcp": (3389,), "udp": (3389,)},
    "rpc": {"tcp": (135,), "udp": (135,)},
    "smtp": {"tcp": (25,), "udp": ()},
    "ssh": {"tcp": (22,), "udp": ()},
    "telnet": {"tcp": (23,), "udp": ()},
    "dns": {"tcp": (53,), "udp": (53,)},
}
MEDIUM = {"smtp", "rpc", "dns", "ftp"}
FAILING = [(s, p, port) for s, both in PORTS.items() for p, ports in both.items() for port in ports]


@pytest.mark.parametrize(("service", "protocol", "port"), FAILING)
def test_each_port_of_a_service_open_to_the_world_fails(answer, service, protocol, port):
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol=protocol, ports=port))
    finding = answer(f"ec2-sg-open-{service}", group, an_interface())
    assert finding.status is Status.FAIL
    assert finding.severity is (Severity.MEDIUM if service in MEDIUM else Severity.HIGH)
    assert finding.evidence["ports"] == [f"{protocol} {port}"]
    assert finding.evidence["rules"] == [f"{protocol} {port} from 0.0.0.0/0"]


@pytest.mark.parametrize("service", PORTS)
def test_neighbouring_ports_pass(answer, service):
    rules = []
    for protocol, own in PORTS[service].items():
        near = {port + step for ports in PORTS[service].values() for port in ports for step in (-1, 0, 1)}
        rules += [a_group_rule("0.0.0.0/0", protocol=protocol, ports=port) for port in sorted(near - set(own))]
    assert answer(f"ec2-sg-open-{service}", a_security_group(*rules), an_interface()).status is Status.PASS


@pytest.mark.parametrize("service", [*PORTS, "icmp", "all"])
def test_groups_that_could_not_be_read_are_unknown_in_that_region(answers, service):
    here = a_security_group(region="eu-west-1")
    gap = a_gap(SecurityGroup, "us-east-1", permission="ec2:DescribeSecurityGroups")
    unknown, judged = answers(f"ec2-sg-open-{service}", here, gaps=[gap])
    assert (unknown.status, unknown.region) == (Status.UNKNOWN, "us-east-1")
    assert unknown.resource == "AWS::::Account:111122223333"
    assert "ec2:DescribeSecurityGroups" in unknown.reason
    assert unknown.evidence["missing_permission"] == "ec2:DescribeSecurityGroups"
    assert (judged.status, judged.region) == (Status.PASS, "eu-west-1")


@pytest.mark.parametrize("service", [*PORTS, "icmp"])
def test_a_rule_for_all_traffic_fails_every_port_check(answer, service):
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None))
    finding = answer(f"ec2-sg-open-{service}", group, an_interface())
    assert finding.status is Status.FAIL
    assert finding.evidence["rules"] == ["all traffic from 0.0.0.0/0"]


@pytest.mark.parametrize(
    ("ports", "status"),
    [(21, "PASS"), (22, "FAIL"), (23, "PASS"), ((1, 21), "PASS"), ((21, 23), "FAIL"), ((22, 65535), "FAIL")],
)
def test_a_rule_reaches_a_port_when_its_range_contains_it(answer, ports, status):
    group = a_security_group(a_group_rule("0.0.0.0/0", ports=ports))
    assert answer(SSH, group, an_interface()).status == status


@pytest.mark.parametrize("protocol", ["tcp", "6", "TCP"])
def test_protocols_come_as_names_and_numbers(answer, protocol):
    group = a_security_group(a_group_rule("::/0", protocol=protocol))
    assert answer(SSH, group, an_interface()).status is Status.FAIL


@pytest.mark.parametrize("protocol", ["udp", "17", "50", "icmp"])
def test_another_protocol_on_the_same_number_passes(answer, protocol):
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol=protocol))
    assert answer(SSH, group, an_interface()).status is Status.PASS


@pytest.mark.parametrize(
    "cidrs",
    [("0.0.0.0/0",), ("::/0",), HALVES, ("::/1", "8000::/1"), ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1")],
)
def test_ranges_that_together_are_the_world_fail_whatever_rule_they_stand_in(answer, cidrs):
    together = a_security_group(a_group_rule(*cidrs))
    apart = a_security_group(*(a_group_rule(cidr, ports=(20 + n, 22)) for n, cidr in enumerate(cidrs)))
    for group in (together, apart):
        finding = answer(SSH, group, an_interface())
        assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
        assert finding.evidence["open_to"] == "the world"
        assert len(finding.evidence["rules"]) == len(cidrs)


def test_everything_but_private_ranges_is_the_world(answer):
    public = [f"{n}.0.0.0/8" for n in range(256) if n not in (10, 100, 172, 192)]
    rest = ["100.0.0.0/10", "100.128.0.0/9", "172.0.0.0/12", "172.32.0.0/11", "172.64.0.0/10", "172.128.0.0/9"]
    rest += ["192.0.0.0/9", "192.128.0.0/11", "192.160.0.0/13", "192.169.0.0/16", "192.170.0.0/15"]
    rest += ["192.172.0.0/14", "192.176.0.0/12", "192.192.0.0/10"]
    finding = answer(SSH, a_security_group(a_group_rule(*public, *rest)), an_interface())
    assert finding.evidence["open_to"] == "the world"


@pytest.mark.parametrize(
    "cidrs",
    [
        ("8.0.0.0/9",),
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        ("fc00::/7",),
        ("2001:db8::/17",),
        ("203.0.113.7/32",),
        ("10.0.0.0/8", "8.0.0.0/9"),
    ],
)
def test_narrower_and_private_ranges_pass(answer, cidrs):
    assert answer(SSH, a_security_group(a_group_rule(*cidrs)), an_interface()).status is Status.PASS


@pytest.mark.parametrize("cidrs", [("8.0.0.0/8",), ("8.0.0.0/9", "8.128.0.0/9"), ("0.0.0.0/1",), ("2001::/16",)])
def test_nearly_the_world_is_one_step_lower(answer, cidrs):
    finding = answer(SSH, a_security_group(a_group_rule(*cidrs)), an_interface())
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence["open_to"] == "nearly the world"


def test_nearly_the_world_is_no_matter_for_open_all(answer):
    group = a_security_group(a_group_rule("0.0.0.0/1", protocol="-1", ports=None))
    assert answer(ALL, group, an_interface()).status is Status.PASS


def test_a_reference_to_a_group_is_not_the_world(answer):
    group = a_security_group(a_group_rule(groups=("sg-other",), protocol="-1", ports=None))
    assert answer(SSH, group, an_interface()).status is Status.PASS


# ── open to everything ──


@pytest.mark.parametrize(
    "rules",
    [
        (a_group_rule("0.0.0.0/0", protocol="-1", ports=None),),
        (a_group_rule("::/0", protocol="tcp", ports=(0, 65535)),),
        (a_group_rule("0.0.0.0/0", protocol="udp", ports=(1, 65535)),),
        (a_group_rule("0.0.0.0/0", protocol="6", ports=(None, None)),),
        (a_group_rule("0.0.0.0/0", ports=(0, 1000)), a_group_rule("0.0.0.0/0", ports=(1001, 65535))),
        tuple(a_group_rule(half, protocol="-1", ports=None) for half in HALVES),
    ],
)
def test_every_port_of_a_protocol_open_to_the_world_is_critical(answer, rules):
    finding = answer(ALL, a_security_group(*rules), an_interface())
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)


@pytest.mark.parametrize(
    "rules",
    [
        (a_group_rule("0.0.0.0/0", ports=(0, 65534)),),
        (a_group_rule("0.0.0.0/0", ports=(0, 1000)), a_group_rule("0.0.0.0/0", ports=(1002, 65535))),
        (a_group_rule("0.0.0.0/1", protocol="-1", ports=None), a_group_rule("128.0.0.0/1", ports=22)),
        (a_group_rule("10.0.0.0/8", protocol="-1", ports=None),),
        (a_group_rule("0.0.0.0/0", protocol="icmp", ports=(-1, -1)),),
        (a_group_rule("0.0.0.0/0", ports=80), a_group_rule("0.0.0.0/0", ports=443)),
        (),
    ],
)
def test_less_than_everything_passes(answer, rules):
    assert answer(ALL, a_security_group(*rules), an_interface()).status is Status.PASS


# ── ICMP ──


@pytest.mark.parametrize(
    ("protocol", "numbers", "status"),
    [
        ("icmp", (-1, -1), "FAIL"),
        ("1", (8, -1), "FAIL"),
        ("icmp", (8, 0), "FAIL"),
        ("icmp", (3, 4), "PASS"),
        ("icmp", (3, -1), "PASS"),
        ("icmpv6", (-1, -1), "FAIL"),
        ("58", (128, 0), "FAIL"),
        ("58", (1, -1), "PASS"),
        ("icmpv6", (2, 0), "PASS"),
        ("icmpv6", (4, -1), "PASS"),
        ("icmpv6", (5, -1), "FAIL"),
        ("tcp", (8, 8), "PASS"),
    ],
)
def test_icmp_passes_only_for_the_messages_of_path_mtu_discovery(answer, protocol, numbers, status):
    cidr = "::/0" if protocol in ("icmpv6", "58") else "0.0.0.0/0"
    group = a_security_group(a_group_rule(cidr, protocol=protocol, ports=numbers))
    finding = answer(ICMP, group, an_interface())
    assert (finding.status, finding.severity) == (status, Severity.MEDIUM)


def test_the_icmp_evidence_names_type_and_code(answer):
    rules = (
        a_group_rule("0.0.0.0/0", protocol="icmp", ports=(3, 4)),
        a_group_rule("0.0.0.0/0", protocol="icmp", ports=(8, 0), description="ping"),
    )
    finding = answer(ICMP, a_security_group(*rules), an_interface())
    assert finding.evidence["rules"] == ["icmp type 8 code 0 from 0.0.0.0/0 (ping)"]


def test_all_traffic_from_ipv4_says_nothing_of_icmpv6(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None))
    assert answer(ICMP, group, an_interface()).evidence["ports"] == ["icmp of all types"]


# ── attachment ──


def test_a_group_attached_to_nothing_is_one_step_lower_and_says_so(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0"))
    finding = answer(SSH, group, an_interface("sg-other"))
    assert finding.severity is Severity.MEDIUM
    assert finding.evidence["attachment"] == "not attached"


def test_an_interface_counts_even_without_an_instance(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0"))
    finding = answer(SSH, group, an_interface(instance="", description="ELB app/web"))
    assert finding.severity is Severity.HIGH
    assert finding.evidence["attachment"] == ["eni-1 (ELB app/web)"]


def test_an_interface_in_another_region_does_not_count(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0"))
    assert answer(SSH, group, an_interface(region="us-east-1")).severity is Severity.MEDIUM


def test_lowerings_add_up_and_stop_at_low(answer):
    nearly = a_security_group(a_group_rule("8.0.0.0/8", ports=(20, 25)))
    assert answer(SSH, nearly).severity is Severity.LOW
    assert answer("ec2-sg-open-ftp", nearly).severity is Severity.LOW


def test_a_public_address_is_named(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0", description="office"))
    finding = answer(SSH, group, an_interface(public_address="203.0.113.9"))
    assert finding.evidence == {
        "group": "web",
        "open_to": "the world",
        "ports": ["tcp 22"],
        "rules": ["tcp 22 from 0.0.0.0/0 (office)"],
        "attachment": ["eni-1 (i-0a1b2c3d)"],
        "public_addresses": ["203.0.113.9 on eni-1"],
    }


def test_a_group_whose_interfaces_could_not_be_read_is_still_judged(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0"))
    finding = answer(SSH, group, gaps=[a_gap(NetworkInterface, REGION, reason="AccessDenied", permission="")])
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["attachment"] == "unknown: AccessDenied"


def test_every_rule_is_named_and_of_many_interfaces_a_few(answer):
    rules = [a_group_rule(f"{n}.0.0.0/8") for n in range(256)]
    interfaces = [an_interface(id=f"eni-{n}", public_address=f"203.0.113.{n}") for n in range(40)]
    evidence = answer(SSH, a_security_group(*rules), *interfaces).evidence
    assert [len(evidence[key]) for key in ("rules", "attachment", "public_addresses")] == [255, 11, 11]
    assert "tcp 22 from 10.0.0.0/8" not in evidence["rules"]
    assert evidence["attachment"][-1] == "and 30 more"


# ── prefix lists ──


def test_a_prefix_list_that_holds_the_world_fails_and_is_named(answer):
    group = a_security_group(a_group_rule(prefix_lists=("pl-1",), description="everyone"))
    finding = answer(SSH, group, an_interface(), a_prefix_list(*HALVES))
    assert finding.status is Status.FAIL
    assert finding.evidence["rules"] == ["tcp 22 from prefix list pl-1 (offices: 0.0.0.0/1, 128.0.0.0/1) (everyone)"]


@pytest.mark.parametrize("prefix_list", [a_prefix_list("203.0.113.0/24"), a_prefix_list("0.0.0.0/0", owner="AWS")])
def test_a_narrow_prefix_list_and_one_of_aws_pass(answer, prefix_list):
    group = a_security_group(a_group_rule(prefix_lists=("pl-1",)))
    assert answer(SSH, group, an_interface(), prefix_list).status is Status.PASS


@pytest.mark.parametrize("check_id", [SSH, ALL])
@pytest.mark.parametrize("gaps", [(), (a_gap(PrefixList, REGION, reason="AccessDenied"),)])
def test_a_prefix_list_that_was_not_read_leaves_the_group_unknown(answer, check_id, gaps):
    ports = 22 if check_id == SSH else (0, 65535)
    group = a_security_group(a_group_rule("203.0.113.0/24", prefix_lists=("pl-9",), ports=ports))
    finding = answer(check_id, group, an_interface(), gaps=gaps)
    assert finding.status is Status.UNKNOWN
    assert "prefix list pl-9" in finding.reason
    assert not gaps or "missing permission: x:DescribeIt" in finding.reason


def test_of_several_unread_prefix_lists_the_one_that_matters_is_named(answer):
    rules = [a_group_rule(prefix_lists=(f"pl-{port}",), ports=port) for port in (443, 22)]
    finding = answer(SSH, a_security_group(*rules), an_interface())
    assert finding.reason.startswith("tcp 22 from prefix list pl-22 could not be looked into")


def test_a_prefix_list_that_was_not_read_changes_nothing_where_the_answer_is_clear(answer):
    gaps = [a_gap(PrefixList, REGION)]
    elsewhere = a_security_group(a_group_rule(prefix_lists=("pl-9",), ports=443))
    assert answer(SSH, elsewhere, an_interface(), gaps=gaps).status is Status.PASS
    wrong = a_security_group(a_group_rule("0.0.0.0/0", prefix_lists=("pl-9",)))
    assert answer(SSH, wrong, an_interface(), gaps=gaps).status is Status.FAIL
    plain = a_security_group(a_group_rule("10.0.0.0/8"))
    assert answer(SSH, plain, an_interface(), gaps=gaps).status is Status.PASS
