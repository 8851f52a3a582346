"""Groups that serve nobody, and how many there are."""

import pytest

from checks.inventory.account import Account
from checks.inventory.iam import Group, User
from checks.model import Severity, Status
from tests.builders import ACCOUNT, READ_DOCUMENT, a_gap, a_group, a_user


def test_a_group_that_nobody_is_in_fails_and_one_that_somebody_is_in_passes(answer):
    finding = answer("iam-group-empty", a_group("interns"), a_user(groups=("admins",)))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert answer("iam-group-empty", a_group("admins"), a_user(groups=("web", "admins"))).status is Status.PASS


@pytest.mark.parametrize(
    "held", [{"attached_policies": ("arn:aws:iam::aws:policy/X",)}, {"inline_policies": {"x": READ_DOCUMENT}}]
)
def test_a_group_without_any_policy_fails(answer, held):
    assert answer("iam-group-no-policy", a_group()).status is Status.FAIL
    assert answer("iam-group-no-policy", a_group(**held)).status is Status.PASS


def test_a_group_without_member_and_policy_fails_both(answer):
    assert answer("iam-group-empty", a_group()).status is Status.FAIL
    assert answer("iam-group-no-policy", a_group()).status is Status.FAIL


@pytest.mark.parametrize(("count", "status"), [(0, "PASS"), (30, "PASS"), (31, "FAIL")])
def test_more_than_thirty_groups_are_too_many(answer, count, status):
    groups = [a_group(f"group-{number}") for number in range(count)]
    finding = answer("iam-group-too-many", Account(id=ACCOUNT), *groups)
    assert finding.status == status
    assert finding.resource == f"AWS::::Account:{ACCOUNT}"


def test_how_many_are_too_many_is_a_setting(answer):
    assert (
        answer("iam-group-too-many", Account(id=ACCOUNT), a_group("a"), a_group("b"), iam_groups=1).status
        is Status.FAIL
    )


@pytest.mark.parametrize(
    ("check_id", "kind", "records"),
    [
        ("iam-group-empty", Group, ()),
        ("iam-group-empty", User, (a_group(),)),
        ("iam-group-no-policy", Group, ()),
        ("iam-group-too-many", Group, (Account(id=ACCOUNT),)),
    ],
)
def test_what_could_not_be_read_is_unknown(answer, check_id, kind, records):
    assert answer(check_id, *records, gaps=[a_gap(kind)]).status is Status.UNKNOWN
