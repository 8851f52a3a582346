"""S3: a bucket for which nothing was put is encrypted with S3's own keys, as on AWS since January 2023."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Answer AES256 where moto says that there is no encryption."""
    from moto.s3.models import S3Backend

    @patch.around(S3Backend, "get_bucket_encryption")
    def get_bucket_encryption(original: Any, backend: Any, bucket_name: str) -> Any:
        own_keys = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        return original(backend, bucket_name) or {"Rule": {**own_keys, "BucketKeyEnabled": "false"}}
