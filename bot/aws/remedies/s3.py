"""The remedy for S3: a bucket that lets nobody in by way of "everyone"."""

from __future__ import annotations

from typing import Any

from bot.aws.remedies.setting import Seen, asked, by_arn, looked, setting
from bot.errors import AwsError
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Target

_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_PART = "public access block"
_ON = dict.fromkeys(_SWITCHES, True)


def _bucket(target: Target) -> str:
    return f"the bucket {target.parameters['bucket']}"


def _look(clients: Clients, target: Target) -> Seen:
    bucket = target.parameters["bucket"]
    block = _block(clients, target)
    return Seen(
        name=f"bucket {bucket}",
        parts={_PART: block} if block else {},
        wanted={_PART: _ON},
        effects=_opened(clients, bucket),
    )


def _block(clients: Clients, target: Target) -> dict[str, bool]:
    """The bucket's own switches; nothing where it has none."""
    bucket = target.parameters["bucket"]
    with looked("s3", target.region, _bucket(target), "NoSuchBucket"):
        answer = asked(
            "s3", "NoSuchPublicAccessBlockConfiguration", lambda: clients("s3").get_public_access_block(Bucket=bucket)
        )
    found: dict[str, Any] = answer["PublicAccessBlockConfiguration"] if answer else {}
    return {switch: bool(found.get(switch)) for switch in _SWITCHES} if found else {}


def _opened(clients: Clients, bucket: str) -> tuple[Effect, ...]:
    """Whom it lets in now who will be left outside."""
    try:
        status = asked("s3", "NoSuchBucketPolicy", lambda: clients("s3").get_bucket_policy_status(Bucket=bucket))
    except AwsError as error:
        return (Effect(f"It is not known whether its policy lets everyone in. {error}"),)
    public = bool(status and status["PolicyStatus"]["IsPublic"])
    by_policy = "Its policy lets everyone in: that will end." if public else "Its policy lets nobody in from outside."
    return (Effect(by_policy), Effect("Access lists of it and its objects that name everyone will count no more."))


def _write(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    bucket = target.parameters["bucket"]
    with looked("s3", target.region, _bucket(target), "NoSuchBucket"):
        if _PART in parts:
            clients("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict(parts[_PART]))
        else:
            clients("s3").delete_public_access_block(Bucket=bucket)


BLOCK_PUBLIC_ACCESS = Remedy(
    id="s3-block-public-access",
    title="Close a bucket to the public",
    label="Block public access",
    risk=Risk.MEDIUM,
    fixes=("cloudtrail-bucket-public", "config-bucket-public"),
    answers=("Policy:S3/BucketPublicAccessGranted", "Policy:S3/BucketAnonymousAccessGranted",
             "Policy:S3/BucketBlockPublicAccessDisabled"),
    reads=("s3:GetBucketPublicAccessBlock", "s3:GetBucketPolicyStatus"),
    writes=("s3:PutBucketPublicAccessBlock",),
    aim=by_arn(":s3:::(?P<bucket>[a-z0-9.-]+)"),
    **setting(_look, _write),
)  # fmt: skip

REMEDIES = (BLOCK_PUBLIC_ACCESS,)
