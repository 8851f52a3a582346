"""Reads EBS: volumes, the account's snapshots, and the default of encryption."""

from __future__ import annotations

from collections.abc import Iterator

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.ec2 import arn, tags
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.ebs import EbsDefaults, Snapshot, Volume

_PAGE = 500
_GONE = "InvalidSnapshot.NotFound"


def volumes(source: Source) -> list[Volume]:
    """Every volume."""
    return [
        Volume(
            id=found["VolumeId"],
            arn=arn(source, None, "volume", found["VolumeId"]),
            region=source.region,
            encrypted=bool(found.get("Encrypted")),
            size=found.get("Size", 0),
            instances=tuple(one["InstanceId"] for one in found.get("Attachments", ()) if "InstanceId" in one),
            tags=tags(found),
        )
        for found in source.pages("ec2", "describe_volumes", "Volumes", size=_PAGE)
    ]


def snapshots(source: Source) -> Iterator[Snapshot]:
    """Every snapshot of the account's own.

    Who may use them is told for one at a time alone, and there may be thousands; but AWS lists those that are open
    to all, so only these are asked about, to be sure.
    """
    own = source.pages("ec2", "describe_snapshots", "Snapshots", size=_PAGE, OwnerIds=["self"])
    public = _public(source) if own else frozenset()
    for found in own:
        id_ = found["SnapshotId"]
        yield Snapshot(
            id=id_,
            # a snapshot's ARN names no account
            arn=f"arn:{source.partition}:ec2:{source.region}::snapshot/{id_}",
            region=source.region,
            volume=found.get("VolumeId", ""),
            encrypted=bool(found.get("Encrypted")),
            public=id_ in public,
            description=found.get("Description", ""),
            tags=tags(found),
        )


def _public(source: Source) -> frozenset[str]:
    open_ = source.pages(
        "ec2", "describe_snapshots", "Snapshots", size=_PAGE, OwnerIds=["self"], RestorableByUserIds=["all"]
    )
    ids = [found["SnapshotId"] for found in open_]
    sure = source.each(lambda id_: _is_public(source, id_), ids)
    return frozenset(id_ for id_, is_public in zip(ids, sure, strict=True) if is_public)


def _is_public(source: Source, id_: str) -> bool:
    try:
        answer = source.call("ec2", "describe_snapshot_attribute", SnapshotId=id_, Attribute="createVolumePermission")
    except AwsError as error:
        if error.code == _GONE:
            return False
        raise
    return any(one.get("Group") == "all" for one in answer.get("CreateVolumePermissions", ()))


def defaults(source: Source) -> list[EbsDefaults]:
    """What the region does with new volumes."""
    encrypted = source.call("ec2", "get_ebs_encryption_by_default").get("EbsEncryptionByDefault")
    return [EbsDefaults(arn=f"AWS::::Account:{source.account}", region=source.region, encrypted=bool(encrypted))]


COLLECTORS = (
    Collector(record=Volume, scope=Scope.REGIONAL, actions=("ec2:DescribeVolumes",), read=volumes),
    Collector(
        record=Snapshot,
        scope=Scope.REGIONAL,
        actions=("ec2:DescribeSnapshots", "ec2:DescribeSnapshotAttribute"),
        read=snapshots,
    ),
    Collector(record=EbsDefaults, scope=Scope.REGIONAL, actions=("ec2:GetEbsEncryptionByDefault",), read=defaults),
)
