"""The sum of an audit on the command line."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.accepted import Accepted
from bot.tally import Tally
from bot.tasks import AccountResult
from checks.inventory import Gap
from checks.model import Finding, Severity, Status
from checks.suppression import Suppression

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PROD, DEV = "111122223333", "444455556666"
SSH, ROOT = "ec2-sg-open-ssh", "iam-root-key"
FAIL = Finding(
    check=SSH,
    status=Status.FAIL,
    severity=Severity.HIGH,
    account=PROD,
    region="eu-west-1",
    resource="arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
    title="SSH is open",
)
UNKNOWN = replace(FAIL, status=Status.UNKNOWN, reason="AWS refused ec2:DescribeSecurityGroups")


def a_tally(*findings, account=PROD, **facts):
    tally = Tally(selector="all", checks=(SSH, ROOT), accounts=(PROD,), began=NOW, **facts)
    tally.add(AccountResult(account=account, regions=("eu-west-1",), calls={"ec2:X": 2}), findings)
    return tally


def test_every_check_that_ran_is_counted_noughts_too():
    summary = a_tally(FAIL, replace(FAIL, status=Status.PASS)).summary()

    assert summary["judged"] == {
        SSH: {"FAIL": 1, "PASS": 1, "UNKNOWN": 0, "MUTED": 0},
        ROOT: {"FAIL": 0, "PASS": 0, "UNKNOWN": 0, "MUTED": 0},
    }
    assert summary["counts"]["status"] == {"FAIL": 1, "PASS": 1, "UNKNOWN": 0, "MUTED": 0}
    assert summary["counts"]["severity"] == {"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0}
    assert summary["calls"] == {"ec2:X": 2}
    assert json.loads(json.dumps(summary)) == summary


@pytest.mark.parametrize(("at", "fails"), [(Severity.LOW, True), (Severity.HIGH, True), (Severity.CRITICAL, False)])
def test_it_fails_at_the_severity_of_the_worst_and_below(at, fails):
    assert a_tally(FAIL).fails(at) is fails


def test_only_what_fails_fails():
    assert not a_tally(UNKNOWN, replace(FAIL, status=Status.MUTED), replace(FAIL, status=Status.PASS)).fails(
        Severity.INFO
    )


def test_what_could_not_be_read_makes_it_incomplete_and_is_named():
    tally = a_tally(UNKNOWN, replace(UNKNOWN, resource="other"))

    assert not tally.is_complete
    assert tally.shortcomings() == [f"{PROD} eu-west-1: 2 answers are UNKNOWN: AWS refused ec2:DescribeSecurityGroups"]


def test_what_is_unknown_by_nature_leaves_it_complete():
    assert a_tally(replace(UNKNOWN, by_nature=True)).is_complete


def test_no_word_makes_what_was_refused_look_complete():
    assert not a_tally(replace(UNKNOWN, reason="AWS gives no date, when that account is audited too")).is_complete


def test_an_account_that_was_not_reached_makes_it_incomplete():
    tally = Tally(selector="all", checks=(SSH,), accounts=(PROD, DEV), began=NOW)
    tally.add(AccountResult(account=PROD), [])

    assert not tally.is_complete
    assert tally.missed == (DEV,)
    assert tally.summary()["accounts"] == {"looked_at": [PROD], "left_out": {DEV: "not begun"}}


def test_gaps_are_told_with_their_permission():
    tally = Tally(selector="all", checks=(SSH,), accounts=(PROD,), began=NOW)
    gap = Gap(account=PROD, region="eu-west-1", record="SecurityGroup", reason="refused", permission="ec2:X")
    tally.add(AccountResult(account=PROD, gaps=(gap,)), [])

    assert tally.summary()["gaps"][0]["permission"] == "ec2:X"


def test_a_suppression_is_called_idle_only_when_all_that_it_could_cover_was_known():
    one = Suppression(checks=(SSH,), reason="r", owner="anna", until=NOW.date() + timedelta(days=9))

    def accepted(within=frozenset({one})):
        return Accepted(suppressions=(one,), within=within)

    assert len(a_tally(FAIL, accepted=accepted()).warnings(NOW.date())) == 1
    assert a_tally(UNKNOWN, accepted=accepted()).warnings(NOW.date()) == []
    assert a_tally(FAIL, accepted=accepted(within=frozenset())).warnings(NOW.date()) == []
    assert a_tally(FAIL, stopped=True, accepted=accepted()).warnings(NOW.date()) == []
