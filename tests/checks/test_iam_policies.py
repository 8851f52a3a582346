"""Policies, each judged by itself: everything, all of a service, and the ways to become an administrator."""

import pytest

from checks.folding import fold
from checks.inventory.iam import Group, Policy, Role, User
from checks.model import Severity, Status
from tests.builders import ACCOUNT, ADMIN_DOCUMENT, READ_DOCUMENT, a_gap, a_group, a_policy, a_user
from tests.service_builders import a_document, a_role

CHECKS = ("iam-policy-admin", "iam-policy-service-admin", "iam-privilege-escalation")
every_check = pytest.mark.parametrize("check_id", CHECKS)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def own(document, name="own", **facts):
    return a_policy(name, document, owner=ACCOUNT, **facts)


def holder_of(policy, name="deploy", **facts):
    return a_role(name, attached_policies=(policy.arn,), **facts)


def held(document, **facts):
    policy = own(document)
    return policy, holder_of(policy, **facts)


@every_check
def test_a_policy_of_everything_fails_all_three(answer, check_id):
    finding = answer(check_id, *held(ADMIN_DOCUMENT))
    assert finding.status is Status.FAIL
    assert finding.resource == f"arn:aws:iam::{ACCOUNT}:policy/own"
    assert finding.evidence["held_by"] == ["role deploy"]


def test_the_severities_are_those_of_the_practices(answer):
    assert [str(answer(check_id, *held(ADMIN_DOCUMENT)).severity) for check_id in CHECKS] == [
        "critical",
        "medium",
        "high",
    ]


def test_what_all_three_say_of_a_policy_of_everything_is_one_line_for_people(answer):
    everything = [answer(check_id, *held(ADMIN_DOCUMENT)) for check_id in CHECKS]
    (line,) = fold(everything)
    assert (line.worst.check, len(line.folded)) == ("iam-policy-admin", 2)
    apart = [answer(check_id, *held(a_document("iam:*"))) for check_id in CHECKS[1:]]
    assert len(fold(apart)) == 2


@every_check
def test_a_policy_of_reading_passes(answer, check_id):
    assert answer(check_id, *held(READ_DOCUMENT)).status is Status.PASS


@every_check
def test_a_policy_that_nobody_holds_is_low(answer, check_id):
    finding = answer(check_id, own(ADMIN_DOCUMENT, attached=0))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.LOW)
    assert finding.evidence["held_by"] == "nobody"


@every_check
def test_a_policy_of_ones_own_that_is_a_boundary_alone_is_low(answer, check_id):
    assert answer(check_id, own(ADMIN_DOCUMENT, attached=0, boundary_of=3)).severity is Severity.LOW


@every_check
def test_awss_own_policy_counts_where_somebody_holds_it(answers, check_id):
    admin = a_policy()
    (finding,) = answers(check_id, admin, a_group(attached_policies=(admin.arn,)))
    assert (finding.status, finding.resource) == (Status.FAIL, admin.arn)
    assert finding.evidence["held_by"] == ["group admins"]
    assert answers(check_id, a_policy(attached=0, boundary_of=1)) == []


@every_check
def test_inline_policies_are_one_finding_of_their_holder_that_names_them(answers, check_id):
    inline = {"all": ADMIN_DOCUMENT, "read": READ_DOCUMENT, "more": ADMIN_DOCUMENT}
    for holder in (a_user(inline_policies=inline), a_group(inline_policies=inline), a_role(inline_policies=inline)):
        (finding,) = answers(check_id, holder)
        assert (finding.status, finding.resource) == (Status.FAIL, holder.arn)
        assert finding.evidence["policy"] == ["all", "more"]


@every_check
def test_a_holder_without_inline_policies_is_not_judged(answers, check_id):
    assert answers(check_id, a_user(), a_group(), a_role()) == []


@every_check
def test_a_deny_within_the_policy_cancels_it(answer, check_id):
    both = [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "*"}]
    assert answer(check_id, *held({"Statement": both})).status is Status.PASS


@every_check
def test_a_condition_on_mfa_lowers_one_step_and_is_quoted(answer, check_id):
    usual = answer(check_id, *held(ADMIN_DOCUMENT)).severity
    finding = answer(check_id, *held(a_document("*", Condition=MFA)))
    assert finding.severity == usual.lowered()
    assert "MultiFactorAuthPresent" in finding.evidence["conditions"][0]


@every_check
def test_what_cannot_be_read_as_a_policy_is_unknown(answer, check_id):
    assert answer(check_id, *held({"Statement": "nonsense"})).status is Status.UNKNOWN


@every_check
@pytest.mark.parametrize(
    "role",
    [
        a_role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/", inline_policies={"x": ADMIN_DOCUMENT}),
        a_role("AWSReservedSSO_Admin_0a", "/aws-reserved/sso.amazonaws.com/", inline_policies={"x": ADMIN_DOCUMENT}),
        a_role("emergency", inline_policies={"x": ADMIN_DOCUMENT}),
    ],
    ids=["service-linked", "identity-center", "break-glass"],
)
def test_roles_that_are_left_out_are_said_so(answer, check_id, role):
    finding = answer(check_id, role, break_glass=("emergency",))
    assert finding.status is Status.MUTED
    assert role.name in finding.reason


@every_check
def test_a_policy_that_only_left_out_roles_hold_is_left_out_and_one_that_others_hold_too_is_not(answers, check_id):
    policy = own(ADMIN_DOCUMENT)
    emergency, everyday = holder_of(policy, "emergency"), holder_of(policy)
    (alone,) = answers(check_id, policy, emergency, break_glass=("emergency",))
    (both,) = answers(check_id, policy, emergency, everyday, break_glass=("emergency",))
    assert alone.status is Status.MUTED
    assert (both.status, both.evidence["held_by"]) == (Status.FAIL, ["role deploy"])
    assert "emergency" in both.evidence["left_out"][0]


@every_check
def test_where_users_could_not_be_read_policies_are_judged_and_users_are_unknown(answers, check_id):
    found = answers(check_id, *held(ADMIN_DOCUMENT), gaps=[a_gap(User, permission="iam:GetCredentialReport")])
    assert [f.status for f in found] == [Status.UNKNOWN, Status.FAIL]
    assert "users could not be read" in found[1].evidence["holders_not_read"][0]


@every_check
def test_a_refused_reading_is_one_unknown_of_the_account(answer, check_id):
    gaps = [a_gap(kind, permission="iam:GetAccountAuthorizationDetails") for kind in (Policy, User, Group, Role)]
    finding = answer(check_id, gaps=gaps)
    assert (finding.status, finding.resource) == (Status.UNKNOWN, f"AWS::::Account:{ACCOUNT}")


def test_many_holders_are_named_in_part(answer):
    policy = own(ADMIN_DOCUMENT)
    roles = [holder_of(policy, f"role-{number}") for number in range(15)]
    assert answer("iam-policy-admin", policy, *roles).evidence["held_by"][-1] == "and 5 more"


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (a_document("*:*"), "FAIL"),
        (a_document("*", on=["arn:aws:s3:::a", "*"]), "FAIL"),
        ({"Statement": {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"}}, "FAIL"),
        ({"Statement": {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}}, "PASS"),
        (a_document("*", on="arn:aws:s3:::logs/*"), "PASS"),
        (a_document("iam:*", "s3:*"), "PASS"),
    ],
)
def test_an_administrators_policy_is_everything_on_everything(answer, document, status):
    assert answer("iam-policy-admin", *held(document)).status == status


def test_the_statement_that_allows_everything_is_the_evidence(answer):
    document = {"Statement": {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"}}
    assert answer("iam-policy-admin", *held(document)).evidence["allowed_by"] == [
        "Allow everything but s3:deletebucket on *"
    ]


@pytest.mark.parametrize(
    ("document", "services"),
    [
        (a_document("S3:*"), ["s3"]),
        (a_document("s3:*", on="arn:aws:s3:::*"), ["s3"]),
        (a_document("s3:*", "kms:*", "sqs:*"), ["kms", "s3"]),
        (a_document("s3:Get*", "s3:Put*", "s3:*Object"), None),
        (a_document("s3:*", on="arn:aws:s3:::assets/*"), None),
        (a_document("sqs:*"), None),
    ],
)
def test_all_of_a_sensitive_service_is_named(answer, document, services):
    finding = answer("iam-policy-service-admin", *held(document))
    assert finding.evidence.get("services") == services


def test_the_sensitive_services_are_a_setting(answer):
    found = answer("iam-policy-service-admin", *held(a_document("sqs:*")), sensitive_services=("sqs",))
    assert found.evidence["services"] == ["sqs"]
