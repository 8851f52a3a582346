"""EBS: encryption of volumes, and snapshots that anyone may copy."""

from __future__ import annotations

from checks.inventory import View
from checks.inventory.ebs import EbsDefaults, Snapshot, Volume
from checks.model import Problem, Severity, Verdict, check


@check(
    id="ebs-volume-unencrypted",
    title="EBS volume not encrypted",
    services=("ebs", "ec2"),
    severity=Severity.HIGH,
    why="Whoever gets at the disk or a snapshot of it reads everything on it; encryption costs nothing and asks a key.",
    fix=(
        "Take a snapshot, copy it with encryption (`aws ec2 copy-snapshot --encrypted`), make a volume of the copy, "
        "and put it in the place of the old one."
    ),
    references=("best-practices/19", "cis-3.0/2.2.1", "cis-5.0/5.1.1", "fsbp/EC2.3"),
    judges=Volume,
)
def volume_unencrypted(volume: Volume, _view: View) -> Verdict:
    """Row 19: a volume that is not encrypted, attached or not."""
    if volume.encrypted:
        return None
    attached = list(volume.instances) or "not attached"
    return Problem({"volume": volume.tags.get("Name", ""), "size_gib": volume.size, "attached_to": attached})


@check(
    id="ebs-no-default-encryption",
    title="EBS encryption by default is off",
    services=("ebs", "ec2"),
    severity=Severity.MEDIUM,
    why="Every new volume is unencrypted unless somebody thinks of it, and one day nobody does.",
    fix=(
        "EC2 > Settings > Data protection and security > EBS encryption > Always encrypt new volumes, in each region, "
        "or `aws ec2 enable-ebs-encryption-by-default --region REGION`."
    ),
    references=("best-practices/19", "cis-3.0/2.2.1", "cis-5.0/5.1.1", "fsbp/EC2.7"),
    judges=EbsDefaults,
)
def no_default_encryption(defaults: EbsDefaults, _view: View) -> Verdict:
    """Row 19: new volumes of a region are not encrypted by themselves."""
    return None if defaults.encrypted else Problem({"encryption_by_default": "off"})


@check(
    id="ebs-snapshot-public",
    title="EBS snapshot is public",
    services=("ebs", "ec2"),
    severity=Severity.CRITICAL,
    why="Anyone with an AWS account can copy the disk and read what is on it; public snapshots are searched for.",
    fix=(
        "EC2 > Snapshots > the snapshot > Modify permissions > Private, or `aws ec2 modify-snapshot-attribute "
        "--attribute createVolumePermission --operation-type remove --group-names all --snapshot-id ID`. "
        "Change every secret that was on the disk."
    ),
    references=("best-practices/19", "fsbp/EC2.1"),
    judges=Snapshot,
)
def snapshot_public(snapshot: Snapshot, _view: View) -> Verdict:
    """Row 19: every account may make a volume of it."""
    if not snapshot.public:
        return None
    evidence = {"volume": snapshot.volume, "description": snapshot.description, "restorable_by": "everyone"}
    return Problem({key: value for key, value in evidence.items() if value})
