"""The buckets of trails."""

import pytest

from checks.inventory.cloudtrail import Trail, TrailBucket, Versioning
from checks.inventory.s3 import Bucket, Grant, PublicAccessBlock
from checks.model import Severity, Status
from checks.s3_public import EVERYONE
from tests.builders import ACCOUNT, REGION, a_bucket, a_gap
from tests.trail_builders import a_basic_selector, a_status, a_trail, a_trail_bucket

BUCKET_CHECKS = ("cloudtrail-bucket-no-access-log", "cloudtrail-bucket-no-mfa-delete", "cloudtrail-bucket-public")
FOREIGN = a_gap(Bucket, reason="the bucket is not this account's own", permission="")
UNREAD = a_gap(TrailBucket, REGION, permission="s3:GetSomething")
every_bucket_check = pytest.mark.parametrize("check_id", BUCKET_CHECKS)


def recording(read_write="All", prefix="arn:aws:s3:::logs/", **facts):
    selector = a_basic_selector(read_write=read_write, data={"AWS::S3::Object": (prefix,)})
    return a_trail(selectors=(selector,), **facts)


@every_bucket_check
def test_a_well_kept_bucket_passes(answer, check_id):
    finding = answer(check_id, a_trail_bucket())
    assert (finding.status, finding.resource, finding.region) == (Status.PASS, "arn:aws:s3:::logs", REGION)


@every_bucket_check
def test_a_bucket_of_another_account_is_unknown_and_its_trail_is_named(answer, check_id):
    finding = answer(
        check_id, a_trail_bucket(bucket=FOREIGN, access_log="", versioning=Versioning(on=False, mfa_delete=False))
    )
    assert finding.status is Status.UNKNOWN
    assert "not this account's own" in finding.reason
    assert a_trail().arn in finding.reason


@every_bucket_check
def test_buckets_that_could_not_be_found_out_are_unknown_for_the_account(answer, check_id):
    unknown = a_trail_bucket(name="", arn=f"AWS::::Account:{ACCOUNT}", trails=(), bucket=UNREAD)
    finding = answer(check_id, unknown)
    assert (finding.status, finding.resource) == (Status.UNKNOWN, f"AWS::::Account:{ACCOUNT}")
    assert finding.evidence["missing_permission"] == "s3:GetSomething"
    assert answer(check_id, gaps=[UNREAD]).status is Status.UNKNOWN


def test_a_bucket_without_an_access_log_fails_and_names_its_trails(answer):
    finding = answer("cloudtrail-bucket-no-access-log", a_trail_bucket(access_log=""))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence["trails"] == [a_trail().arn]
    unnamed = answer("cloudtrail-bucket-no-access-log", a_trail_bucket(access_log="", trails=()))
    assert "other accounts" in unnamed.evidence["trails"][0]


@pytest.mark.parametrize("prefix", ["arn:aws:s3:::logs/", "arn:aws:s3:::", "arn:aws:s3"])
def test_data_events_of_the_bucket_stand_in_for_its_access_log_and_that_is_said(answer, prefix):
    finding = answer("cloudtrail-bucket-no-access-log", a_trail_bucket(access_log=""), recording(prefix=prefix))
    assert finding.status is Status.PASS
    assert finding.evidence == {"instead": "data events of the bucket are recorded by main"}


@pytest.mark.parametrize(
    "trail",
    [
        recording("ReadOnly"),
        recording("WriteOnly"),
        recording(prefix="arn:aws:s3:::logs/AWSLogs/"),
        recording(prefix="arn:aws:s3:::other/"),
        recording(status=a_status(logging=False)),
        recording(region="us-east-1", multi_region=False),
        a_trail(),
    ],
)
def test_less_than_all_data_events_by_a_logging_trail_does_not(answer, trail):
    finding = answer("cloudtrail-bucket-no-access-log", a_trail_bucket(access_log=""), trail)
    assert finding.status is Status.FAIL


def test_two_trails_record_reads_and_writes_together(answer):
    trails = (recording("ReadOnly", name="a"), recording("WriteOnly", name="b"))
    assert answer("cloudtrail-bucket-no-access-log", a_trail_bucket(access_log=""), *trails).status is Status.PASS


def test_an_access_log_decides_by_itself_and_unread_trails_or_logging_do_not_fail(answer):
    gap = a_gap(Trail, REGION)
    check_id = "cloudtrail-bucket-no-access-log"
    assert answer(check_id, a_trail_bucket(), gaps=[gap]).status is Status.PASS
    assert answer(check_id, a_trail_bucket(access_log=""), gaps=[gap]).status is Status.UNKNOWN
    assert answer(check_id, a_trail_bucket(access_log=""), a_trail(selectors=gap)).status is Status.UNKNOWN
    assert answer(check_id, a_trail_bucket(access_log=UNREAD)).status is Status.UNKNOWN


@pytest.mark.parametrize(("on", "mfa_delete"), [(False, False), (True, False), (False, True)])
def test_versions_must_be_kept_and_guarded_by_mfa(answer, on, mfa_delete):
    bucket = a_trail_bucket(versioning=Versioning(on=on, mfa_delete=mfa_delete))
    finding = answer("cloudtrail-bucket-no-mfa-delete", bucket)
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert (finding.evidence["versioning"], finding.evidence["mfa_delete"]) == (on, mfa_delete)


def test_a_lock_in_compliance_mode_is_as_good_and_that_is_said(answer):
    bucket = a_trail_bucket(versioning=Versioning(on=True, mfa_delete=False), compliance_lock="365 days")
    finding = answer("cloudtrail-bucket-no-mfa-delete", bucket)
    assert finding.status is Status.PASS
    assert finding.evidence == {"instead": "Object Lock in compliance mode, 365 days"}


def test_mfa_delete_may_be_unknown(answer):
    without = Versioning(on=True, mfa_delete=False)
    check_id = "cloudtrail-bucket-no-mfa-delete"
    assert answer(check_id, a_trail_bucket(versioning=UNREAD)).status is Status.UNKNOWN
    assert answer(check_id, a_trail_bucket(versioning=without, compliance_lock=UNREAD)).status is Status.UNKNOWN
    assert answer(check_id, a_trail_bucket(versioning=UNREAD, compliance_lock="1 years")).status is Status.PASS
    assert answer(check_id, a_trail_bucket(compliance_lock=UNREAD)).status is Status.PASS


def test_a_public_bucket_is_critical_and_the_way_in_is_told(answer):
    grant = Grant(grantee=next(iter(EVERYONE)), permission="READ")
    finding = answer("cloudtrail-bucket-public", a_trail_bucket(bucket=a_bucket(acl=(grant,))))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert finding.evidence["public_because"] == ["its ACL grants READ to everyone"]


def test_a_public_grant_that_a_block_stops_passes_and_one_behind_an_unread_block_is_unknown(answer):
    grant = Grant(grantee=next(iter(EVERYONE)), permission="READ")
    stopped = a_bucket(acl=(grant,), account_block=PublicAccessBlock(ignore_public_acls=True))
    assert answer("cloudtrail-bucket-public", a_trail_bucket(bucket=stopped)).status is Status.PASS
    unread = a_bucket(acl=(grant,), account_block=UNREAD)
    assert answer("cloudtrail-bucket-public", a_trail_bucket(bucket=unread)).status is Status.UNKNOWN


def test_one_part_unread_leaves_the_other_checks_their_answer(answer):
    bucket = a_trail_bucket(access_log=UNREAD)
    assert answer("cloudtrail-bucket-no-mfa-delete", bucket).status is Status.PASS
    assert answer("cloudtrail-bucket-public", bucket).status is Status.PASS
