"""Key pairs of EC2 and SSH keys of IAM users."""

import pytest

from checks.inventory.autoscaling import AutoScalingGroup
from checks.inventory.compute import Instance, KeyPair, LaunchTemplate
from checks.inventory.iam import SshPublicKey, User
from checks.model import Severity, Status
from tests.builders import REGION, a_gap, a_key, a_user, ago
from tests.ec2_builders import a_key_pair, a_launch_template, a_scaling_group, an_instance, an_ssh_key

PAIR_OLD = "ec2-key-pair-old"
PAIR_UNUSED = "ec2-key-pair-unused"
KEY_OLD = "iam-ssh-key-old"
KEY_UNUSED = "iam-ssh-key-unused"
HOLDERS = [an_instance(), a_launch_template(keys=("ops",)), a_scaling_group(keys=("ops",))]
every_holder = pytest.mark.parametrize("holder", HOLDERS, ids=lambda one: type(one).__name__)


@pytest.mark.parametrize(("age", "status"), [(90, "PASS"), (90.5, "PASS"), (91, "FAIL"), (1100, "FAIL")])
def test_a_pair_in_use_is_old_from_its_ninety_first_day(answer, age, status):
    finding = answer(PAIR_OLD, a_key_pair(created=ago(age)), an_instance())
    assert (finding.status, finding.severity) == (status, Severity.LOW)
    if status == "FAIL":
        assert finding.evidence["age_days"] == int(age)
        assert finding.evidence["used_by"] == ["i-0a1b2c3d (web-1)"]


@every_holder
def test_whatever_names_a_pair_uses_it(answer, holder):
    assert answer(PAIR_OLD, a_key_pair(created=ago(200)), holder).status is Status.FAIL
    assert answer(PAIR_UNUSED, a_key_pair(), holder).status is Status.PASS


def test_a_pair_that_nothing_names_is_unused_and_not_old(answer):
    pair = a_key_pair("forgotten", created=ago(200))
    assert answer(PAIR_OLD, pair, *HOLDERS).status is Status.PASS
    finding = answer(PAIR_UNUSED, pair, *HOLDERS)
    assert finding.evidence == {"key_pair": "forgotten", "used_by": "nothing", "created": "2025-08-13"}


def test_a_pair_of_the_same_name_in_another_region_is_not_in_use(answer):
    assert answer(PAIR_UNUSED, a_key_pair(), an_instance(region="us-east-1")).status is Status.FAIL


def test_a_pair_without_a_date_is_unknown_and_may_be_unused(answer):
    assert answer(PAIR_OLD, a_key_pair(created=None), an_instance()).status is Status.UNKNOWN
    assert answer(PAIR_UNUSED, a_key_pair(created=None)).status is Status.FAIL


@pytest.mark.parametrize("kind", [Instance, LaunchTemplate, AutoScalingGroup], ids=lambda kind: kind.__name__)
def test_what_may_name_a_pair_and_was_not_read_leaves_it_unknown(answer, kind):
    gaps = [a_gap(kind, REGION)]
    assert answer(PAIR_OLD, a_key_pair(created=ago(200)), gaps=gaps).status is Status.UNKNOWN
    assert answer(PAIR_OLD, a_key_pair(), gaps=gaps).status is Status.PASS
    assert answer(PAIR_UNUSED, a_key_pair(), gaps=gaps).status is Status.UNKNOWN
    other = next(one for one in HOLDERS if not isinstance(one, kind))
    assert answer(PAIR_UNUSED, a_key_pair(), other, gaps=gaps).status is Status.PASS


@pytest.mark.parametrize("check", [PAIR_OLD, PAIR_UNUSED])
def test_pairs_that_could_not_be_read_are_unknown(answer, check):
    assert answer(check, gaps=[a_gap(KeyPair, REGION)]).status is Status.UNKNOWN


@pytest.mark.parametrize(("age", "status"), [(90.9, "PASS"), (91, "FAIL")])
def test_an_active_ssh_key_is_old_from_its_ninety_first_day(answer, age, status):
    finding = answer(KEY_OLD, an_ssh_key(uploaded=ago(age)))
    assert (finding.status, finding.severity) == (status, Severity.LOW)


def test_an_inactive_ssh_key_is_not_old_but_unused(answer):
    key = an_ssh_key(active=False, uploaded=ago(400))
    assert answer(KEY_OLD, key).status is Status.PASS
    finding = answer(KEY_UNUSED, key)
    assert (finding.status, finding.evidence["status"]) == (Status.FAIL, "inactive")
    assert finding.resource == "arn:aws:iam::111122223333:user/alice/ssh-public-key/APKA1"


@pytest.mark.parametrize(("idle", "status"), [(90.5, "PASS"), (91, "FAIL")])
def test_an_active_ssh_key_is_unused_with_its_user(answer, idle, status):
    user = a_user(password_last_used=ago(idle), keys=(a_key(last_used=ago(300)),))
    finding = answer(KEY_UNUSED, an_ssh_key(), user)
    assert finding.status == status
    assert finding.evidence.get("user_inactive_days", 91) == 91


def test_a_user_with_no_other_credential_may_use_its_ssh_key_every_day(answer):
    user = a_user(has_password=False, password_last_used=None)
    assert answer(KEY_UNUSED, an_ssh_key(), user).status is Status.PASS


def test_keys_of_break_glass_users_are_left_out(answer):
    key = an_ssh_key(active=True, uploaded=ago(400))
    assert answer(KEY_OLD, key, break_glass=("alice",)).status is Status.MUTED
    assert answer(KEY_UNUSED, key, break_glass=("alice",)).status is Status.MUTED


@pytest.mark.parametrize("check", [KEY_OLD, KEY_UNUSED])
def test_ssh_keys_that_could_not_be_read_are_unknown(answer, check):
    assert answer(check, gaps=[a_gap(SshPublicKey)]).status is Status.UNKNOWN


def test_users_that_could_not_be_read_leave_active_keys_unknown(answers):
    found = answers(KEY_UNUSED, an_ssh_key(), an_ssh_key(id="APKA2", active=False), gaps=[a_gap(User)])
    assert [f.status for f in found] == ["UNKNOWN", "FAIL"]


def test_how_old_a_key_may_be_is_a_setting(answer):
    assert answer(KEY_OLD, an_ssh_key(uploaded=ago(40)), ssh_key_max_age=30).status is Status.FAIL
    assert answer(PAIR_OLD, a_key_pair(created=ago(40)), an_instance(), ssh_key_max_age=30).status is Status.FAIL
