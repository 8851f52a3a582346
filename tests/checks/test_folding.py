"""One cause on one resource is one line."""

import random

from checks import iam_account, iam_users, security_groups
from checks.catalog import gather
from checks.folding import fold
from checks.judge import judge
from checks.model import Status
from checks.settings import CheckSettings
from tests.builders import (
    ADMIN_DOCUMENT,
    a_group_rule,
    a_password_policy,
    a_security_group,
    a_user,
    an_interface,
    an_inventory,
)

CHECKS = gather([iam_account, iam_users, security_groups]).values()


def lines(*records, status=Status.FAIL):
    findings = [f for f in judge(an_inventory(*records), CHECKS, CheckSettings()) if f.status is status]
    random.shuffle(findings)
    return [(line.worst.check, sorted(f.check for f in line.folded)) for line in fold(findings)]


def test_a_group_that_opens_everything_is_one_line_over_its_ports():
    group = a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None))
    ((worst, folded),) = lines(group, an_interface())
    assert worst == "ec2-sg-open-all"
    assert len(folded) == 14


def test_ports_opened_by_one_rule_are_one_line_and_by_two_rules_two():
    one_rule = a_security_group(a_group_rule("0.0.0.0/0", ports=(22, 25)))
    assert lines(one_rule, an_interface()) == [("ec2-sg-open-ssh", ["ec2-sg-open-smtp", "ec2-sg-open-telnet"])]
    two = a_security_group(a_group_rule("0.0.0.0/0", ports=22), a_group_rule("0.0.0.0/0", ports=3306))
    assert lines(two, an_interface()) == [("ec2-sg-open-mysql", []), ("ec2-sg-open-ssh", [])]


def test_two_groups_are_two_lines():
    rule = a_group_rule("0.0.0.0/0", ports=22)
    first, second = a_security_group(rule, id="sg-1"), a_security_group(rule, id="sg-2")
    assert len(lines(first, second)) == 2


def test_an_administrator_without_mfa_is_one_line_beside_its_other_faults():
    user = a_user(mfa=False, inline_policies={"all": ADMIN_DOCUMENT})
    assert lines(user) == [("iam-admin-no-mfa", ["iam-user-no-mfa"]), ("iam-user-direct-policy", [])]


def test_a_missing_password_policy_is_one_line_and_a_weak_one_is_as_many_as_its_faults():
    missing = a_password_policy(exists=False, minimum_length=8, max_age=None, remembered=0)
    assert [len(folded) for _, folded in lines(missing)] == [2]
    weak = a_password_policy(minimum_length=8, max_age=None, remembered=0)
    assert len(lines(weak)) == 3


def test_findings_without_a_cause_stand_alone_and_keep_their_number():
    assert len(lines(a_user(), status=Status.PASS)) == 5


def test_nothing_folds_to_nothing():
    assert fold([]) == []
