"""Users, their keys and their rights."""

import pytest

from checks.inventory.iam import AccessKey, Group, Policy, User
from checks.model import Severity, Status
from tests.builders import (
    ADMIN_DOCUMENT,
    READ_DOCUMENT,
    a_gap,
    a_group,
    a_key,
    a_policy,
    a_user,
    ago,
)

USER_CHECKS = (
    "iam-user-no-mfa",
    "iam-admin-no-mfa",
    "iam-user-console-and-keys",
    "iam-user-direct-policy",
    "iam-user-inactive",
)
KEY_CHECKS = ("iam-key-old", "iam-key-unused")
ADMIN_ARN = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.mark.parametrize("check_id", USER_CHECKS)
def test_a_well_kept_user_passes(answer, check_id):
    assert answer(check_id, a_user()).status is Status.PASS


@pytest.mark.parametrize("check_id", KEY_CHECKS)
def test_a_fresh_key_in_use_passes(answer, check_id):
    assert answer(check_id, a_key()).status is Status.PASS


@pytest.mark.parametrize(("check_id", "kind"), [(c, User) for c in USER_CHECKS] + [(c, AccessKey) for c in KEY_CHECKS])
def test_people_who_could_not_be_read_are_unknown(answer, check_id, kind):
    assert answer(check_id, gaps=[a_gap(kind)]).status is Status.UNKNOWN


# ── MFA ──


def test_a_console_user_without_mfa_fails(answer):
    finding = answer("iam-user-no-mfa", a_user(mfa=False, password_last_used=None))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["password_last_used"] == "never"


def test_a_user_without_a_console_password_needs_no_mfa_device(answer):
    user = a_user(mfa=False, has_password=False, keys=(a_key(),))
    assert answer("iam-user-no-mfa", user).status is Status.PASS


def test_an_administrator_without_mfa_is_critical_and_the_policy_is_named(answer):
    user = a_user(mfa=False, attached_policies=(ADMIN_ARN,))
    finding = answer("iam-admin-no-mfa", user, a_policy())
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.evidence["administrator_by"] == ["AdministratorAccess"]
    assert finding.evidence["ways_in"] == ["console password"]


def test_an_administrator_with_only_an_active_key_needs_mfa_too(answer):
    user = a_user(mfa=False, has_password=False, keys=(a_key(),), inline_policies={"everything": ADMIN_DOCUMENT})
    finding = answer("iam-admin-no-mfa", user)
    assert finding.status is Status.FAIL
    assert finding.evidence["administrator_by"] == ["inline policy everything"]


def test_an_administrator_with_no_way_in_passes(answer):
    user = a_user(
        mfa=False,
        has_password=False,
        keys=(a_key(active=False),),
        inline_policies={"everything": ADMIN_DOCUMENT},
    )
    assert answer("iam-admin-no-mfa", user).status is Status.PASS


def test_rights_by_way_of_a_group_count(answer):
    user = a_user(mfa=False, groups=("admins",))
    finding = answer("iam-admin-no-mfa", user, a_group(attached_policies=(ADMIN_ARN,)), a_policy())
    assert finding.evidence["administrator_by"] == ["AdministratorAccess of group admins"]


def test_a_deny_in_a_group_takes_the_administrator_away(answer):
    user = a_user(mfa=False, inline_policies={"everything": ADMIN_DOCUMENT}, groups=("no-iam",))
    deny = {"Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}
    group = a_group("no-iam", inline_policies={"no-iam": deny})
    assert answer("iam-admin-no-mfa", user, group).status is Status.PASS


def test_a_boundary_takes_the_administrator_away(answer):
    boundary = a_policy("OnlyS3", READ_DOCUMENT, owner="111122223333")
    user = a_user(mfa=False, inline_policies={"everything": ADMIN_DOCUMENT}, boundary=boundary.arn)
    assert answer("iam-admin-no-mfa", user, boundary).status is Status.PASS


def test_a_boundary_that_allows_everything_takes_nothing_away(answer):
    user = a_user(mfa=False, inline_policies={"everything": ADMIN_DOCUMENT}, boundary=ADMIN_ARN)
    assert answer("iam-admin-no-mfa", user, a_policy()).status is Status.FAIL


def test_an_administrator_whose_rights_ask_for_mfa_is_one_step_lower_and_the_condition_is_quoted(answer):
    guarded = {
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        }
    }
    finding = answer("iam-admin-no-mfa", a_user(mfa=False, inline_policies={"guarded": guarded}))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert "MultiFactorAuthPresent" in finding.evidence["conditions"][0]


def test_a_reader_without_mfa_is_no_administrator(answer):
    user = a_user(mfa=False, inline_policies={"read": READ_DOCUMENT})
    assert answer("iam-admin-no-mfa", user).status is Status.PASS


@pytest.mark.parametrize("kind", [Group, Policy])
def test_rights_that_could_not_be_read_are_unknown_only_where_they_matter(answers, kind):
    plain = a_user("plain", mfa=False)
    safe = a_user("safe", groups=("admins",), attached_policies=(ADMIN_ARN,))
    asked = a_user("asked", mfa=False, groups=("admins",), attached_policies=(ADMIN_ARN,))
    found = answers(
        "iam-admin-no-mfa", plain, safe, asked, a_group(), a_policy(), gaps=[a_gap(kind, permission="iam:X")]
    )
    assert {f.resource.rpartition("/")[2]: f.status for f in found} == {
        "plain": Status.PASS,
        "safe": Status.PASS,
        "asked": Status.UNKNOWN,
    }
    assert all("iam:X" in f.reason for f in found if f.status is Status.UNKNOWN)


@pytest.mark.parametrize(
    "facts",
    [
        {"attached_policies": ("arn:aws:iam::111122223333:policy/Gone",)},
        {"groups": ("gone",)},
        {"inline_policies": {"broken": {"Statement": [{"Effect": "Allow"}]}}},
        {"inline_policies": {"broken": "not JSON"}},
        {"inline_policies": {"everything": ADMIN_DOCUMENT}, "boundary": "arn:aws:iam::111122223333:policy/B"},
    ],
)
def test_rights_that_cannot_be_told_are_unknown(answer, facts):
    finding = answer("iam-admin-no-mfa", a_user(mfa=False, **facts))
    assert finding.status is Status.UNKNOWN
    assert "fault of Picket" not in finding.reason


# ── passwords and keys ──


def test_a_user_with_console_password_and_active_key_fails(answer):
    finding = answer("iam-user-console-and-keys", a_user(keys=(a_key(last_used=None),)))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence["active_keys"] == ["key AKIAIOSFODNN7EXAMPLE, last used never"]


@pytest.mark.parametrize("facts", [{"keys": (a_key(active=False),)}, {"has_password": False, "keys": (a_key(),)}])
def test_a_user_with_only_one_of_the_two_passes(answer, facts):
    assert answer("iam-user-console-and-keys", a_user(**facts)).status is Status.PASS


@pytest.mark.parametrize("facts", [{"inline_policies": {"mine": READ_DOCUMENT}}, {"attached_policies": (ADMIN_ARN,)}])
def test_a_policy_on_a_user_fails_and_is_named(answer, facts):
    finding = answer("iam-user-direct-policy", a_user(**facts))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence in ({"inline": ["mine"]}, {"attached": ["AdministratorAccess"]})


def test_only_the_right_to_change_the_own_password_is_low(answer):
    own = "arn:aws:iam::aws:policy/IAMUserChangePassword"
    assert answer("iam-user-direct-policy", a_user(attached_policies=(own,))).severity is Severity.LOW
    both = a_user(attached_policies=(own, ADMIN_ARN))
    assert answer("iam-user-direct-policy", both).severity is Severity.MEDIUM
    inline = a_user(attached_policies=(own,), inline_policies={"mine": READ_DOCUMENT})
    assert answer("iam-user-direct-policy", inline).severity is Severity.MEDIUM


def test_a_boundary_is_not_an_attached_policy(answer):
    assert answer("iam-user-direct-policy", a_user(boundary=ADMIN_ARN)).status is Status.PASS


@pytest.mark.parametrize(
    ("age", "status", "severity"),
    [
        (90, "PASS", Severity.MEDIUM),
        (90.99, "PASS", Severity.MEDIUM),
        (91, "FAIL", Severity.MEDIUM),
        (365, "FAIL", Severity.MEDIUM),
        (366, "FAIL", Severity.HIGH),
    ],
)
def test_keys_must_be_rotated_within_ninety_days(answer, age, status, severity):
    finding = answer("iam-key-old", a_key(created=ago(age)))
    assert (finding.status, finding.severity) == (status, severity)
    if status == "FAIL":
        assert finding.evidence["age_days"] == age
        assert finding.evidence["user"] == "alice"


@pytest.mark.parametrize("check_id", KEY_CHECKS)
def test_an_inactive_key_passes(answer, check_id):
    key = a_key(active=False, created=ago(1000), last_used=None)
    assert answer(check_id, key).status is Status.PASS


@pytest.mark.parametrize("check_id", KEY_CHECKS)
def test_a_key_without_dates_is_unknown(answer, check_id):
    assert answer(check_id, a_key(created=None, last_used=None)).status is Status.UNKNOWN


def test_each_of_two_keys_is_judged(answers):
    keys = (a_key(), a_key(id="AKIAI44QH8DHBEXAMPLE", number=2, created=ago(200)))
    found = answers("iam-key-old", a_user(keys=keys))
    assert [f.status for f in found] == [Status.PASS, Status.FAIL]
    assert found[1].resource.endswith("user/alice/access-key/AKIAI44QH8DHBEXAMPLE")


@pytest.mark.parametrize(
    ("used", "created", "status"),
    [(30, 500, "PASS"), (31, 500, "FAIL"), (None, 30, "PASS"), (None, 31, "FAIL"), (30.9, 500, "PASS")],
)
def test_keys_must_be_used_within_thirty_days(answer, used, created, status):
    key = a_key(created=ago(created), last_used=ago(used) if used else None)
    finding = answer("iam-key-unused", key)
    assert (finding.status, finding.severity) == (status, Severity.MEDIUM)
    if status == "FAIL":
        assert finding.evidence["unused_days"] == 31


# ── inactive ──


def test_a_user_unseen_for_ninety_one_days_is_inactive_and_for_ninety_is_not(answer):
    finding = answer("iam-user-inactive", a_user(password_last_used=ago(91)))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence["inactive_days"] == 91
    assert answer("iam-user-inactive", a_user(password_last_used=ago(90.5))).status is Status.PASS


def test_the_latest_of_sign_in_and_key_use_counts(answer):
    user = a_user(password_last_used=ago(300), keys=(a_key(last_used=ago(5)),))
    assert answer("iam-user-inactive", user).status is Status.PASS


def test_a_user_that_never_used_anything_is_judged_by_the_newest_creation(answer):
    old = a_user(password_last_used=None, created=ago(91))
    finding = answer("iam-user-inactive", old)
    assert finding.status is Status.FAIL
    assert finding.evidence["last_used"] == "never"
    assert answer("iam-user-inactive", a_user(password_last_used=None, created=ago(90))).status == "PASS"
    with_new_key = a_user(password_last_used=None, created=ago(400), keys=(a_key(created=ago(10), last_used=None),))
    assert answer("iam-user-inactive", with_new_key).status is Status.PASS


def test_a_user_without_an_enabled_credential_is_not_inactive(answer):
    user = a_user(has_password=False, password_last_used=ago(500), keys=(a_key(active=False),))
    assert answer("iam-user-inactive", user).status is Status.PASS


# ── break-glass ──


@pytest.mark.parametrize("check_id", USER_CHECKS)
def test_a_break_glass_user_is_left_out_and_said_so(answer, check_id):
    finding = answer(check_id, a_user("rescue", mfa=False), break_glass=("rescue",))
    assert finding.status is Status.MUTED
    assert finding.reason == "rescue is on the break-glass list"


@pytest.mark.parametrize("check_id", KEY_CHECKS)
def test_a_break_glass_users_key_is_left_out_and_said_so(answer, check_id):
    finding = answer(check_id, a_key("rescue", created=ago(500)), break_glass=("rescue",))
    assert finding.status is Status.MUTED
