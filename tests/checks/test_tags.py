"""Required tags, their values, and names."""

from dataclasses import replace

import pytest

from checks.catalog import CATALOG
from checks.model import Severity, Status
from checks.tags import TAGGED
from tests.builders import REGION, a_gap, a_security_group
from tests.ec2_builders import (
    TAGS,
    a_db,
    a_db_cluster,
    a_function,
    a_volume,
    a_vpc,
    a_warehouse,
    an_instance,
    bucket_tags,
)

MISSING = "tag-missing"
INVALID = "tag-value-invalid"
NAME = "name-invalid"
OF_EC2 = [an_instance(), a_volume(), a_vpc(), a_security_group(tags=TAGS)]
OTHERS = [a_db(), a_db_cluster(), a_warehouse(), bucket_tags(), a_function()]
every_kind = pytest.mark.parametrize("one", [*OF_EC2, *OTHERS], ids=lambda one: type(one).__name__)


def test_the_kinds_here_are_all_kinds():
    assert {type(one) for one in (*OF_EC2, *OTHERS)} == set(TAGGED)


@every_kind
def test_what_has_all_its_tags_passes(answer, one):
    assert {answer(check, one).status for check in (MISSING, INVALID, NAME)} == {Status.PASS}


@every_kind
def test_what_was_never_tagged_lacks_all_in_one_finding(answer, one):
    finding = answer(MISSING, replace(one, tags={}))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert finding.evidence["missing"] == ["Environment", "Owner", *(["Name"] if one in OF_EC2 else [])]
    assert {answer(check, replace(one, tags={})).status for check in (INVALID, NAME)} == {Status.PASS}


@every_kind
def test_a_bad_value_and_a_bad_name_fail_wherever_they_stand(answer, one):
    bad = replace(one, tags={**TAGS, "Environment": "prd1", "Name": "_app 2!"})
    assert answer(INVALID, bad).evidence["values"] == {"Environment": "prd1"}
    assert answer(NAME, bad).evidence == {"name": "_app 2!"}
    assert answer(MISSING, bad).status is Status.PASS


@pytest.mark.parametrize("kind", TAGGED, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("check", [MISSING, INVALID, NAME])
def test_a_kind_that_could_not_be_read_is_unknown_and_the_others_are_judged(answers, check, kind):
    one, other = bucket_tags(), an_instance()
    readable = other if isinstance(one, kind) else one
    found = answers(check, readable, gaps=[a_gap(kind, REGION)])
    assert sorted(f.status for f in found) == ["PASS", "UNKNOWN"]


@pytest.mark.parametrize("check", [MISSING, INVALID, NAME])
def test_tags_that_could_not_be_read_leave_one_resource_unknown(answers, check):
    gap = a_gap(type(a_function()), REGION, permission="lambda:ListTags")
    found = answers(check, a_function(tags=gap), a_db())
    assert sorted(f.status for f in found) == ["PASS", "UNKNOWN"]
    assert "lambda:ListTags" in next(f.reason for f in found if f.status is Status.UNKNOWN)


@pytest.mark.parametrize("check", [MISSING, INVALID, NAME])
def test_a_vpc_of_another_account_shows_its_tags_to_its_owner_alone(answer, check):
    finding = answer(check, a_vpc(owner="999988887777", tags={}))
    assert finding.status is Status.UNKNOWN
    assert "999988887777" in finding.reason


def test_an_empty_value_is_missing_and_so_is_a_key_of_another_case(answer):
    finding = answer(MISSING, an_instance(tags={"Name": "web-1", "Owner": " ", "environment": "prod"}))
    assert finding.evidence == {
        "name": "web-1",
        "missing": ["Environment", "Owner"],
        "empty": ["Owner"],
        "other_case": ["environment"],
    }


def test_tags_of_aws_itself_do_not_count(answer):
    assert answer(MISSING, an_instance(tags={**TAGS, "Owner": "", "aws:Owner": "x"})).status is Status.FAIL


@pytest.mark.parametrize("value", ["prod", "Production", "PRD", "live", "uat", "preprod", "qa", "sandbox", "dev"])
def test_each_name_of_an_environment_is_a_right_value(answer, value):
    assert answer(INVALID, an_instance(tags={**TAGS, "Environment": value})).status is Status.PASS


@pytest.mark.parametrize("value", ["prd1", "xprod", "prod ", "production-eu", "blue"])
def test_another_value_is_not(answer, value):
    assert answer(INVALID, an_instance(tags={**TAGS, "Environment": value})).status is Status.FAIL


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("web-1", "PASS"),
        ("A b._/-9", "PASS"),
        ("ab", "PASS"),
        ("a", "FAIL"),
        ("a" * 128, "PASS"),
        ("a" * 129, "FAIL"),
        ("-web", "FAIL"),
        ("web\n", "FAIL"),
        ("wéb", "FAIL"),
        ("<web>", "FAIL"),
    ],
)
def test_a_name_matches_its_pattern_as_a_whole(answer, name, status):
    assert answer(NAME, an_instance(tags={**TAGS, "Name": name})).status == status


def test_required_tags_and_patterns_are_settings(answer):
    tags = {"Team": "x1", "Name": "n"}
    mine = {"required_tags": ("Team",), "required_tags_ec2": (), "tag_patterns": {"Team": "[a-z]+"}}
    assert answer(MISSING, an_instance(tags=tags), **mine).status is Status.PASS
    assert answer(INVALID, an_instance(tags=tags), **mine).evidence["values"] == {"Team": "x1"}
    assert answer(NAME, an_instance(tags=tags), **mine).status is Status.PASS
    assert answer(MISSING, a_db(tags={}), **mine).evidence["missing"] == ["Team"]


def test_all_three_are_found_by_the_word_tags():
    assert {one.id for one in CATALOG.values() if "tags" in one.services} == {MISSING, INVALID, NAME}
