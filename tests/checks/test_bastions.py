"""SSH and RDP come to bastions, and from there to the rest."""

import pytest

from checks.bastions import is_bastion
from checks.inventory.compute import Instance
from checks.inventory.ec2 import PrefixList, SecurityGroup
from checks.model import Severity, Status
from checks.settings import CheckSettings
from tests.builders import REGION, a_gap, a_group_rule, a_prefix_list, a_security_group
from tests.ec2_builders import an_instance

CHECK = "ec2-admin-port-not-bastion"
BASTION = an_instance(
    "i-bastion",
    groups=("sg-bastion",),
    addresses=("10.0.9.9", "203.0.113.9", "2001:db8::9"),
    tags={"Name": "bastion-1"},
)


def answered(answers, *rules, records=(), **options):
    """The answer for an instance in the group `sg-0a1b2c3d` with these rules, beside a bastion."""
    (finding,) = answers(CHECK, BASTION, an_instance(), a_security_group(*rules), *records, **options)
    assert finding.resource.endswith("i-0a1b2c3d")
    return finding


@pytest.mark.parametrize(
    ("protocol", "ports", "status"),
    [
        ("tcp", 22, "FAIL"),
        ("tcp", 3389, "FAIL"),
        ("udp", 3389, "FAIL"),
        ("-1", None, "FAIL"),
        ("tcp", (0, 65535), "FAIL"),
        ("tcp", (20, 25), "FAIL"),
        ("udp", 22, "PASS"),
        ("tcp", 21, "PASS"),
        ("tcp", 23, "PASS"),
        ("tcp", 3388, "PASS"),
        ("icmp", (22, 22), "PASS"),
    ],
)
def test_a_rule_that_reaches_an_admin_port_from_elsewhere_fails(answers, protocol, ports, status):
    assert answered(answers, a_group_rule("10.0.0.0/16", protocol=protocol, ports=ports)).status == status


def test_the_rule_and_its_group_are_named(answers):
    finding = answered(answers, a_group_rule("10.0.0.0/16", description="ops"))
    assert finding.severity is Severity.HIGH
    assert finding.evidence == {"instance": "web-1", "rules": ["tcp 22 from 10.0.0.0/16 (ops) in web"]}


@pytest.mark.parametrize(
    "rule",
    [
        a_group_rule(groups=("sg-bastion",)),
        a_group_rule(groups=("sg-0a1b2c3d",)),
        a_group_rule("10.0.9.9/32"),
        a_group_rule("203.0.113.9/32"),
        a_group_rule("2001:db8::9/128"),
    ],
)
def test_a_bastions_group_and_addresses_and_the_groups_own_members_may_come(answers, rule):
    assert answered(answers, rule).status is Status.PASS


@pytest.mark.parametrize(
    "rule",
    [a_group_rule(groups=("sg-web",)), a_group_rule("10.0.9.8/31"), a_group_rule("10.0.9.9/32", "10.0.9.10/32")],
)
def test_others_beside_a_bastion_may_not(answers, rule):
    assert answered(answers, rule).status is Status.FAIL


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (a_prefix_list("10.0.9.9/32", "203.0.113.9/32"), "PASS"),
        (a_prefix_list("10.0.9.9/32", "198.51.100.0/24"), "FAIL"),
        (a_prefix_list(owner="AWS"), "PASS"),
    ],
)
def test_prefix_lists_are_looked_into(answers, one, status):
    assert answered(answers, a_group_rule(prefix_lists=("pl-1",)), records=[one]).status == status


def test_a_list_that_was_not_read_leaves_it_unknown_unless_another_rule_decides(answers):
    lists = a_group_rule(prefix_lists=("pl-1",))
    gaps = [a_gap(PrefixList, REGION)]
    assert answered(answers, lists, gaps=gaps).status is Status.UNKNOWN
    assert answered(answers, lists, a_group_rule("10.0.0.0/8"), gaps=gaps).status is Status.FAIL


@pytest.mark.parametrize("kind", [SecurityGroup, Instance])
def test_what_could_not_be_read_is_unknown(answers, kind):
    found = answers(CHECK, *([] if kind is Instance else [an_instance()]), gaps=[a_gap(kind, REGION)])
    assert [f.status for f in found] == [Status.UNKNOWN]


def test_a_bastion_itself_is_not_judged_and_stopped_instances_are(answers):
    world = a_security_group(a_group_rule("0.0.0.0/0"), id="sg-bastion")
    assert answers(CHECK, BASTION, world) == []
    stopped = an_instance(state="stopped", groups=("sg-bastion",))
    assert [f.status for f in answers(CHECK, stopped, world)] == [Status.FAIL]


def test_a_bastion_of_another_region_is_none_here(answers):
    far = an_instance("i-far", region="us-east-1", groups=("sg-far",), tags={"Role": "bastion"})
    group = a_security_group(a_group_rule(groups=("sg-far",)))
    assert [f.status for f in answers(CHECK, far, an_instance(), group)] == [Status.FAIL]


@pytest.mark.parametrize(
    ("tags", "is_one"),
    [
        ({"Role": "bastion"}, True),
        ({"Role": "Bastion"}, True),
        ({"role": "bastion"}, False),
        ({"Name": "bastion"}, True),
        ({"Name": "prod-Bastion-1"}, True),
        ({"Name": "jump_host"}, True),
        ({"Name": "jumpbox01"}, True),
        ({"Name": "eu jumphost"}, True),
        ({"Name": "jumper"}, False),
        ({"Name": "bastionless-app"}, False),
        ({"Name": "web"}, False),
        ({}, False),
    ],
)
def test_a_bastion_is_known_by_its_tag_or_a_whole_word_of_its_name(tags, is_one):
    assert is_bastion(an_instance(tags=tags), CheckSettings()) is is_one


def test_how_a_bastion_is_known_is_a_setting():
    settings = CheckSettings(bastion_tag="kind=gate", bastion_words=("Gate",))
    assert is_bastion(an_instance(tags={"kind": "gate"}), settings)
    assert is_bastion(an_instance(tags={"Name": "gate-1"}), settings)
    assert not is_bastion(an_instance(tags={"Name": "bastion"}), settings)
