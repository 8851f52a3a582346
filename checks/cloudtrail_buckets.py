"""The buckets of CloudTrail's logs: who may read them, who may delete them, and whether that is seen."""

from __future__ import annotations

from checks import trails
from checks.cloudtrail import covering
from checks.inventory import Gap, GapError, View, known
from checks.inventory.cloudtrail import Trail, TrailBucket
from checks.inventory.s3 import Bucket
from checks.model import Accepted, Evidence, Problem, Severity, Unknown, Verdict, check
from checks.s3_public import ways_in


def _unread(bucket: TrailBucket) -> Verdict:
    """Why the bucket cannot be judged, naming its trails; None where it can."""
    if isinstance(bucket.bucket, Bucket):
        return None
    if bucket.bucket.permission or not bucket.trails:
        raise GapError(bucket.bucket)
    return Unknown(f"{bucket.bucket.text} (delivered into by {', '.join(bucket.trails)})", bucket.bucket.by_nature)


def _of(bucket: TrailBucket) -> Evidence:
    return {
        "bucket": bucket.name,
        "trails": list(bucket.trails) or ["trails of other accounts: its policy lets CloudTrail write"],
    }


@check(
    id="cloudtrail-bucket-no-access-log",
    title="CloudTrail bucket without access log",
    services=("cloudtrail", "s3"),
    severity=Severity.MEDIUM,
    why="Who reads or deletes the audit trail itself leaves no record.",
    fix=(
        "S3 > the bucket > Properties > Server access logging > Edit: name another bucket (`aws s3api "
        "put-bucket-logging`), or record data events of the bucket in a trail."
    ),
    references=("best-practices/4", "cis-3.0/3.4", "cis-5.0/3.4", "fsbp/CloudTrail.7"),
    judges=TrailBucket,
    reads=(Trail,),
)
def no_access_log(bucket: TrailBucket, view: View) -> Verdict:
    """Row 4: no server access log, and no trail that records reads and writes of its objects."""
    if unread := _unread(bucket):
        return unread
    if known(bucket.access_log):
        return None
    logging = covering(view, bucket.region)
    recorded: frozenset[str] = frozenset()
    by = []
    could = list(logging.gaps)
    for trail in logging.trails:
        if isinstance(trail.selectors, Gap):
            could.append(trail.selectors)
        elif found := trails.data_of_bucket(trail.selectors, bucket.name, bucket.arn.split(":")[1]):
            recorded |= found
            by.append(trail.name)
    if recorded == trails.BOTH:
        return Accepted({"instead": f"data events of the bucket are recorded by {', '.join(by)}"})
    if could:
        raise GapError(could[0])
    return Problem({**_of(bucket), "access_log": "none", "data_events_recorded": sorted(recorded) or ["none"]})


@check(
    id="cloudtrail-bucket-no-mfa-delete",
    title="CloudTrail bucket without MFA delete",
    services=("cloudtrail", "s3"),
    severity=Severity.MEDIUM,
    why="Whoever takes over an administrator can delete the record of how it was done.",
    fix=(
        "Sign in as root and run `aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration "
        "Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'`; or give it Object Lock in compliance mode."
    ),
    references=("best-practices/8", "cis-3.0/2.1.2", "cis-5.0/2.1.2"),
    judges=TrailBucket,
)
def no_mfa_delete(bucket: TrailBucket, _view: View) -> Verdict:
    """Row 8: versions are not kept, or may be deleted without MFA; a lock in compliance mode is as good."""
    if unread := _unread(bucket):
        return unread
    if not isinstance(bucket.versioning, Gap) and bucket.versioning.on and bucket.versioning.mfa_delete:
        return None
    if not isinstance(bucket.compliance_lock, Gap) and bucket.compliance_lock:
        return Accepted({"instead": f"Object Lock in compliance mode, {bucket.compliance_lock}"})
    versioning = known(bucket.versioning)
    known(bucket.compliance_lock)
    return Problem({**_of(bucket), "versioning": versioning.on, "mfa_delete": versioning.mfa_delete})


@check(
    id="cloudtrail-bucket-public",
    title="CloudTrail bucket is public",
    services=("cloudtrail", "s3"),
    severity=Severity.CRITICAL,
    why="The record of everything the account does tells an attacker all there is to know of it.",
    fix=(
        "S3 > the bucket > Permissions > Block public access > Edit > Block all (`aws s3api put-public-access-block`), "
        "then take the public statement out of its policy."
    ),
    references=("best-practices/17", "fsbp/CloudTrail.6"),
    judges=TrailBucket,
)
def public(bucket: TrailBucket, _view: View) -> Verdict:
    """Row 17: a way in for everyone that no public access block stops."""
    if unread := _unread(bucket):
        return unread
    ways = ways_in(known(bucket.bucket))
    return Problem({**_of(bucket), "public_because": list(ways)}) if ways else None
