"""Databases and warehouses: encrypted, and not reachable from the internet."""

import pytest

from checks.inventory.ec2 import SecurityGroup
from checks.inventory.rds import DbCluster, DbInstance, DbSnapshot
from checks.inventory.redshift import RedshiftCluster
from checks.model import Severity, Status
from tests.builders import REGION, a_gap, a_group_rule, a_prefix_list, a_security_group
from tests.service_builders import a_database, a_database_cluster, a_database_snapshot, a_warehouse

PUBLIC = {"rds-public": a_database, "redshift-public": a_warehouse}
every_public = pytest.mark.parametrize(("check_id", "make"), PUBLIC.items())


@pytest.mark.parametrize("encrypted", [True, False])
@pytest.mark.parametrize(
    ("check_id", "make"),
    [
        ("rds-unencrypted", a_database),
        ("rds-unencrypted", a_database_cluster),
        ("rds-snapshot-unencrypted", a_database_snapshot),
        ("redshift-unencrypted", a_warehouse),
    ],
)
def test_what_is_not_encrypted_fails(answer, check_id, make, encrypted):
    assert answer(check_id, make(encrypted=encrypted)).status == ("PASS" if encrypted else "FAIL")


def test_a_member_of_a_cluster_is_judged_by_its_cluster_alone(answers):
    cluster = a_database_cluster("shop", encrypted=False)
    members = [a_database(f"shop-{n}", cluster="shop", encrypted=False) for n in (1, 2)]

    (finding,) = answers("rds-unencrypted", cluster, *members)

    assert finding.resource == cluster.arn
    assert finding.evidence["kind"] == "cluster"


def test_documentdb_is_judged_as_rds_is(answer):
    finding = answer("rds-unencrypted", a_database_cluster(engine="docdb", encrypted=False))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["engine"] == "docdb"


def test_a_snapshot_that_everyone_may_restore_is_critical(answer):
    finding = answer("rds-snapshot-public", a_database_snapshot(encrypted=False, public=True, of_cluster=True))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.evidence["taken_of"] == "cluster orders"
    assert answer("rds-snapshot-public", a_database_snapshot(encrypted=False)).status is Status.PASS


def test_whether_a_snapshot_is_public_is_unknown_where_it_may_not_be_asked_and_its_encryption_is_not(answer):
    gap = a_gap(DbSnapshot, REGION, permission="rds:DescribeDBSnapshotAttributes")
    snapshot = a_database_snapshot(encrypted=False, public=gap)
    finding = answer("rds-snapshot-public", snapshot)
    assert (finding.status, finding.resource) == (Status.UNKNOWN, snapshot.arn)
    assert "rds:DescribeDBSnapshotAttributes" in finding.reason
    assert answer("rds-snapshot-unencrypted", snapshot).status is Status.FAIL


@pytest.mark.parametrize(
    ("check_id", "kind"),
    [
        ("rds-unencrypted", DbInstance),
        ("rds-unencrypted", DbCluster),
        ("rds-snapshot-unencrypted", DbSnapshot),
        ("rds-public", DbInstance),
        ("redshift-unencrypted", RedshiftCluster),
        ("redshift-public", RedshiftCluster),
    ],
)
def test_what_could_not_be_read_is_unknown_once_in_its_region(answer, check_id, kind):
    finding = answer(check_id, gaps=[a_gap(kind, REGION)])
    assert (finding.status, finding.region) == (Status.UNKNOWN, REGION)


@every_public
def test_a_private_database_passes_whatever_its_groups_let_in(answer, check_id, make):
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None))
    assert answer(check_id, make(), group).status is Status.PASS


@every_public
def test_a_public_database_behind_a_closed_group_is_high(answer, check_id, make):
    database = make(public=True)
    group = a_security_group(a_group_rule("203.0.113.0/24", ports=database.port))
    finding = answer(check_id, database, group)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)


@every_public
@pytest.mark.parametrize(("offset", "severity"), [(-1, "high"), (0, "critical"), (1, "high")])
def test_it_is_critical_where_the_world_reaches_its_very_port(answer, check_id, make, offset, severity):
    database = make(public=True)
    rule = a_group_rule("0.0.0.0/0", ports=database.port + offset)
    assert str(answer(check_id, database, a_security_group(rule)).severity) == severity


def test_the_rule_that_lets_the_world_in_is_the_evidence(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0", ports=(5000, 6000), description="temporary"), name="db")
    evidence = answer("rds-public", a_database(public=True), group).evidence
    assert evidence["open_by"] == ["sg-0a1b2c3d (db): tcp 5000-6000 from 0.0.0.0/0 (temporary)"]


def test_two_groups_and_a_prefix_list_that_together_are_the_world_count_as_one(answer):
    one = a_security_group(a_group_rule("0.0.0.0/1", ports=5432), id="sg-1")
    other = a_security_group(a_group_rule(ports=5432, prefix_lists=("pl-1",)), id="sg-2")
    half = a_prefix_list("128.0.0.0/1")
    finding = answer("rds-public", a_database(public=True, groups=("sg-1", "sg-2")), one, other, half)
    assert finding.severity is Severity.CRITICAL


def test_a_group_of_somebody_else_does_not_make_it_worse(answer):
    group = a_security_group(a_group_rule("0.0.0.0/0", ports=5432), id="sg-other")
    assert answer("rds-public", a_database(public=True), group).severity is Severity.HIGH


def test_where_groups_could_not_be_read_it_fails_and_says_that_more_is_not_known(answer):
    finding = answer("rds-public", a_database(public=True), gaps=[a_gap(SecurityGroup, REGION)])
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["reachable"].startswith("unknown: AccessDenied")


def test_a_database_that_is_being_made_has_no_port_yet_and_fails_all_the_same(answer):
    finding = answer("redshift-public", a_warehouse(public=True, port=None))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)


def test_a_public_member_of_a_cluster_is_judged_for_itself(answer):
    assert answer("rds-public", a_database(cluster="shop", public=True)).status is Status.FAIL
