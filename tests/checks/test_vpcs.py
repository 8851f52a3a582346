"""Flow logs, mixed environments, and the default VPC."""

import pytest

from checks.inventory.compute import Instance
from checks.inventory.ec2 import FlowLog, NetworkInterface, Subnet, Vpc
from checks.model import Severity, Status
from tests.builders import REGION, a_gap, an_interface
from tests.ec2_builders import a_flow_log, a_subnet, a_vpc, an_instance

LOGS = "vpc-no-flow-log"
MIXED = "vpc-mixed-environments"
DEFAULT = "ec2-in-default-vpc"


def test_a_vpc_without_any_flow_log_fails(answer):
    finding = answer(LOGS, a_vpc(), a_subnet(), an_interface())
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence == {"flow_logs": "none"}


@pytest.mark.parametrize("traffic", ["ALL", "REJECT"])
def test_a_working_flow_log_of_rejected_traffic_passes(answer, traffic):
    assert answer(LOGS, a_vpc(), a_flow_log(traffic=traffic), an_interface()).status is Status.PASS


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"traffic": "ACCEPT"}, "ACCEPT traffic only"),
        ({"active": False}, "not active"),
        ({"error": "Access error"}, "not delivered (Access error)"),
    ],
)
def test_a_flow_log_that_does_not_work_does_not_count_and_says_why(answer, facts, why):
    finding = answer(LOGS, a_vpc(), a_flow_log(**facts), an_interface())
    assert finding.status is Status.FAIL
    assert finding.evidence["flow_logs"] == [f"fl-vpc-1 on vpc-1: {why}"]


def test_flow_logs_on_each_subnet_are_as_good_and_one_that_lacks_is_named(answer):
    subnets = [a_subnet("subnet-1"), a_subnet("subnet-2"), a_subnet("subnet-9", vpc="vpc-9")]
    both = [a_flow_log("subnet-1"), a_flow_log("subnet-2", traffic="REJECT")]
    assert answer(LOGS, a_vpc(), *subnets, *both, an_interface()).status is Status.PASS
    finding = answer(LOGS, a_vpc(), *subnets, both[0], a_flow_log("subnet-2", traffic="ACCEPT"), an_interface())
    assert finding.status is Status.FAIL
    assert finding.evidence["subnets_without"] == ["subnet-2"]
    assert finding.evidence["flow_logs"] == ["fl-subnet-2 on subnet-2: ACCEPT traffic only"]


def test_a_vpc_without_subnets_needs_a_log_of_its_own(answer):
    assert answer(LOGS, a_vpc(), an_interface()).status is Status.FAIL


def test_flow_logs_of_single_interfaces_do_not_count(answer):
    assert answer(LOGS, a_vpc(), a_subnet(), a_flow_log("eni-1"), an_interface()).status is Status.FAIL


def test_a_vpc_with_no_interface_in_it_is_one_step_lower(answer):
    elsewhere = an_interface(vpc="vpc-2")
    finding = answer(LOGS, a_vpc(), elsewhere)
    assert finding.severity is Severity.LOW
    assert finding.evidence["network_interfaces"] == "none"
    unsure = answer(LOGS, a_vpc(), gaps=[a_gap(NetworkInterface, REGION)])
    assert (unsure.status, unsure.severity) == (Status.FAIL, Severity.MEDIUM)


@pytest.mark.parametrize("kind", [Vpc, FlowLog, Subnet])
def test_what_could_not_be_read_leaves_a_vpc_unknown(answers, kind):
    found = answers(LOGS, *([] if kind is Vpc else [a_vpc()]), gaps=[a_gap(kind, REGION)])
    assert [f.status for f in found] == [Status.UNKNOWN]


def test_a_log_on_the_vpc_suffices_where_subnets_could_not_be_read(answer):
    assert answer(LOGS, a_vpc(), a_flow_log(), gaps=[a_gap(Subnet, REGION)]).status is Status.PASS


def test_a_vpc_that_another_account_shares_is_for_its_owner_to_log(answer):
    finding = answer(LOGS, a_vpc(owner="999988887777"))
    assert finding.status is Status.UNKNOWN
    assert "999988887777" in finding.reason


def test_two_environments_in_one_vpc_fail_and_both_are_named(answer):
    finding = answer(
        MIXED,
        a_vpc(),
        an_instance("i-1", tags={"Environment": "prod", "Name": "a"}),
        an_instance("i-2", tags={"Env": "QA"}),
    )
    assert finding.status is Status.FAIL
    assert finding.evidence["environments"] == {"prod": ["i-1 (a)"], "test": ["i-2"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Environment": "prod"}, {"environment": "Production"}),
        ({"Environment": "live"}, {"ENV": "PRD"}),
        ({"Environment": "stage"}, {"Environment": "uat"}),
        ({"Environment": "preprod"}, {"Environment": "stg"}),
        ({"Environment": "development"}, {"Environment": "dev"}),
        ({"Environment": "prod"}, {}),
        ({"Environment": "prod"}, {"Environment": ""}),
        ({"Environment": "prod"}, {"Environment": "prod", "Env": "dev"}),
        ({"Environment": "prod"}, {"Environment": "prd1"}),
        ({"Environment": "prod"}, {"Stage": "dev"}),
    ],
)
def test_one_environment_by_all_its_names_passes(answer, one, other):
    assert answer(MIXED, a_vpc(), an_instance("i-1", tags=one), an_instance("i-2", tags=other)).status is Status.PASS


def test_an_empty_environment_gives_way_to_env_and_sandbox_is_one(answer):
    tags = ({"Environment": "", "Env": "prod"}, {"Environment": "Sandbox"})
    finding = answer(MIXED, a_vpc(), *(an_instance(f"i-{n}", tags=t) for n, t in enumerate(tags)))
    assert list(finding.evidence["environments"]) == ["prod", "sandbox"]


def test_environments_and_their_tags_are_settings(answer):
    machines = [an_instance("i-1", tags={"Tier": "blue"}), an_instance("i-2", tags={"Tier": "azure"})]
    mine = {"environment_tags": ("Tier",), "tag_patterns": {}}
    assert answer(MIXED, a_vpc(), *machines, **mine).status is Status.FAIL
    assert answer(MIXED, a_vpc(), *machines, environments={"blue": ("azure",)}, **mine).status is Status.PASS


def test_environments_in_vpcs_of_their_own_pass(answers):
    machines = [an_instance("i-1"), an_instance("i-2", vpc="vpc-2", tags={"Environment": "dev"})]
    assert {f.status for f in answers(MIXED, a_vpc(), a_vpc("vpc-2"), *machines)} == {Status.PASS}


def test_instances_that_could_not_be_read_leave_a_vpc_unknown(answer):
    assert answer(MIXED, a_vpc(), gaps=[a_gap(Instance, REGION)]).status is Status.UNKNOWN


def test_an_instance_in_a_default_vpc_fails_and_elsewhere_passes(answers):
    found = answers(
        DEFAULT,
        a_vpc(),
        a_vpc("vpc-d", default=True),
        an_instance("i-1"),
        an_instance("i-2", vpc="vpc-d"),
        an_instance("i-3", vpc=""),
    )
    assert [f.status for f in found] == ["PASS", "FAIL", "PASS"]
    assert found[1].severity is Severity.LOW
    assert found[1].evidence == {"instance": "web-1", "vpc": "vpc-d"}


@pytest.mark.parametrize("kind", [Vpc, Instance])
def test_an_instance_whose_vpc_could_not_be_read_is_unknown(answers, kind):
    found = answers(DEFAULT, *([] if kind is Instance else [an_instance()]), gaps=[a_gap(kind, REGION)])
    assert [f.status for f in found] == [Status.UNKNOWN]
