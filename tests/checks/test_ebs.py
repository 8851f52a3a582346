"""Encryption of disks, and snapshots that anyone may copy."""

import pytest

from checks.inventory.ebs import EbsDefaults, Snapshot, Volume
from checks.model import Severity, Status
from tests.builders import REGION, a_gap
from tests.ec2_builders import a_snapshot, a_volume, ebs_defaults


@pytest.mark.parametrize(
    ("check", "kind"),
    [("ebs-volume-unencrypted", Volume), ("ebs-no-default-encryption", EbsDefaults), ("ebs-snapshot-public", Snapshot)],
)
def test_what_could_not_be_read_is_unknown(answer, check, kind):
    assert answer(check, gaps=[a_gap(kind, REGION)]).status is Status.UNKNOWN


def test_an_unencrypted_volume_fails_attached_or_not(answers):
    found = answers(
        "ebs-volume-unencrypted",
        a_volume("vol-1", encrypted=False, instances=("i-1",)),
        a_volume("vol-2", encrypted=False),
        a_volume("vol-3"),
    )
    assert [f.status for f in found] == ["FAIL", "FAIL", "PASS"]
    assert found[0].severity is Severity.HIGH
    assert found[0].evidence == {"volume": "web-1", "size_gib": 20, "attached_to": ["i-1"]}
    assert found[1].evidence["attached_to"] == "not attached"


@pytest.mark.parametrize(("encrypted", "status"), [(True, "PASS"), (False, "FAIL")])
def test_each_region_answers_for_its_own_default(answer, encrypted, status):
    finding = answer("ebs-no-default-encryption", ebs_defaults(encrypted=encrypted))
    assert finding.status == status
    assert (finding.region, finding.resource) == (REGION, "AWS::::Account:111122223333")


def test_a_public_snapshot_fails_encrypted_volume_or_not(answers):
    found = answers("ebs-snapshot-public", a_snapshot(public=True, description="for <them>"), a_snapshot("snap-2"))
    assert [f.status for f in found] == ["FAIL", "PASS"]
    assert found[0].severity is Severity.CRITICAL
    assert found[0].evidence == {"volume": "vol-1", "description": "for <them>", "restorable_by": "everyone"}
