"""Who may launch the account's images."""

import pytest

from checks.inventory.compute import Image
from checks.inventory.organization import Organization
from checks.model import Severity, Status
from tests.builders import ACCOUNT, REGION, a_gap
from tests.ec2_builders import an_image, an_organization

PUBLIC = "ec2-ami-public"
SHARED = "ec2-ami-shared"
FOREIGN = "999988887777"
SISTER = "444455556666"
OWN = "arn:aws:organizations::111122223333:organization/o-acme"
OWN_UNIT = "arn:aws:organizations::111122223333:ou/o-acme/ou-1"
OTHER = "arn:aws:organizations::999988887777:organization/o-other"


@pytest.mark.parametrize("check", [PUBLIC, SHARED])
def test_images_that_could_not_be_read_are_unknown(answer, check):
    assert answer(check, gaps=[a_gap(Image, REGION)]).status is Status.UNKNOWN


@pytest.mark.parametrize(("public", "status"), [(True, "FAIL"), (False, "PASS")])
def test_a_public_image_fails(answer, public, status):
    finding = answer(PUBLIC, an_image(public=public, shared_with=(FOREIGN,)))
    assert (finding.status, finding.severity) == (status, Severity.HIGH)


@pytest.mark.parametrize(
    ("shared_with", "status"),
    [
        ((), "PASS"),
        ((ACCOUNT,), "PASS"),
        ((SISTER,), "PASS"),
        ((FOREIGN,), "FAIL"),
        ((SISTER, FOREIGN), "FAIL"),
        ((OWN,), "PASS"),
        ((OWN_UNIT,), "PASS"),
        ((OTHER,), "FAIL"),
        ((f"{OWN}2",), "FAIL"),
    ],
)
def test_an_image_may_be_shared_within_the_organisation_alone(answer, shared_with, status):
    finding = answer(SHARED, an_image(shared_with=shared_with), an_organization(SISTER))
    assert (finding.status, finding.severity) == (status, Severity.LOW)
    if status == "FAIL":
        assert finding.evidence["shared_with"] == [shared_with[-1]]


def test_known_accounts_are_a_setting(answer):
    assert answer(SHARED, an_image(shared_with=(FOREIGN,)), known_accounts=(FOREIGN,)).status is Status.PASS


def test_an_account_of_no_organisation_knows_itself_alone(answer):
    alone = an_organization(id="", accounts=())
    assert answer(SHARED, an_image(shared_with=(SISTER,)), alone).status is Status.FAIL
    assert answer(SHARED, an_image(shared_with=(ACCOUNT,)), alone).status is Status.PASS


def test_where_the_organisations_accounts_may_not_be_listed_an_account_is_unknown(answer):
    gap = a_gap(Organization, permission="organizations:ListAccounts")
    finding = answer(SHARED, an_image(shared_with=(SISTER,)), an_organization(accounts=gap))
    assert finding.status is Status.UNKNOWN
    assert "organizations:ListAccounts" in finding.reason
    assert "checks.known_accounts" in finding.reason
    assert answer(SHARED, an_image(shared_with=(OTHER,)), an_organization(accounts=gap)).status is Status.FAIL
    assert answer(SHARED, an_image(shared_with=(OWN_UNIT,)), an_organization(accounts=gap)).status is Status.PASS


def test_where_the_organisation_could_not_be_read_only_images_shared_are_unknown(answers):
    gaps = [a_gap(Organization)]
    found = answers(SHARED, an_image("ami-1"), an_image("ami-2", shared_with=(SISTER,)), gaps=gaps)
    assert [f.status for f in found] == ["PASS", "UNKNOWN"]


def test_launch_permissions_that_could_not_be_read_leave_one_image_unknown(answers):
    gap = a_gap(Image, REGION, permission="ec2:DescribeImageAttribute")
    found = answers(SHARED, an_image("ami-1", shared_with=gap), an_image("ami-2"), an_organization())
    assert [f.status for f in found] == ["UNKNOWN", "PASS"]
    assert "ec2:DescribeImageAttribute" in found[0].reason
