"""Buckets: a closed one, as they should be made, and what else a trail's bucket needs."""

import json
from datetime import datetime
from typing import Any

from sandbox.aws.accounts import Account
from sandbox.aws.seeds import ages
from sandbox.aws.seeds.tags import tags

CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def create(s3: Any, account: Account, name: str, created: datetime, region: str = "us-east-1") -> None:
    """A private bucket with tags, encryption and nothing public."""
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **where)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=CLOSED)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(name)[1:]})
    ages.bucket(account, name, created)


def log_access(s3: Any, name: str, target: str) -> None:
    """Write server access logs of a bucket into another."""
    s3.put_bucket_logging(
        Bucket=name,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": f"{name}/"}},
    )


def accept_access_logs(s3: Any, name: str) -> None:
    """Let S3's log delivery write into a bucket."""
    s3.put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    s3.put_bucket_acl(Bucket=name, ACL="log-delivery-write")


def protect_by_mfa(s3: Any, name: str, account: Account) -> None:
    """Keep versions, and let nobody delete one without root's MFA device."""
    s3.put_bucket_versioning(
        Bucket=name,
        MFA=f"arn:aws:iam::{account.id}:mfa/root-account-mfa-device 123456",
        VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"},
    )


def accept_trails(s3: Any, name: str, also: list[dict[str, Any]] | None = None) -> None:
    """The policy by which CloudTrail and Config write into a bucket, and statements besides."""
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
            "Action": action,
            "Resource": resource,
        }
        for action, resource in (
            ("s3:GetBucketAcl", f"arn:aws:s3:::{name}"),
            ("s3:PutObject", f"arn:aws:s3:::{name}/AWSLogs/*"),
        )
    ]
    document = {"Version": "2012-10-17", "Statement": [*statements, *(also or [])]}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document))
