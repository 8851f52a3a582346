"""acme-log: the archive that trails and Config write into, and the account's own watch; mostly right."""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.aws.accounts import LOG, REGIONS
from sandbox.aws.gaps.credential_report import RootUser, set_root
from sandbox.aws.seeds import alarms, buckets, recorders, trails
from sandbox.aws.seeds.ages import ago

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

ARCHIVE = "acme-log-archive"
ACCESS_LOGS = "acme-log-access-logs"
TRAIL = "acme-log"


def build(cloud: "Cloud", now: datetime) -> None:
    """Make the archive, the account's trail with every alarm, Config and GuardDuty everywhere."""
    s3 = cloud.client("s3", LOG)
    buckets.create(s3, LOG, ACCESS_LOGS, ago(now, 900))
    buckets.accept_access_logs(s3, ACCESS_LOGS)
    buckets.create(s3, LOG, ARCHIVE, ago(now, 900))
    buckets.accept_trails(s3, ARCHIVE)
    buckets.log_access(s3, ARCHIVE, ACCESS_LOGS)
    buckets.protect_by_mfa(s3, ARCHIVE, LOG)
    cloud.client("s3control", LOG).put_public_access_block(
        AccountId=LOG.id, PublicAccessBlockConfiguration=buckets.CLOSED
    )
    _account(cloud, now)
    _trail(cloud, now)
    for region in REGIONS:
        cloud.client("ec2", LOG, region).enable_ebs_encryption_by_default()
        cloud.client("guardduty", LOG, region).create_detector(Enable=True)
        recorders.record(cloud, LOG, region, ARCHIVE)
        recorders.notify(cloud, LOG, region)


def _account(cloud: "Cloud", now: datetime) -> None:
    set_root(LOG.id, RootUser(created=ago(now, 1400), password_last_used=ago(now, 410), mfa="hardware"))
    cloud.client("iam", LOG).update_account_password_policy(
        MinimumPasswordLength=16,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        RequireNumbers=True,
        RequireSymbols=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=24,
    )


def _trail(cloud: "Cloud", now: datetime) -> None:
    trails.start(
        cloud,
        LOG,
        TRAIL,
        ago(now, 900),
        S3BucketName=ARCHIVE,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=trails.key(cloud, LOG),
        **trails.log_group(cloud, LOG),
    )
    alarms.watch(cloud, LOG)
