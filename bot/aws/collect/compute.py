"""Reads EC2's machines: instances and their profiles, launch templates, user data, key pairs, images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.ec2 import arn, tags
from bot.aws.collect.parts import part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.compute import Image, Instance, InstanceProfile, KeyPair, LaunchTemplate, UserData

_PAGE = 1000
_VERSIONS_PAGE = 200
_GONE = {"InvalidInstanceID.NotFound", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"}


def instances(source: Source) -> list[Instance]:
    """Every instance that is not terminated."""
    found = source.pages("ec2", "describe_instances", "Reservations", size=_PAGE)
    return [
        _instance(source, reservation.get("OwnerId"), one)
        for reservation in found
        for one in reservation.get("Instances", ())
        if one["State"]["Name"] != "terminated"
    ]


def _instance(source: Source, owner: str | None, found: Mapping[str, Any]) -> Instance:
    interfaces = found.get("NetworkInterfaces", ())
    groups = chain(found.get("SecurityGroups", ()), *(one.get("Groups", ()) for one in interfaces))
    addresses = chain(_addresses([found]), *(_addresses([one]) for one in interfaces))
    return Instance(
        id=found["InstanceId"],
        arn=arn(source, owner, "instance", found["InstanceId"]),
        region=source.region,
        state=found["State"]["Name"],
        vpc=found.get("VpcId", ""),
        profile=found.get("IamInstanceProfile", {}).get("Arn", ""),
        key=found.get("KeyName", ""),
        groups=tuple(dict.fromkeys(group["GroupId"] for group in groups)),
        addresses=tuple(dict.fromkeys(addresses)),
        tags=tags(found),
    )


def _addresses(holders: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Every address of an instance, an interface or one of its private addresses."""
    for holder in holders:
        public = holder.get("PublicIpAddress") or holder.get("Association", {}).get("PublicIp")
        yield from (one for one in (holder.get("PrivateIpAddress"), public) if one)
        yield from (one["Ipv6Address"] for one in holder.get("Ipv6Addresses", ()))
        yield from _addresses(holder.get("PrivateIpAddresses", ()))


def instance_profiles(source: Source) -> list[InstanceProfile]:
    """Every instance profile, with its role if it has one."""
    return [
        InstanceProfile(
            name=found["InstanceProfileName"],
            arn=found["Arn"],
            roles=tuple(role["RoleName"] for role in found.get("Roles", ())),
        )
        for found in source.pages("iam", "list_instance_profiles", "InstanceProfiles", size=_PAGE)
    ]


def template_versions(source: Source) -> list[dict[str, Any]]:
    """The default and the latest version of every launch template, as AWS gives them; one that is both, once."""
    found = source.pages(
        "ec2",
        "describe_launch_template_versions",
        "LaunchTemplateVersions",
        size=_VERSIONS_PAGE,
        Versions=["$Default", "$Latest"],
    )
    return list({(one["LaunchTemplateId"], one["VersionNumber"]): one for one in found}.values())


def _templates(source: Source) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for version in source.once(template_versions):
        found.setdefault(version["LaunchTemplateId"], []).append(version)
    return found


def launch_templates(source: Source) -> list[LaunchTemplate]:
    """Every launch template, its default and its latest version taken together."""
    return [
        LaunchTemplate(
            id=id_,
            name=versions[0].get("LaunchTemplateName", ""),
            arn=arn(source, None, "launch-template", id_),
            region=source.region,
            **named_in([version.get("LaunchTemplateData", {}) for version in versions]),
        )
        for id_, versions in _templates(source).items()
    ]


def named_in(data: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The key pairs and security groups that versions of launch templates name: `keys`, `groups`, `group_names`."""
    interfaces = [interface for one in data for interface in one.get("NetworkInterfaces", ())]
    groups = chain(*(one.get("SecurityGroupIds", ()) for one in data), *(i.get("Groups", ()) for i in interfaces))
    return {
        "keys": tuple(dict.fromkeys(one["KeyName"] for one in data if one.get("KeyName"))),
        "groups": tuple(dict.fromkeys(groups)),
        "group_names": tuple(dict.fromkeys(chain(*(one.get("SecurityGroups", ()) for one in data)))),
    }


def user_data(source: Source) -> Iterator[UserData]:
    """The user data of every instance that is not terminated, and of launch templates; some have none."""
    machines = source.once(instances)
    for machine, text in zip(machines, source.each(lambda one: _user_data(source, one.id), machines), strict=True):
        data = {"user data": text} if text else {}
        yield UserData(arn=machine.arn, region=source.region, name=machine.name, data=data)
    for id_, versions in _templates(source).items():
        texts = {f"version {one['VersionNumber']}": one["LaunchTemplateData"].get("UserData", "") for one in versions}
        yield UserData(
            arn=arn(source, None, "launch-template", id_),
            region=source.region,
            name=versions[0].get("LaunchTemplateName", ""),
            data={where: text for where, text in texts.items() if text},
        )


def _user_data(source: Source, id_: str) -> str:
    try:
        answer = source.call("ec2", "describe_instance_attribute", InstanceId=id_, Attribute="userData")
    except AwsError as error:
        if error.code in _GONE:
            return ""
        raise
    return str((answer.get("UserData") or {}).get("Value") or "")


def key_pairs(source: Source) -> list[KeyPair]:
    """Every key pair."""
    return [
        KeyPair(
            id=found["KeyPairId"],
            name=found["KeyName"],
            arn=arn(source, None, "key-pair", found["KeyPairId"]),
            region=source.region,
            created=found.get("CreateTime"),
            tags=tags(found),
        )
        for found in source.call("ec2", "describe_key_pairs").get("KeyPairs", ())
    ]


def images(source: Source) -> Iterator[Image]:
    """Every image that the account owns, deprecated ones too, and whom it is shared with."""
    found = source.pages("ec2", "describe_images", "Images", size=_PAGE, Owners=["self"], IncludeDeprecated=True)
    yield from source.each(lambda image: _image(source, image), found)


def _image(source: Source, found: Mapping[str, Any]) -> Image:
    id_ = found["ImageId"]
    return Image(
        id=id_,
        name=found.get("Name", ""),
        # an image's ARN names no account
        arn=f"arn:{source.partition}:ec2:{source.region}::image/{id_}",
        region=source.region,
        public=bool(found.get("Public")),
        # where this part is refused, whether it is public is known all the same
        shared_with=part(source, Image.__name__, lambda: _shared_with(source, id_)),
        tags=tags(found),
    )


def _shared_with(source: Source, id_: str) -> tuple[str, ...]:
    try:
        answer = source.call("ec2", "describe_image_attribute", ImageId=id_, Attribute="launchPermission")
    except AwsError as error:
        if error.code in _GONE:
            return ()
        raise
    kinds = ("UserId", "OrganizationArn", "OrganizationalUnitArn")
    return tuple(str(one[kind]) for one in answer.get("LaunchPermissions", ()) for kind in kinds if kind in one)


_INSTANCES = ("ec2:DescribeInstances",)
_VERSIONS = ("ec2:DescribeLaunchTemplateVersions",)

COLLECTORS = (
    Collector(record=Instance, scope=Scope.REGIONAL, actions=_INSTANCES, read=lambda source: source.once(instances)),
    Collector(
        record=InstanceProfile, scope=Scope.GLOBAL, actions=("iam:ListInstanceProfiles",), read=instance_profiles
    ),
    Collector(record=LaunchTemplate, scope=Scope.REGIONAL, actions=_VERSIONS, read=launch_templates),
    Collector(
        record=UserData,
        scope=Scope.REGIONAL,
        actions=(*_INSTANCES, "ec2:DescribeInstanceAttribute", *_VERSIONS),
        read=user_data,
    ),
    Collector(record=KeyPair, scope=Scope.REGIONAL, actions=("ec2:DescribeKeyPairs",), read=key_pairs),
    Collector(
        record=Image,
        scope=Scope.REGIONAL,
        actions=("ec2:DescribeImages", "ec2:DescribeImageAttribute"),
        read=images,
    ),
)
