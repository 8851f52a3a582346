"""The AWS Security Finding Format, against botocore's own model of BatchImportFindings and the documented lengths."""

import json
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.asff import finding_of
from bot.reports.origin import Origin
from checks.catalog import CATALOG
from checks.model import Finding, Severity, Status

MODEL = botocore.session.get_session().get_service_model("securityhub")
REQUEST = MODEL.operation_model("BatchImportFindings").input_shape
# https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
REQUIRED = {
    "AwsAccountId",
    "CreatedAt",
    "Description",
    "GeneratorId",
    "Id",
    "ProductArn",
    "Resources",
    "SchemaVersion",
    "Severity",
    "Title",
    "Types",
    "UpdatedAt",
}
LONGEST = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024, "AwsAccountName": 50, "ProductArn": 2048}
MUTED = {"muted": {"owner": "anna", "until": "2027-01-01", "reason": "a lab"}}
ORIGIN = Origin(
    version="1.2.3",
    at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    checks=CATALOG,
    account_names={"111122223333": "acme-prod"},
)


def texts(thing):
    if isinstance(thing, dict):
        return [text for value in thing.values() for text in texts(value)]
    return [text for value in thing for text in texts(value)] if isinstance(thing, list) else [thing]


def check(said):
    report = ParamValidator().validate({"Findings": [said]}, REQUEST)
    assert not report.has_errors(), report.generate_report()
    assert set(said) >= REQUIRED
    assert all(text.strip() for text in texts(said))
    for key, most in LONGEST.items():
        assert len(said.get(key, "")) <= most, key
    assert len(json.dumps(said)) < 240_000
    assert said["Severity"]["Label"] in MODEL.shape_for("SeverityLabel").enum
    assert said["Compliance"]["Status"] in MODEL.shape_for("ComplianceStatus").enum
    assert said["Workflow"]["Status"] in MODEL.shape_for("WorkflowStatus").enum
    assert said["Resources"][0]["Partition"] in MODEL.shape_for("Partition").enum
    assert len(said["Resources"][0]["Region"]) <= 16
    facts = said["Resources"][0].get("Details", {}).get("Other", {})
    assert len(facts) <= 50
    assert all(len(key) < 128 and len(value) < 1024 for key, value in facts.items())
    assert len(said.get("Note", {}).get("Text", "")) <= 512
    assert len(said["Remediation"]["Recommendation"]["Text"]) <= 512
    return said


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("status", Status)
def test_every_answer_is_one_that_security_hub_takes(a_finding, status, severity):
    check(finding_of(a_finding(status=status, severity=severity, reason="why"), ORIGIN))


def test_every_check_makes_one_that_security_hub_takes(a_finding):
    for one in CATALOG.values():
        check(finding_of(a_finding(check=one.id, title=one.title), ORIGIN))


@pytest.mark.parametrize(
    ("status", "evidence", "compliance", "workflow"),
    [
        (Status.PASS, {}, "PASSED", "RESOLVED"),
        (Status.FAIL, {}, "FAILED", "NEW"),
        (Status.MUTED, MUTED, "FAILED", "SUPPRESSED"),
        (Status.MUTED, {}, "WARNING", "SUPPRESSED"),
        (Status.UNKNOWN, {"not_read": "User", "missing_permission": "iam:ListUsers"}, "WARNING", "NEW"),
        (Status.UNKNOWN, {"not_read": "User"}, "NOT_AVAILABLE", "NEW"),
    ],
)
def test_the_answers_are_told_apart(a_finding, status, evidence, compliance, workflow):
    said = finding_of(a_finding(status=status, evidence=evidence), ORIGIN)

    assert (said["Compliance"]["Status"], said["Workflow"]["Status"]) == (compliance, workflow)


def test_what_passes_is_informational_and_keeps_its_own_severity(a_finding):
    said = finding_of(a_finding(status=Status.PASS), ORIGIN)

    assert said["Severity"] == {"Label": "INFORMATIONAL", "Original": "high"}


def test_who_muted_it_and_why_is_its_note(a_finding):
    reason = "Muted by anna until 2027-01-01: a lab"
    said = finding_of(a_finding(status=Status.MUTED, evidence=MUTED, reason=reason), ORIGIN)

    assert (said["Note"]["Text"], said["Note"]["UpdatedBy"]) == (reason, "anna")


@pytest.mark.parametrize(
    ("resource", "region", "kind", "product"),
    [
        ("arn:aws:iam::111122223333:user/alice", "global", "AwsIamUser", "arn:aws:securityhub:us-east-1:"),
        ("arn:aws:s3:::logs", "eu-west-1", "AwsS3Bucket", "arn:aws:securityhub:eu-west-1:"),
        (
            "arn:aws:rds:eu-west-1:111122223333:db:orders",
            "eu-west-1",
            "AwsRdsDbInstance",
            "arn:aws:securityhub:eu-west-1:",
        ),
        ("AWS::::Account:111122223333", "all regions", "AwsAccount", "arn:aws:securityhub:us-east-1:"),
        ("AWS::::Account:111122223333", "cn-north-1", "AwsAccount", "arn:aws-cn:securityhub:cn-north-1:"),
        ("arn:aws-us-gov:iam::1:root", "global", "Other", "arn:aws-us-gov:securityhub:us-gov-west-1:"),
        ("something", "eu-west-1", "Other", "arn:aws:securityhub:eu-west-1:"),
    ],
)
def test_resources_have_security_hubs_types_and_a_region_that_exists(a_finding, resource, region, kind, product):
    said = finding_of(a_finding(resource=resource, region=region), ORIGIN)

    assert said["Resources"][0]["Type"] == kind
    assert said["ProductArn"] == f"{product}111122223333:product/111122223333/default"


def test_the_same_finding_has_the_same_id_in_every_audit(a_finding):
    first, second = (finding_of(a_finding(evidence={"n": n}), ORIGIN)["Id"] for n in (1, 2))

    assert first == second


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text() | st.lists(st.text()) | st.integers(), max_size=60))
def test_any_text_is_taken(resource, reason, evidence):
    check(
        finding_of(
            Finding(
                check="iam-user-no-mfa",
                status=Status.FAIL,
                severity=Severity.HIGH,
                account="111122223333",
                region="global",
                resource=resource,
                title="A user signs in without MFA",
                reason=reason,
                evidence=evidence,
            ),
            ORIGIN,
        )
    )


def test_long_text_is_cut(a_finding):
    long = "x" * 5000
    said = check(finding_of(a_finding(resource=long, title=long, reason=long, evidence={long: long}), ORIGIN))

    assert said["Title"].endswith("…")
