"""Remedies for what is shared with everyone: machine images, and snapshots of volumes and databases."""

from __future__ import annotations

from typing import Any

from bot.aws.remedies.setting import Seen, by_arn, looked, setting
from bot.errors import NotFound
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Target

_SHARED, _KEPT = "everyone", "nobody but named accounts"


def _seen(name: str, public: bool, used: str) -> Seen:
    return Seen(
        name=name,
        parts={"may be used by": _SHARED if public else _KEPT},
        wanted={"may be used by": _KEPT},
        effects=(Effect(f"Accounts that are not named on it can {used} no more; copies that were made stay theirs."),),
        warnings=("What is on it may be known to others: change every secret it holds.",) if public else (),
    )


def _is_public(parts: Facts) -> bool:
    return bool(parts["may be used by"] == _SHARED)


# Machine images.


def _image(target: Target) -> str:
    return f"the machine image {target.parameters['image']}"


def _look_at_image(clients: Clients, target: Target) -> Seen:
    with looked("ec2", target.region, _image(target), "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"):
        found = clients("ec2").describe_images(ImageIds=[target.parameters["image"]])["Images"]
    if not found:
        raise NotFound(f"The machine image {target.parameters['image']} does not exist any more.")
    name = found[0].get("Name")
    return _seen(
        f"machine image {target.parameters['image']}{f' ({name})' if name else ''}", found[0]["Public"], "launch it"
    )


def _write_image(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    change = "Add" if _is_public(parts) else "Remove"
    with looked("ec2", target.region, _image(target), "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"):
        clients("ec2").modify_image_attribute(
            ImageId=target.parameters["image"], LaunchPermission={change: [{"Group": "all"}]}
        )


MAKE_IMAGE_PRIVATE = Remedy(
    id="ec2-make-ami-private",
    title="Take a machine image back from everyone",
    label="Make private",
    risk=Risk.MEDIUM,
    fixes=("ec2-ami-public",),
    answers=(),
    reads=("ec2:DescribeImages",),
    writes=("ec2:ModifyImageAttribute",),
    aim=by_arn(":image/(?P<image>ami-[0-9a-f]+)"),
    **setting(_look_at_image, _write_image),
)

# Snapshots of volumes.


def _snapshot(target: Target) -> str:
    return f"the snapshot {target.parameters['snapshot']}"


def _look_at_snapshot(clients: Clients, target: Target) -> Seen:
    with looked("ec2", target.region, _snapshot(target), "InvalidSnapshot.NotFound"):
        answer = clients("ec2").describe_snapshot_attribute(
            SnapshotId=target.parameters["snapshot"], Attribute="createVolumePermission"
        )
    public = any(permission.get("Group") == "all" for permission in answer["CreateVolumePermissions"])
    return _seen(f"snapshot {target.parameters['snapshot']}", public, "make a volume of it")


def _write_snapshot(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    with looked("ec2", target.region, _snapshot(target), "InvalidSnapshot.NotFound"):
        clients("ec2").modify_snapshot_attribute(
            SnapshotId=target.parameters["snapshot"],
            Attribute="createVolumePermission",
            OperationType="add" if _is_public(parts) else "remove",
            GroupNames=["all"],
        )


MAKE_SNAPSHOT_PRIVATE = Remedy(
    id="ebs-make-snapshot-private",
    title="Take a volume's snapshot back from everyone",
    label="Make private",
    risk=Risk.MEDIUM,
    fixes=("ebs-snapshot-public",),
    answers=(),
    reads=("ec2:DescribeSnapshotAttribute",),
    writes=("ec2:ModifySnapshotAttribute",),
    aim=by_arn(":snapshot/(?P<snapshot>snap-[0-9a-f]+)"),
    **setting(_look_at_snapshot, _write_snapshot),
)

# Snapshots of databases: of instances, and of clusters, by calls of the same shape.


def _db(target: Target) -> tuple[str, str]:
    """The word in the call's name, and in its parameters' and answers' names."""
    return ("db_cluster", "DBCluster") if target.parameters["kind"] == "cluster-snapshot" else ("db", "DB")


def _db_snapshot(target: Target) -> str:
    return f"the database snapshot {target.parameters['snapshot']}"


_GONE = ("DBSnapshotNotFound", "DBSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault")


def _named(target: Target) -> dict[str, Any]:
    return {f"{_db(target)[1]}SnapshotIdentifier": target.parameters["snapshot"]}


def _look_at_db_snapshot(clients: Clients, target: Target) -> Seen:
    call, word = _db(target)
    with looked("rds", target.region, _db_snapshot(target), *_GONE):
        answer = getattr(clients("rds"), f"describe_{call}_snapshot_attributes")(**_named(target))
    attributes = answer[f"{word}SnapshotAttributesResult"][f"{word}SnapshotAttributes"]
    shared = [value for each in attributes if each["AttributeName"] == "restore" for value in each["AttributeValues"]]
    return _seen(f"database snapshot {target.parameters['snapshot']}", "all" in shared, "restore it")


def _write_db_snapshot(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    change = "ValuesToAdd" if _is_public(parts) else "ValuesToRemove"
    with looked("rds", target.region, _db_snapshot(target), *_GONE):
        modify = getattr(clients("rds"), f"modify_{_db(target)[0]}_snapshot_attribute")
        modify(**_named(target), AttributeName="restore", **{change: ["all"]})


MAKE_DB_SNAPSHOT_PRIVATE = Remedy(
    id="rds-make-snapshot-private",
    title="Take a database's snapshot back from everyone",
    label="Make private",
    risk=Risk.MEDIUM,
    fixes=("rds-snapshot-public",),
    answers=(),
    reads=("rds:DescribeDBSnapshotAttributes", "rds:DescribeDBClusterSnapshotAttributes"),
    writes=("rds:ModifyDBSnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute"),
    aim=by_arn(":(?P<kind>snapshot|cluster-snapshot):(?P<snapshot>[^/]+)"),
    **setting(_look_at_db_snapshot, _write_db_snapshot),
)

REMEDIES = (MAKE_IMAGE_PRIVATE, MAKE_SNAPSHOT_PRIVATE, MAKE_DB_SNAPSHOT_PRIVATE)
