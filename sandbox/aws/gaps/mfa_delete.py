"""S3: MFA delete of a bucket, which moto drops."""

import re
from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Keep MFA delete with the bucket's versioning; changing it needs the `x-amz-mfa` header, as on AWS."""
    from moto.core.responses import ActionResult
    from moto.s3.exceptions import S3ClientError
    from moto.s3.responses import S3Response

    @patch.around(S3Response, "_bucket_response_put")
    def put(original: Any, response: Any, request: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
        wanted = None
        if "versioning" in querystring:
            wanted = re.search(r"<MfaDelete>(Enabled|Disabled)</MfaDelete>", response.body.decode())
            if wanted and "x-amz-mfa" not in {name.lower() for name in dict(request.headers)}:
                raise S3ClientError("AccessDenied", "This operation needs the x-amz-mfa header.")
        result = original(response, request, bucket_name, querystring)
        if wanted:
            response.backend.get_bucket(bucket_name).mfa_delete = wanted.group(1)
        return result

    @patch.around(S3Response, "get_bucket_versioning")
    def get(_original: Any, response: Any) -> Any:
        bucket = response.backend.get_bucket(response.bucket_name)
        fields = {"Status": bucket.versioning_status, "MFADelete": vars(bucket).get("mfa_delete")}
        response.data["Action"] = "GetBucketVersioning"
        return response.serialized(ActionResult({name: value for name, value in fields.items() if value is not None}))
