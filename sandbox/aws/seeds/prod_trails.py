"""acme-prod: a trail of 2019 for each of the first two regions, and a later one that records changes alone."""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds import buckets, trails
from sandbox.aws.seeds.ages import ago
from sandbox.aws.seeds.log_archive import ARCHIVE

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

BUCKET = "acme-prod-trail-2019"
GLOBAL = "acme-global"
US = "audit-us-east-1"
EU = "audit-eu-west-1"


def build(cloud: "Cloud", now: datetime) -> None:
    """Rows 1, 2, 4, 8, 17 and 18."""
    _old_bucket(cloud, now)
    logs = trails.log_group(cloud, PROD)
    key = trails.key(cloud, PROD)
    trails.start(
        cloud,
        PROD,
        GLOBAL,
        ago(now, 500),
        S3BucketName=ARCHIVE,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        **logs,
    )
    # row 1: changes alone, so reads in eu-north-1 and ap-southeast-2 are recorded nowhere
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": []}
    cloud.client("cloudtrail", PROD).put_event_selectors(TrailName=GLOBAL, EventSelectors=[selector])
    trails.start(
        cloud,
        PROD,
        US,
        ago(now, 2500),
        S3BucketName=ARCHIVE,
        IncludeGlobalServiceEvents=False,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        **logs,
    )
    trails.start(
        cloud,
        PROD,
        EU,
        ago(now, 2400),
        region="eu-west-1",
        S3BucketName=BUCKET,
        IncludeGlobalServiceEvents=False,
        EnableLogFileValidation=False,
    )


def _old_bucket(cloud: "Cloud", now: datetime) -> None:
    """The bucket of 2019: no access log, no MFA delete, and anyone may list it."""
    s3 = cloud.client("s3", PROD)
    buckets.create(s3, PROD, BUCKET, ago(now, 2500))
    anyone = {
        "Sid": "auditors",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    }
    s3.delete_public_access_block(Bucket=BUCKET)
    buckets.accept_trails(s3, BUCKET, also=[anyone])
