"""The remedy for EBS: new volumes of a region are encrypted by themselves."""

from __future__ import annotations

from bot.aws.errors import told
from bot.aws.remedies.setting import Seen, aimed, setting
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Subject, Target

_PART = "encryption by default"


def _aim(subject: Subject) -> Target:
    return aimed(subject)


def _look(clients: Clients, target: Target) -> Seen:
    with told("ec2", target.region):
        on = clients("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
    return Seen(
        name=f"EBS in {target.region}",
        parts={_PART: on},
        wanted={_PART: True},
        effects=(
            Effect("New volumes and copies of snapshots are encrypted; those that there are stay as they are."),
            Effect("Images that are copied for others, and very old instance types, may need a look."),
        ),
    )


def _write(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    with told("ec2", target.region):
        client = clients("ec2")
        call = client.enable_ebs_encryption_by_default if parts[_PART] else client.disable_ebs_encryption_by_default
        call()


ENCRYPT_BY_DEFAULT = Remedy(
    id="ebs-encrypt-by-default",
    title="Encrypt new volumes by default",
    label="Encrypt by default",
    risk=Risk.LOW,
    fixes=("ebs-no-default-encryption",),
    answers=(),
    reads=("ec2:GetEbsEncryptionByDefault",),
    writes=("ec2:EnableEbsEncryptionByDefault", "ec2:DisableEbsEncryptionByDefault"),
    aim=_aim,
    **setting(_look, _write),
)

REMEDIES = (ENCRYPT_BY_DEFAULT,)
