"""Who may assume a role."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import trust
from checks.inventory.iam import Role
from checks.inventory.organization import Organization
from checks.model import Severity, Status
from tests.builders import ACCOUNT, a_gap
from tests.service_builders import STRANGER, a_role, a_trust

CHECK = "iam-role-trusts-anyone"
ROOT = {"AWS": f"arn:aws:iam::{STRANGER}:root"}
GITHUB = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}
BY_WEB = {"Action": "sts:AssumeRoleWithWebIdentity"}


@pytest.fixture
def trusting(answer):
    def ask(principal, condition=None, options=None, **facts):
        return answer(CHECK, a_role(trust=a_trust(principal, condition, **facts)), **(options or {}))

    return ask


@pytest.mark.parametrize(
    ("principal", "who"),
    [
        ("*", "anyone"),
        ({"AWS": "*"}, "anyone"),
        (ROOT, f"account {STRANGER} (arn:aws:iam::{STRANGER}:root)"),
        ({"AWS": STRANGER}, f"account {STRANGER}"),
        (
            {"AWS": ["111122223333", f"arn:aws:iam::{STRANGER}:role/x"]},
            f"account {STRANGER} (arn:aws:iam::{STRANGER}:role/x)",
        ),
        ({"AWS": f"arn:aws:iam::{STRANGER}:user/bob"}, f"account {STRANGER} (arn:aws:iam::{STRANGER}:user/bob)"),
    ],
)
def test_anyone_and_strangers_fail_whatever_of_their_account_is_named(trusting, principal, who):
    finding = trusting(principal)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["assumable_by"] == [who]
    assert json.loads(finding.evidence["statements"][0])["Principal"] == principal


@pytest.mark.parametrize(
    "principal",
    [
        {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        {"AWS": ACCOUNT},
        {"AWS": "AROAEXAMPLEDELETED"},
        {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"},
    ],
)
def test_services_saml_the_own_account_and_what_is_left_of_the_deleted_pass(trusting, principal):
    assert trusting(principal, Action=["sts:AssumeRole", "sts:AssumeRoleWithSAML"]).status is Status.PASS


@pytest.mark.parametrize("key", ["sts:ExternalId", "aws:PrincipalOrgID", "aws:SourceAccount", "aws:SourceArn"])
def test_what_only_the_right_one_can_show_settles_it(trusting, key):
    assert trusting(ROOT, {"StringEquals": {key: "acme-7731"}}).status is Status.PASS
    assert trusting(ROOT, {"ForAnyValue:StringLike": {key.upper(): ["acme-*"]}}).status is Status.PASS


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"sts:ExternalId": "acme"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringLike": {"sts:ExternalId": "*"}},
        {"StringLike": {"sts:ExternalId": ["acme", "*"]}},
        {"StringNotEquals": {"sts:ExternalId": "acme"}},
    ],
)
def test_a_condition_that_whoever_shows_nothing_meets_settles_nothing(trusting, condition):
    assert trusting(ROOT, condition).status is Status.FAIL


def test_mfa_alone_lowers_one_step(trusting):
    finding = trusting(ROOT, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, "PASS"),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}, "PASS"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}, "FAIL"),
        ({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, STRANGER]}}, "FAIL"),
    ],
)
def test_anyone_of_ones_own_account_is_no_stranger(trusting, condition, status):
    assert trusting("*", condition).status == status


def test_accounts_of_the_organisation_and_of_the_settings_are_no_strangers(answer, trusting):
    role = a_role(trust=a_trust(ROOT))
    family = Organization(arn=f"AWS::::Account:{ACCOUNT}", id="o-1", accounts=(ACCOUNT, STRANGER))
    assert answer(CHECK, role, family).status is Status.PASS
    assert trusting(ROOT, options={"known_accounts": (STRANGER,)}).status is Status.PASS


def test_where_the_organisation_could_not_be_read_a_stranger_fails_and_it_says_so(answer):
    role, gap = a_role(trust=a_trust(ROOT)), a_gap(Organization, permission="organizations:ListAccounts")
    for records, gaps in (((role, Organization(arn="x", id="o-1", accounts=gap)), ()), ((role,), (gap,))):
        finding = answer(CHECK, *records, gaps=gaps)
        assert finding.status is Status.FAIL
        assert "organizations:ListAccounts" in finding.evidence["organization"]


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        (None, "FAIL"),
        ("*", "FAIL"),
        ("repo:*", "FAIL"),
        (["repo:acme/shop:ref:refs/heads/main", "*"], "FAIL"),
        ("repo:acme/*", "PASS"),
        ("repo:acme/shop:ref:refs/heads/main", "PASS"),
    ],
)
def test_web_identity_needs_a_condition_on_the_subject(trusting, subject, status):
    about = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
    if subject:
        about["token.actions.githubusercontent.com:sub"] = subject
    finding = trusting(GITHUB, {"StringLike": about}, **BY_WEB)
    assert finding.status == status
    if status == "FAIL":
        assert finding.evidence["assumable_by"] == ["anyone that token.actions.githubusercontent.com vouches for"]


def test_a_statement_about_something_else_than_assuming_is_nothing(trusting):
    assert trusting("*", Action="sts:TagSession").status is Status.PASS


@pytest.mark.parametrize("action", ["sts:*", "*", "STS:assumerole", ["sts:TagSession", "sts:Assume*"]])
def test_assuming_is_known_however_it_is_written(trusting, action):
    assert trusting(ROOT, Action=action).status is Status.FAIL


def test_all_but_some_is_anyone(answer):
    statement = {
        "Effect": "Allow",
        "NotPrincipal": {"AWS": f"arn:aws:iam::{STRANGER}:root"},
        "Action": "sts:AssumeRole",
    }
    finding = answer(CHECK, a_role(trust={"Statement": statement}))
    assert finding.evidence["assumable_by"] == ["anyone but those it names"]


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (None, "PASS"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, "PASS"),
        ({"StringNotEqualsIfExists": {"sts:ExternalId": "acme"}}, "PASS"),
        ({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, "FAIL"),
    ],
)
def test_a_deny_of_all_others_settles_it_too(answer, condition, status):
    allow, deny = a_trust("*")["Statement"][0], a_trust("*", condition, Effect="Deny")["Statement"][0]
    assert answer(CHECK, a_role(trust={"Statement": [allow, deny]})).status == status


def test_service_linked_and_break_glass_roles_are_left_out_and_said_so(answer):
    linked = a_role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/", trust=a_trust("*"))
    assert answer(CHECK, linked).status is Status.MUTED
    assert answer(CHECK, a_role("emergency", trust=a_trust("*")), break_glass=("emergency",)).status is Status.MUTED


def test_what_is_no_policy_is_unknown_and_so_is_what_could_not_be_read(answer):
    assert answer(CHECK, a_role(trust={})).status is Status.UNKNOWN
    assert answer(CHECK, gaps=[a_gap(Role)]).status is Status.UNKNOWN


ids = st.lists(st.sampled_from(["111122223333", "444455556666", STRANGER, "777788889999"]), min_size=1, unique=True)


@given(principals=ids, known=ids, as_text=st.booleans())
def test_exactly_the_unknown_accounts_are_named(principals, known, as_text):
    document = a_trust({"AWS": [f"arn:aws:iam::{one}:root" for one in principals]})
    doors = trust.doors(json.dumps(document) if as_text else document, known.__contains__)
    assert [door.who.split()[1] for door in doors] == [one for one in principals if one not in known]
