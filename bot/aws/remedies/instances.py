"""Remedies for an instance that is not one's own any more: keep its disks, cut it off, stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.aws.errors import told
from bot.aws.remedies.setting import Seen, by_arn, looked, setting, stack_warning
from bot.errors import NotFound
from bot.remedy import Clients, Effect, Facts, Preview, Remedy, Risk, Target

_ANSWERS = (
    "Backdoor:EC2/*",
    "Behavior:EC2/*",
    "CryptoCurrency:EC2/*",
    "Trojan:EC2/*",
    "UnauthorizedAccess:EC2/*",
    "Impact:EC2/*",
    "Discovery:EC2/*",
    "Recon:EC2/*",
    "DefenseEvasion:EC2/*",
    "Execution:EC2/*",
    "*:Runtime/*",
    "AttackSequence:EC2/*",
)
_aim = by_arn(":instance/(?P<instance>i-[0-9a-f]+)")
_GONE = ("InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed")
_OVER = ("shutting-down", "terminated")


def _name(target: Target) -> str:
    return f"the instance {target.parameters['instance']}"


def _instance(clients: Clients, target: Target) -> dict[str, Any]:
    with looked("ec2", target.region, _name(target), *_GONE):
        answer = clients("ec2").describe_instances(InstanceIds=[target.parameters["instance"]])
    found: list[dict[str, Any]] = [one for reservation in answer["Reservations"] for one in reservation["Instances"]]
    if not found or found[0]["State"]["Name"] in _OVER:
        raise NotFound(f"The instance {target.parameters['instance']} does not exist any more.")
    return found[0]


def _tags(thing: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags", ())}


def _titled(instance: Mapping[str, Any]) -> str:
    name = _tags(instance).get("Name")
    return f"instance {instance['InstanceId']}{f' ({name})' if name else ''}"


def _watched(instance: Mapping[str, Any], thing: str) -> tuple[str, ...]:
    """Who may undo it, or replace the instance."""
    tags = _tags(instance)
    scaling = tags.get("aws:autoscaling:groupName")
    replaced = (f"The Auto Scaling group {scaling} may replace it, and terminate this one.",) if scaling else ()
    return (*replaced, *stack_warning(tags, thing))


# Stopping.

_PART = "state"
_RUNNING, _STOPPED = "running", "stopped"


def _look_at_state(clients: Clients, target: Target) -> Seen:
    instance = _instance(clients, target)
    runs = instance["State"]["Name"] in ("pending", "running")
    addresses = [instance[key] for key in ("PublicIpAddress", "PrivateIpAddress") if instance.get(key)]
    lost = "" if instance.get("RootDeviceType") == "ebs" else "Its root disk is an instance store: AWS will refuse. "
    return Seen(
        name=_titled(instance),
        parts={_PART: _RUNNING if runs else _STOPPED},
        wanted={_PART: _STOPPED},
        effects=(
            Effect(f"What runs on it ends; it is reached at {', '.join(addresses) or 'no address'}."),
            Effect("Its EBS volumes stay; its memory and instance stores are lost, and with them evidence."),
        ),
        warnings=(*((lost.strip(),) if lost else ()), *_watched(instance, "the instance")),
    )


def _write_state(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    with looked("ec2", target.region, _name(target), *_GONE):
        call = clients("ec2").start_instances if parts[_PART] == _RUNNING else clients("ec2").stop_instances
        call(InstanceIds=[target.parameters["instance"]])


STOP_INSTANCE = Remedy(
    id="ec2-stop-instance",
    title="Stop an instance",
    label="Stop instance",
    risk=Risk.HIGH,
    fixes=(),
    answers=_ANSWERS,
    reads=("ec2:DescribeInstances",),
    writes=("ec2:StopInstances", "ec2:StartInstances"),
    aim=_aim,
    **setting(_look_at_state, _write_state),
)

# Quarantine.

QUARANTINE = "picket-quarantine"
"""Name of the security group without rules, one in each VPC."""


def _look_at_interfaces(clients: Clients, target: Target) -> Seen:
    instance = _instance(clients, target)
    quarantine = _quarantine(clients, target, instance["VpcId"])
    lets = bool(quarantine.get("IpPermissions") or quarantine.get("IpPermissionsEgress"))
    empty = "" if lets else quarantine.get("GroupId")  # with rules it cuts nothing off
    groups = {
        interface["NetworkInterfaceId"]: sorted(
            QUARANTINE if group["GroupId"] == empty else group["GroupId"] for group in interface["Groups"]
        )
        for interface in instance["NetworkInterfaces"]
    }
    return Seen(
        name=_titled(instance),
        parts=groups,
        wanted={interface: [QUARANTINE] for interface in groups},
        effects=(
            Effect("No new connection reaches it or leaves it, Systems Manager's included; its memory and disks stay."),
            Effect("Connections that exist may go on until they end: tracked ones are not cut."),
        ),
        warnings=(
            *((f"Somebody gave {QUARANTINE} rules: they will be taken away first.",) if lets else ()),
            *_watched(instance, "the instance"),
        ),
        handles={"vpc": instance["VpcId"], "quarantine": quarantine.get("GroupId", ""), "groups": groups},
    )


def _quarantine(clients: Clients, target: Target, vpc: str) -> dict[str, Any]:
    """The group as it is; empty where there is none yet."""
    filters = [{"Name": "group-name", "Values": [QUARANTINE]}, {"Name": "vpc-id", "Values": [vpc]}]
    with told("ec2", target.region):
        found: list[dict[str, Any]] = clients("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return found[0] if found else {}


def _write_interfaces(clients: Clients, target: Target, parts: Facts, handles: Facts) -> None:
    changed = {interface: groups for interface, groups in parts.items() if handles["groups"].get(interface) != groups}
    wants = any(QUARANTINE in groups for groups in changed.values())
    quarantine = _emptied(clients, target, handles["vpc"]) if wants else handles["quarantine"]
    for interface, groups in changed.items():
        ids = [quarantine if group == QUARANTINE else group for group in groups]
        with looked("ec2", target.region, f"the network interface {interface}", "InvalidNetworkInterfaceID.NotFound"):
            clients("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=ids)


def _emptied(clients: Clients, target: Target, vpc: str) -> str:
    """The id of the group, made where there is none, and without rules: a new one lets everything out."""
    group = _quarantine(clients, target, vpc)
    with told("ec2", target.region):
        ec2 = clients("ec2")
        if not group:
            description = "Instances that were cut off; no rule belongs here"
            made = ec2.create_security_group(GroupName=QUARANTINE, Description=description, VpcId=vpc)
            group = ec2.describe_security_groups(GroupIds=[made["GroupId"]])["SecurityGroups"][0]
        if group.get("IpPermissions"):
            ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        if group.get("IpPermissionsEgress"):
            ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
    return str(group["GroupId"])


QUARANTINE_INSTANCE = Remedy(
    id="ec2-quarantine-instance",
    title="Cut an instance off from the network",
    label="Quarantine instance",
    risk=Risk.HIGH,
    fixes=(),
    answers=_ANSWERS,
    reads=("ec2:DescribeInstances", "ec2:DescribeSecurityGroups"),
    writes=(
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:CreateSecurityGroup",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:DescribeSecurityGroups",
    ),
    aim=_aim,
    **setting(_look_at_interfaces, _write_interfaces),
)

# Snapshots of its disks.

EVIDENCE = "picket:evidence-of"
"""Tag of the snapshots: the instance whose disk it was."""
_TAKEN = "taken"


def _preview_snapshots(clients: Clients, target: Target, _now: datetime) -> Preview:
    instance = _instance(clients, target)
    volumes = sorted(device["Ebs"]["VolumeId"] for device in instance["BlockDeviceMappings"] if "Ebs" in device)
    taken = _taken(clients, target)
    return Preview(
        name=f"disks of {_titled(instance)}",
        before={volume: _TAKEN for volume in volumes if volume in taken},
        after=dict.fromkeys(volumes, _TAKEN),
        effects=(
            Effect(f"A snapshot of {_counted(volumes)}, tagged {EVIDENCE}; the instance goes on meanwhile."),
            Effect("Snapshots are kept until somebody deletes them, and AWS charges for them."),
        ),
        warnings=("It cannot be undone: evidence is not deleted by Picket.",),
    )


def _counted(volumes: Sequence[str]) -> str:
    return f"{len(volumes)} volume{'' if len(volumes) == 1 else 's'}"


def _taken(clients: Clients, target: Target) -> set[str]:
    """The volumes of which there is a snapshot as evidence."""
    filters = [{"Name": f"tag:{EVIDENCE}", "Values": [target.parameters["instance"]]}]
    with told("ec2", target.region):
        pages = clients("ec2").get_paginator("describe_snapshots").paginate(Filters=filters, OwnerIds=["self"])
        return {snapshot["VolumeId"] for page in pages for snapshot in page["Snapshots"]}


def _take_snapshots(clients: Clients, target: Target, now: Preview) -> None:
    instance = target.parameters["instance"]
    tags = [{"Key": EVIDENCE, "Value": instance}, {"Key": "Name", "Value": f"evidence of {instance}"}]
    for volume in now.after.keys() - now.before.keys():
        with looked("ec2", target.region, f"the volume {volume}", "InvalidVolume.NotFound"):
            clients("ec2").create_snapshot(
                VolumeId=volume,
                Description=f"Disk of {instance}, kept as evidence",
                TagSpecifications=[{"ResourceType": "snapshot", "Tags": tags}],
            )


SNAPSHOT_VOLUMES = Remedy(
    id="ec2-snapshot-volumes",
    title="Keep an instance's disks as evidence",
    label="Snapshot volumes",
    risk=Risk.LOW,
    fixes=(),
    answers=_ANSWERS,
    reads=("ec2:DescribeInstances", "ec2:DescribeSnapshots"),
    writes=("ec2:CreateSnapshot", "ec2:CreateTags"),
    aim=_aim,
    preview=_preview_snapshots,
    apply=_take_snapshots,
    undo=None,
)

REMEDIES = (SNAPSHOT_VOLUMES, QUARANTINE_INSTANCE, STOP_INSTANCE)
