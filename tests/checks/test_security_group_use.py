"""Groups that nothing uses, twins, and too many of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalog import CATALOG
from checks.inventory.autoscaling import AutoScalingGroup
from checks.inventory.compute import LaunchTemplate
from checks.inventory.ec2 import NetworkInterface, SecurityGroup, Vpc
from checks.inventory.functions import Function
from checks.inventory.load_balancing import LoadBalancer
from checks.inventory.rds import DbCluster, DbInstance
from checks.inventory.redshift import RedshiftCluster
from checks.judge import judge
from checks.model import Severity, Status
from checks.settings import CheckSettings
from tests.builders import REGION, a_gap, a_group_rule, a_security_group, an_interface, an_inventory
from tests.ec2_builders import a_db, a_db_cluster, a_function, a_launch_template, a_scaling_group, a_vpc, a_warehouse

UNUSED = "ec2-sg-unused"
TWINS = "ec2-sg-duplicate"
MANY = "ec2-sg-too-many"
MINE = "sg-0a1b2c3d"
USERS = [
    an_interface(instance="", description="ELB app/web/1"),
    a_launch_template(groups=(MINE,)),
    a_launch_template(group_names=("web",)),
    a_scaling_group(groups=(MINE,)),
    a_scaling_group(group_names=("web",)),
    LoadBalancer(arn="arn:aws:elasticloadbalancing:web", region=REGION, groups=(MINE,)),
    a_function(groups=(MINE,)),
    a_db(groups=(MINE,)),
    a_db_cluster(groups=(MINE,)),
    a_warehouse(groups=(MINE,)),
]
KINDS = (
    NetworkInterface,
    LaunchTemplate,
    AutoScalingGroup,
    LoadBalancer,
    Function,
    DbInstance,
    DbCluster,
    RedshiftCluster,
)


def test_a_group_that_nothing_uses_fails(answer):
    finding = answer(UNUSED, a_security_group(a_group_rule("10.0.0.0/8")), an_interface("sg-other"))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert finding.evidence == {"group": "web", "vpc": "vpc-1", "used_by": "nothing"}


@pytest.mark.parametrize("user", USERS, ids=lambda user: type(user).__name__)
def test_whatever_names_a_group_uses_it(answer, user):
    assert answer(UNUSED, a_security_group(), user).status is Status.PASS


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_a_reference_by_another_group_is_use_and_one_by_itself_is_not(answers, way):
    rule = a_group_rule(groups=(MINE,))
    other = replace(a_security_group(id="sg-2", name="app"), **{way: (rule,)})
    by_other = answers(UNUSED, a_security_group(), other)
    by_itself = answers(UNUSED, a_security_group(rule))
    assert [f.status for f in by_other if f.resource.endswith(MINE)] == ["PASS"]
    assert [f.status for f in by_itself] == ["FAIL"]


def test_the_default_group_is_never_listed(answers):
    assert answers(UNUSED, a_security_group(name="default")) == []


@pytest.mark.parametrize("kind", [*KINDS, SecurityGroup], ids=lambda kind: kind.__name__)
def test_a_user_that_could_not_be_read_makes_an_unused_group_unknown(answers, kind):
    gap = a_gap(kind, REGION, permission="x:ListThem")
    found = answers(UNUSED, a_security_group(), gaps=[gap])
    assert {f.status for f in found} == {Status.UNKNOWN}
    assert "x:ListThem" in found[0].reason


def test_a_group_in_use_passes_whatever_else_could_not_be_read(answer):
    gaps = [a_gap(kind, REGION) for kind in KINDS[1:]]
    assert answer(UNUSED, a_security_group(), an_interface(), gaps=gaps).status is Status.PASS


def twins_of(answers, *groups, **options):
    return {f.resource.rpartition("/")[2]: f.status.value for f in answers(TWINS, *groups, **options)}


def test_each_twin_names_the_other(answers):
    rules = (a_group_rule("10.0.0.0/8", "10.1.0.0/16"), a_group_rule("192.0.2.0/24", ports=443, description="office"))
    others = (
        a_group_rule("192.0.2.0/24", protocol="6", ports=443),
        a_group_rule("10.1.0.0/16"),
        a_group_rule("10.0.0.0/8"),
    )
    found = answers(TWINS, a_security_group(*rules, id="sg-1"), a_security_group(*others, id="sg-2", name="copy"))
    assert [f.status for f in found] == [Status.FAIL, Status.FAIL]
    assert [f.evidence["twins"] for f in found] == [["sg-2 (copy)"], ["sg-1 (web)"]]


@pytest.mark.parametrize(
    "other",
    [
        a_security_group(a_group_rule("10.0.0.0/8", ports=23), id="sg-2"),
        a_security_group(a_group_rule("10.0.0.0/9"), id="sg-2"),
        a_security_group(a_group_rule("10.0.0.0/8", protocol="udp"), id="sg-2"),
        a_security_group(a_group_rule("10.0.0.0/8"), id="sg-2", egress=()),
        a_security_group(a_group_rule("10.0.0.0/8"), a_group_rule(groups=("sg-2",)), id="sg-2"),
        a_security_group(a_group_rule("10.0.0.0/8"), id="sg-2", vpc="vpc-2"),
        a_security_group(a_group_rule("10.0.0.0/8"), id="sg-2", region="us-east-1"),
    ],
)
def test_groups_that_differ_are_no_twins(answers, other):
    found = twins_of(answers, a_security_group(a_group_rule("10.0.0.0/8"), id="sg-1"), other)
    assert set(found.values()) == {"PASS"}


def test_two_groups_without_an_inbound_rule_are_no_twins(answers):
    assert set(twins_of(answers, a_security_group(id="sg-1"), a_security_group(id="sg-2")).values()) == {"PASS"}


@given(st.permutations(["10.0.0.0/8", "10.2.0.0/16", "192.0.2.1/32", "::/0"]), st.integers(0, 4))
def test_twins_are_twins_however_their_rules_are_written(cidrs, at):
    one = a_security_group(a_group_rule(*sorted(cidrs)), id="sg-1")
    other = a_security_group(a_group_rule(*cidrs[:at]), a_group_rule(*cidrs[at:], description="x"), id="sg-2")
    found = judge(an_inventory(one, other), [CATALOG[TWINS]], CheckSettings())
    assert [f.status for f in found] == ["FAIL", "FAIL"]


def test_groups_that_could_not_be_read_have_no_twins_to_tell(answers):
    (finding,) = answers(TWINS, gaps=[a_gap(SecurityGroup, REGION)])
    assert finding.status is Status.UNKNOWN


@pytest.mark.parametrize(("count", "status"), [(50, "PASS"), (51, "FAIL")])
def test_fifty_groups_a_vpc_pass_and_one_more_fails(answer, count, status):
    groups = [a_security_group(id=f"sg-{n}") for n in range(count)]
    elsewhere = [a_security_group(id=f"sg-x{n}", vpc="vpc-2") for n in range(5)]
    finding = answer(MANY, a_vpc(), *groups, *elsewhere)
    assert finding.status == status
    assert finding.evidence.get("security_groups", 51) == 51


def test_how_many_groups_are_too_many_is_a_setting(answer):
    assert answer(MANY, a_vpc(), a_security_group(), security_groups_per_vpc=1).status is Status.PASS
    assert answer(MANY, a_vpc(), a_security_group(), security_groups_per_vpc=0).status is Status.FAIL


@pytest.mark.parametrize("kind", [Vpc, SecurityGroup])
def test_a_count_that_could_not_be_made_is_unknown(answers, kind):
    found = answers(MANY, *([] if kind is Vpc else [a_vpc()]), gaps=[a_gap(kind, REGION)])
    assert [f.status for f in found] == [Status.UNKNOWN]
