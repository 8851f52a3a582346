"""S3: a bucket's settings are its own account's to read, though a trail may deliver into another's bucket."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Deny every other account the bucket, but let trails be made that deliver to it."""
    from moto.cloudtrail.models import Trail
    from moto.s3.models import s3_backends

    patch.environment(MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS="false")

    @patch.around(Trail, "check_bucket_exists")
    def check_bucket_exists(original: Any, trail: Any) -> None:
        if trail.bucket_name not in s3_backends.bucket_accounts:
            original(trail)
