"""Whether the caller's policies allow an action, so that a bot which uses the wrong role is told no.

Actions only: resources and conditions are taken as met, and what resource policies grant is not looked at.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from sandbox.aws.request import Request

PREFIXES = {"s3control": "s3", "elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag"}
"""Services whose actions begin with another name than boto3's."""

ACTIONS = {
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "lambda:Invoke": "lambda:InvokeFunction",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
"""Operations whose action has another name (Service Authorization Reference)."""


def action_of(request: Request) -> str:
    """The IAM action that an operation needs."""
    named = f"{request.service}:{request.operation}"
    return ACTIONS.get(named, f"{PREFIXES.get(request.service, request.service)}:{request.operation}")


def allowed(request: Request) -> bool:
    """Whether a statement of the caller's policies allows the action and none denies it."""
    action = action_of(request)
    if not request.operation or action == "sts:GetCallerIdentity":
        return True
    effects = {statement.get("Effect") for statement in _statements(request) if _speaks_of(statement, action.lower())}
    return "Allow" in effects and "Deny" not in effects


def _statements(request: Request) -> Iterator[dict[str, Any]]:
    for document in _documents(request):
        statements = json.loads(document)["Statement"]
        yield from statements if isinstance(statements, list) else [statements]


def _documents(request: Request) -> Iterator[str]:
    from moto.iam.models import iam_backends

    iam = iam_backends[request.account]["aws"]
    name = request.principal.split("/")[1]
    if request.role:
        holders = [role for role in iam.roles.values() if role.name == name]
    else:
        holders = [iam.users[name], *iam.get_groups_for_user(name)]
    for holder in holders:
        yield from holder.policies.values()
        for policy in holder.managed_policies.values():
            default = policy.default_version_id
            yield from (each.document for each in policy.versions if each.version_id == default)


def _speaks_of(statement: dict[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _matches(statement["NotAction"], action)
    return _matches(statement.get("Action", []), action)


def _matches(patterns: str | list[str], action: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatchcase(action, pattern.lower()) for pattern in listed)
