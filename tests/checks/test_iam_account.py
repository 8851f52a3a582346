"""The root user and the password policy."""

import pytest

from checks.inventory.iam import PasswordPolicy, Root
from checks.model import Severity, Status
from tests.builders import a_gap, a_password_policy, a_root, a_root_key, ago

ROOT_CHECKS = ("iam-root-no-mfa", "iam-root-virtual-mfa", "iam-root-used", "iam-root-key")
PASSWORD_CHECKS = ("iam-password-policy-weak", "iam-password-no-expiry", "iam-password-reuse")


@pytest.mark.parametrize("check_id", ROOT_CHECKS)
def test_a_well_kept_root_passes(answer, check_id):
    assert answer(check_id, a_root()).status is Status.PASS


@pytest.mark.parametrize("check_id", ROOT_CHECKS)
def test_a_root_that_could_not_be_read_is_unknown_for_the_account(answer, check_id):
    finding = answer(check_id, gaps=[a_gap(Root, permission="iam:GetCredentialReport")])
    assert finding.status is Status.UNKNOWN
    assert finding.resource == "AWS::::Account:111122223333"
    assert finding.region == "global"
    assert "iam:GetCredentialReport" in finding.reason


def test_root_without_mfa_is_critical_and_named_by_its_arn(answer):
    finding = answer("iam-root-no-mfa", a_root(mfa=False))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.resource == "arn:aws:iam::111122223333:root"
    assert finding.evidence["password"] == "set"


def test_root_without_mfa_fails_where_aws_does_not_say_whether_it_has_a_password(answer):
    assert answer("iam-root-no-mfa", a_root(mfa=False, has_password=None)).status is Status.FAIL


def test_root_without_any_credentials_passes(answer):
    root = a_root(mfa=False, has_password=False)
    assert answer("iam-root-no-mfa", root).status is Status.PASS
    assert answer("iam-root-virtual-mfa", root).status is Status.PASS


def test_root_without_a_password_but_with_a_key_still_needs_mfa(answer):
    root = a_root(mfa=False, has_password=False, keys=(a_root_key(),))
    assert answer("iam-root-no-mfa", root).status is Status.FAIL


def test_a_virtual_mfa_device_on_root_fails_and_one_that_cannot_be_told_is_unknown(answer):
    failed = answer("iam-root-virtual-mfa", a_root(virtual_mfa=True))
    assert (failed.status, failed.severity) == (Status.FAIL, Severity.MEDIUM)
    unknown = answer("iam-root-virtual-mfa", a_root(virtual_mfa=None))
    assert unknown.status is Status.UNKNOWN
    assert "iam:ListVirtualMFADevices" in unknown.reason


def test_no_mfa_at_all_is_not_also_virtual_mfa(answer):
    assert answer("iam-root-virtual-mfa", a_root(mfa=False, virtual_mfa=None)).status is Status.PASS


def test_root_used_ninety_days_ago_fails_and_ninety_one_days_ago_passes(answer):
    finding = answer("iam-root-used", a_root(password_last_used=ago(90.5)))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["age_days"] == 90
    assert answer("iam-root-used", a_root(password_last_used=ago(91))).status is Status.PASS


def test_the_latest_use_of_root_counts_whether_password_or_key(answer):
    keys = (a_root_key(last_used=ago(200)), a_root_key(number=2, last_used=ago(3)))
    finding = answer("iam-root-used", a_root(password_last_used=ago(100), keys=keys))
    assert finding.status is Status.FAIL
    assert finding.evidence == {"last_used": "2026-02-26T12:00+00:00", "age_days": 3, "by": "access key 2"}


def test_two_uses_of_root_at_the_same_moment_are_no_trouble(answer):
    root = a_root(password_last_used=ago(3), keys=(a_root_key(last_used=ago(3)),))
    assert answer("iam-root-used", root).status is Status.FAIL


def test_a_root_never_used_passes(answer):
    assert answer("iam-root-used", a_root(password_last_used=None)).status is Status.PASS


def test_a_root_key_fails_even_when_inactive(answer):
    key = a_root_key(active=False, created=ago(400), last_used=None)
    finding = answer("iam-root-key", a_root(keys=(key,)))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.evidence["access_keys"] == [
        "key 1: inactive, created 2025-01-25, 400 days old, never used",
    ]


@pytest.mark.parametrize("check_id", PASSWORD_CHECKS)
def test_a_strict_password_policy_passes(answer, check_id):
    assert answer(check_id, a_password_policy()).status is Status.PASS


@pytest.mark.parametrize("check_id", PASSWORD_CHECKS)
def test_a_password_policy_that_could_not_be_read_is_unknown(answer, check_id):
    assert answer(check_id, gaps=[a_gap(PasswordPolicy)]).status is Status.UNKNOWN


@pytest.mark.parametrize("check_id", PASSWORD_CHECKS)
def test_an_account_without_a_password_policy_fails_and_says_so(answer, check_id):
    policy = PasswordPolicy(arn="AWS::::Account:111122223333", exists=False)
    finding = answer(check_id, policy)
    assert finding.status is Status.FAIL
    assert "no password policy" in finding.evidence["cause"]


def test_one_finding_names_every_weak_part_of_a_password_policy(answer):
    policy = a_password_policy(minimum_length=13, symbols=False, numbers=False)
    finding = answer("iam-password-policy-weak", policy)
    assert finding.severity is Severity.MEDIUM
    assert finding.evidence["weak"] == [
        "minimum length 13, not 14",
        "does not ask for a digit",
        "does not ask for a symbol",
    ]


@pytest.mark.parametrize(("max_age", "status"), [(90, "PASS"), (91, "FAIL"), (None, "FAIL"), (0, "FAIL")])
def test_passwords_must_expire_within_ninety_days(answer, max_age, status):
    finding = answer("iam-password-no-expiry", a_password_policy(max_age=max_age))
    assert (finding.status, finding.severity) == (status, Severity.LOW)


@pytest.mark.parametrize(("remembered", "status"), [(24, "PASS"), (23, "FAIL"), (0, "FAIL")])
def test_twenty_four_passwords_must_be_remembered(answer, remembered, status):
    finding = answer("iam-password-reuse", a_password_policy(remembered=remembered))
    assert (finding.status, finding.severity) == (status, Severity.MEDIUM)


def test_the_numbers_are_settings(answer):
    assert answer("iam-password-policy-weak", a_password_policy(), password_length=16).status is Status.FAIL
    assert answer("iam-password-no-expiry", a_password_policy(), password_max_age=60).status is Status.FAIL
    assert answer("iam-password-reuse", a_password_policy(remembered=5), password_remembered=5).status == "PASS"
    assert answer("iam-root-used", a_root(), root_used=365).status is Status.FAIL
