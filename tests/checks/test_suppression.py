"""Suppressions: what is accepted until a day is MUTED, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import Finding, Severity, Status
from checks.suppression import Suppression, idle, suppress

TODAY = date(2026, 11, 25)
ARN = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"
FAIL = Finding(
    check="ec2-sg-open-ssh",
    status=Status.FAIL,
    severity=Severity.HIGH,
    account="111122223333",
    region="eu-west-1",
    resource=ARN,
    title="SSH is open",
    evidence={"rules": ["tcp 22 from 0.0.0.0/0"]},
)


def a_suppression(**kinds):
    return Suppression(**{"reason": "a lab", "owner": "anna", "until": TODAY, **kinds})


def muted(*suppressions, finding=FAIL, tags=(), today=TODAY):
    (answer,), _ = suppress([finding], suppressions, lambda _: dict(tags), today)
    return answer.status is Status.MUTED


@pytest.mark.parametrize(
    "kinds",
    [
        {"checks": ("ec2-sg-open-ssh",)},
        {"checks": ("ec2-sg-*",)},
        {"checks": ("iam-*", "ec2-*")},
        {"accounts": ("111122223333",)},
        {"resources": ("*:security-group/sg-?",)},
        {"tags": ("Environment=dev*",)},
        {"checks": ("ec2-*",), "accounts": ("111122223333",), "resources": ("*sg-1",), "tags": ("*=development",)},
    ],
)
def test_what_every_given_kind_fits_is_muted(kinds):
    assert muted(a_suppression(**kinds), tags={"Environment": "development"})


@pytest.mark.parametrize(
    "kinds",
    [
        {"checks": ("ec2-sg-open",)},
        {"accounts": ("444455556666",)},
        {"resources": ("sg-1",)},
        {"tags": ("Environment=prod",)},
        {"tags": ("environment=development",)},
        {"checks": ("ec2-*",), "accounts": ("444455556666",)},
    ],
)
def test_what_one_given_kind_does_not_fit_stays(kinds):
    assert not muted(a_suppression(**kinds), tags={"Environment": "development"})


def test_it_holds_on_its_last_day_and_not_on_the_next():
    one = a_suppression(checks=("*",))

    assert muted(one, today=TODAY)
    assert not muted(one, today=TODAY + timedelta(days=1))


@pytest.mark.parametrize("status", [Status.PASS, Status.UNKNOWN])
def test_what_does_not_fail_stays_as_it_is(status):
    assert not muted(a_suppression(checks=("*",)), finding=replace(FAIL, status=status))


def test_who_until_when_and_why_are_said_beside_the_evidence():
    (answer,), used = suppress([FAIL], [a_suppression(checks=("*",))], lambda _: {}, TODAY)

    assert answer.reason == "Muted by anna until 2026-11-25: a lab"
    assert answer.evidence["muted"] == {"owner": "anna", "until": "2026-11-25", "reason": "a lab"}
    assert answer.evidence["rules"] == FAIL.evidence["rules"]
    assert answer.id == FAIL.id
    assert used == {a_suppression(checks=("*",))}


@given(st.text(), st.text())
def test_a_pattern_without_wildcards_mutes_that_resource_alone(name, other):
    pattern = name.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
    one = a_suppression(resources=(pattern,))

    assert muted(one, finding=replace(FAIL, resource=name))
    assert muted(one, finding=replace(FAIL, resource=other)) == (other == name)


def test_one_that_has_ended_is_warned_of_and_named_with_its_owner():
    ended = a_suppression(checks=("ec2-sg-open-ssh",), until=TODAY - timedelta(days=1))

    (words,) = idle([ended], [], TODAY, lambda _: False)

    assert "ec2-sg-open-ssh ended on 2026-11-24" in words
    assert "anna" in words


def test_one_that_covers_nothing_is_warned_of_only_where_all_of_it_was_looked_at():
    one, other = a_suppression(checks=("iam-*",)), a_suppression(checks=("ec2-*",))

    assert "matches nothing" in idle([one], [], TODAY, lambda _: True)[0]
    assert idle([one], [], TODAY, lambda _: False) == []
    assert idle([one, other], [one, other], TODAY, lambda _: True) == []
