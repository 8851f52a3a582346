"""What is read of GuardDuty."""

from datetime import UTC, datetime

import pytest

from bot.aws.collect import guardduty
from bot.errors import AwsDenied
from sandbox.aws.accounts import DEV, HUB
from sandbox.aws.gaps import guardduty as seeding

REGION = "eu-west-1"
CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def detector(cloud):
    return cloud.client("guardduty", HUB, REGION).create_detector(Enable=True)["DetectorId"]


@pytest.fixture
def found(detector):
    """Let GuardDuty have found something."""
    from moto.guardduty.models import guardduty_backends

    backend = guardduty_backends[HUB.id][REGION]

    def put(severity=8.0, archived=False, account=HUB):
        finding = seeding.build(backend, "Backdoor:EC2/C&CActivity.B", severity, CREATED, title="A backdoor", count=3)
        finding["service"]["archived"], finding["accountId"] = archived, account.id
        seeding.findings_of(backend)[finding["id"]] = finding
        return finding

    return put


def test_a_detector_is_read_on_or_suspended(cloud, detector, source):
    (on,) = guardduty.detectors(source(REGION))
    cloud.client("guardduty", HUB, REGION).update_detector(DetectorId=detector, Enable=False)
    (suspended,) = guardduty.detectors(source(REGION))

    assert (on.id, on.enabled, suspended.enabled) == (detector, True, False)
    assert on.arn == f"arn:aws:guardduty:{REGION}:{HUB.id}:detector/{detector}"


def test_a_region_without_a_detector_has_none_and_no_findings(cloud, source):
    reading = source(REGION)
    assert list(guardduty.detectors(reading)) == guardduty.open_findings(reading) == []
    assert cloud.calls.count() == {"guardduty:ListDetectors": 1, "sts:GetCallerIdentity": 1}


def test_the_accounts_own_findings_of_high_severity_that_are_open_are_read(found, source):
    high = found(7.0)
    found(6.9)
    found(8.0, archived=True)
    found(9.0, account=DEV)

    (read,) = guardduty.open_findings(source(REGION))

    assert (read.id, read.arn, read.type) == (high["id"], high["arn"], "Backdoor:EC2/C&CActivity.B")
    assert (read.severity, read.created, read.count, read.region) == (7.0, CREATED, 3, REGION)


def test_findings_are_read_by_pages_of_fifty(found, cloud, source):
    ids = {found()["id"] for _ in range(51)}

    assert {one.id for one in guardduty.open_findings(source(REGION))} == ids
    calls = cloud.calls.count()
    assert calls["guardduty:ListFindings"] == calls["guardduty:GetFindings"] == 2


def test_findings_that_may_not_be_read_are_no_empty_list(found, cloud, source):
    found()
    cloud.faults.deny("guardduty", "GetFindings")

    with pytest.raises(AwsDenied):
        guardduty.open_findings(source(REGION))
