"""The role an instance acts with, and the secrets in its user data."""

import json

import pytest

from checks.inventory.compute import Instance, InstanceProfile, UserData
from checks.model import Severity, Status
from tests.builders import REGION, a_gap
from tests.ec2_builders import PROFILE, a_profile, an_instance, some_user_data

ROLE = "ec2-no-instance-profile"
SECRET = "ec2-secret-in-user-data"


@pytest.mark.parametrize(
    ("facts", "profiles", "state"),
    [
        ({"profile": ""}, (), "none"),
        ({}, (a_profile(),), "web has no role"),
        ({}, (), "web was deleted"),
    ],
)
def test_a_running_instance_without_a_role_fails(answer, facts, profiles, state):
    finding = answer(ROLE, an_instance(**facts), *profiles)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence == {"instance": "web-1", "instance_profile": state}


def test_an_instance_whose_profile_has_a_role_passes(answer):
    assert answer(ROLE, an_instance(), a_profile("web-server")).status is Status.PASS
    other = a_profile("web-server", arn=PROFILE.replace("web", "other"))
    assert answer(ROLE, an_instance(), other).status is Status.FAIL


@pytest.mark.parametrize(("state", "judged"), [("pending", 1), ("running", 1), ("stopped", 0), ("shutting-down", 0)])
def test_only_running_instances_are_judged(answers, state, judged):
    assert len(answers(ROLE, an_instance(state=state, profile=""))) == judged


def test_profiles_that_could_not_be_read_leave_those_with_one_unknown(answers):
    gaps = [a_gap(InstanceProfile, permission="iam:ListInstanceProfiles")]
    found = answers(ROLE, an_instance("i-1"), an_instance("i-2", profile=""), gaps=gaps)
    assert [f.status for f in found] == ["UNKNOWN", "FAIL"]
    assert "iam:ListInstanceProfiles" in found[0].reason


@pytest.mark.parametrize(("check", "kind"), [(ROLE, Instance), (SECRET, UserData)])
def test_what_could_not_be_read_is_unknown(answer, check, kind):
    assert answer(check, gaps=[a_gap(kind, REGION)]).status is Status.UNKNOWN


def test_a_secret_in_user_data_fails_and_is_not_repeated(answer):
    holder = some_user_data("#!/bin/sh\nURL=postgres://app:correct-horse@db/orders\n")
    finding = answer(SECRET, holder)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.evidence["secrets"] == ["password in a postgres:// address (line 2) of user data"]
    assert "correct-horse" not in json.dumps(finding.evidence) + repr(holder) + finding.reason


def test_each_version_of_a_template_is_looked_into(answer):
    old = some_user_data("redis://:s3cr3tpw9@cache").data["user data"]
    holder = some_user_data(data={"version 1": old, "version 3": some_user_data().data["user data"]})
    assert answer(SECRET, holder).evidence["secrets"] == ["password in a redis:// address (line 1) of version 1"]


@pytest.mark.parametrize("holder", [some_user_data(), some_user_data(data={})])
def test_user_data_without_a_secret_passes(answer, holder):
    assert answer(SECRET, holder).status is Status.PASS
