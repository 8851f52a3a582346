"""AWS's errors in words: the one place where botocore's become those of `bot.errors`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from bot.errors import AwsDenied, AwsError, AwsUnreachable

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Client.UnauthorizedOperation",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
}
_THROTTLED = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_NOT_OFFERED = {"OptInRequired", "SubscriptionRequiredException", "UnsupportedOperation", "InvalidAction"}
_NOT_ENABLED = {"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"}
"""What a region answers that the account has not enabled; a key that does not exist is answered alike."""

_ROLE = (
    " Make that role in that account, let it trust these credentials, and give it the external id of the setting "
    "aws.external_id, if it asks for one."
)
_PERMISSION = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z*]+)")
_ENCODED = re.compile(r"\s*Encoded authorization failure message:.*", re.DOTALL)

ACTIONS = {
    # The operations whose action has another name; from the Service Authorization Reference.
    "elb:DescribeLoadBalancers": "elasticloadbalancing:DescribeLoadBalancers",
    "elbv2:DescribeListenerCertificates": "elasticloadbalancing:DescribeListenerCertificates",
    "elbv2:DescribeListeners": "elasticloadbalancing:DescribeListeners",
    "elbv2:DescribeLoadBalancers": "elasticloadbalancing:DescribeLoadBalancers",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}


@contextmanager
def told(service: str, region: str = "") -> Iterator[None]:
    """Raise what botocore raises within the block as AwsDenied, AwsUnreachable or AwsError, in words.

    `service` is boto3's name of it, `region` where it was called (empty or `global` for global services).
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise in_words(error, service, region) from error


def in_words(error: BotoCoreError | ClientError, service: str, region: str = "") -> AwsError:
    """The error of `bot.errors` that says what `error` says."""
    where = f" in {region}" if region and region != "global" else ""
    if isinstance(error, ClientError):
        return _of_answer(error, service, where)
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return AwsError(
            "There are no AWS credentials. Give the service a role (instance profile, task role), or set AWS_PROFILE "
            "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its environment."
        )
    if is_silence(error):
        return AwsUnreachable(
            f"AWS did not answer: {service}{where} ({error}). Check the network, and AWS_ENDPOINT_URL if set."
        )
    if isinstance(
        error, exceptions.InvalidRegionError | exceptions.UnknownEndpointError | exceptions.UnknownRegionError
    ):
        return AwsUnreachable(f"{service} is not offered{where}.")
    return AwsError(f"Calling {service}{where} failed: {error}")


def is_silence(error: Exception) -> bool:
    """Whether a call got no answer at all: no connection, or none in time."""
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


def _of_answer(error: ClientError, service: str, where: str) -> AwsError:
    answer = error.response.get("Error", {})
    code, operation = str(answer.get("Code", "")), error.operation_name
    said = _ENCODED.sub("", str(answer.get("Message", ""))).strip().rstrip(".") or code
    # any call may assume its role first, and fail in that
    name = f"sts:{operation}" if operation == "AssumeRole" else f"{service}:{operation}"
    if code in _DENIED:
        named = _PERMISSION.search(said)
        permission = named[1] if named else ACTIONS.get(name, name)
        words = f"AWS refused {permission}{where}: {said}.{_ROLE if operation == 'AssumeRole' else ''}"
        return AwsDenied(words, permission=permission, code=code, operation=operation)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    words = _unreachable(code, status, f"{name}{where}", said)
    if words:
        return AwsUnreachable(words, code=code, operation=operation)
    return AwsError(f"AWS answered {name}{where} with {code}: {said}.", code=code, operation=operation)


def _unreachable(code: str, status: int, call: str, said: str) -> str:
    if code in _THROTTLED or status == 429:
        return f"AWS throttled {call} until the last try."
    if code in _NOT_OFFERED:
        return f"{call} is not offered to this account: {said}."
    if code in _NOT_ENABLED:
        return f"AWS takes no credentials of ours for {call} ({code}): the region is not enabled, or they are void."
    if status >= 500:
        return f"AWS failed at {call} ({code}: {said})."
    return ""
