"""IAM: the AWS-managed policies that people attach, without the thousand others that cost a second each."""

import json
from functools import cache
from typing import Any

from sandbox.aws.patch import Patch

NAMES = (
    "AdministratorAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonRDSReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSSMManagedInstanceCore",
    "AWSLambdaBasicExecutionRole",
    "CloudWatchAgentServerPolicy",
    "IAMUserChangePassword",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "ViewOnlyAccess",
)


def install(patch: Patch) -> None:
    """Give each account these policies."""
    from moto.iam.models import AWSManagedPolicy, IAMBackend

    @patch.around(IAMBackend, "_init_aws_policies")
    def init_aws_policies(_original: Any, backend: Any) -> list[Any]:
        return [
            AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
            for name, data in _documents().items()
        ]


@cache
def _documents() -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    known = json.loads(aws_managed_policies_data)
    return {name: known[name] for name in NAMES}
