"""Reads the SSH public keys of IAM users."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.iam import authorization
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.iam import SshPublicKey

_GONE = "NoSuchEntity"


def ssh_public_keys(source: Source) -> Iterator[SshPublicKey]:
    """Every user's keys."""
    users = [(user["UserName"], user["Arn"]) for user in source.once(authorization).users]
    return chain.from_iterable(source.each(lambda user: _of(source, *user), users))


def _of(source: Source, user: str, arn: str) -> list[SshPublicKey]:
    try:
        found = source.pages("iam", "list_ssh_public_keys", "SSHPublicKeys", UserName=user)
    except AwsError as error:
        if error.code == _GONE:
            return []
        raise
    return [
        SshPublicKey(
            id=one["SSHPublicKeyId"],
            user=user,
            user_arn=arn,
            active=one["Status"] == "Active",
            uploaded=one["UploadDate"],
        )
        for one in found
    ]


COLLECTORS = (
    Collector(
        record=SshPublicKey,
        scope=Scope.GLOBAL,
        actions=("iam:GetAccountAuthorizationDetails", "iam:ListSSHPublicKeys"),
        read=ssh_public_keys,
    ),
)
