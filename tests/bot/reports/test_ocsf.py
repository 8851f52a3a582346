"""Events of OCSF, against what its schema says of class 2003."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.jsonl import written
from bot.reports.ocsf import event
from bot.reports.origin import Origin
from checks.catalog import CATALOG
from checks.model import Finding, Severity, Status

SCHEMA = jsonschema.Draft202012Validator(
    json.loads(Path(__file__).with_name("ocsf_compliance_finding.json").read_text())
)
ORIGIN = Origin(
    version="1.2.3",
    at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    checks=CATALOG,
    account_names={"111122223333": "acme-prod"},
)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("severity", Severity)
def test_every_answer_is_a_valid_event(a_finding, status, severity):
    SCHEMA.validate(event(a_finding(status=status, severity=severity, reason="why"), ORIGIN))


def test_every_check_makes_a_valid_event(a_finding):
    for check in CATALOG.values():
        SCHEMA.validate(event(a_finding(check=check.id, title=check.title), ORIGIN))


def test_an_event_says_what_where_how_bad_and_what_to_do(a_finding):
    said = event(a_finding(), ORIGIN)

    assert (said["class_uid"], said["type_uid"], said["severity_id"], said["severity"]) == (2003, 200301, 4, "High")
    assert said["compliance"]["status"] == "Fail"
    assert "best-practices/9" in said["compliance"]["requirements"] or said["compliance"]["requirements"]
    assert said["cloud"]["account"] == {
        "uid": "111122223333",
        "name": "acme-prod",
        "type_id": 10,
        "type": "AWS Account",
    }
    assert said["resources"][0]["uid"] == "arn:aws:iam::111122223333:user/alice"
    assert said["remediation"]["desc"] == CATALOG["iam-user-no-mfa"].fix
    assert said["time"] == int(ORIGIN.at.timestamp() * 1000)


@pytest.mark.parametrize(
    ("status", "evidence", "verdict", "life"),
    [
        (Status.PASS, {}, "Pass", "New"),
        (Status.FAIL, {}, "Fail", "New"),
        (Status.UNKNOWN, {}, "Warning", "New"),
        (Status.MUTED, {"muted": {"owner": "anna", "until": "2027-01-01", "reason": "lab"}}, "Fail", "Suppressed"),
        (Status.MUTED, {}, "Left out", "Suppressed"),
    ],
)
def test_the_four_answers_are_told_apart(a_finding, status, evidence, verdict, life):
    said = event(a_finding(status=status, evidence=evidence), ORIGIN)

    assert (said["compliance"]["status"], said["status"]) == (verdict, life)


@pytest.mark.parametrize(
    ("resource", "region", "partition"),
    [
        ("arn:aws-us-gov:iam::111122223333:user/alice", "global", "aws-us-gov"),
        ("AWS::::Account:111122223333", "cn-north-1", "aws-cn"),
        ("AWS::::Account:111122223333", "eu-west-1", "aws"),
    ],
)
def test_partitions_are_told(a_finding, resource, region, partition):
    assert event(a_finding(resource=resource, region=region), ORIGIN)["cloud"]["cloud_partition"] == partition


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text() | st.lists(st.text()) | st.none()))
def test_any_text_stays_text_on_one_line(resource, reason, evidence):
    finding = Finding(
        check="iam-user-no-mfa",
        status=Status.FAIL,
        severity=Severity.HIGH,
        account="111122223333",
        region="global",
        resource=resource,
        title="A user signs in without MFA",
        reason=reason,
        evidence=evidence,
    )
    said = event(finding, ORIGIN)
    line = written(said)

    SCHEMA.validate(said)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["resources"][0]["uid"] == resource
