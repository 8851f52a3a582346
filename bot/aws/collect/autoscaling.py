"""Reads EC2 Auto Scaling: groups, and what their launch configurations and pinned launch templates name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.compute import named_in, template_versions
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.autoscaling import AutoScalingGroup

_PAGE = 100
_GONE = {
    "InvalidLaunchTemplateId.NotFound",
    "InvalidLaunchTemplateId.VersionNotFound",
    "InvalidLaunchTemplateName.NotFoundException",
}
_MOVING = {"", "$Default", "$Latest"}
"""Versions that the launch template itself tells of."""

Pin = tuple[str, str, str]
"""The parameter that names a launch template, its id or name, and the number of a version."""


def groups(source: Source) -> list[AutoScalingGroup]:
    """Every scaling group; what it launches from a template's default or latest version, the template tells."""
    found = source.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", size=_PAGE)
    configurations = _configurations(source) if any(one.get("LaunchConfigurationName") for one in found) else {}
    pins = sorted({pin for one in found for pin in _pins(one)})
    versions = dict(zip(pins, source.each(lambda pin: _version(source, pin), pins), strict=True)) if pins else {}
    return [
        AutoScalingGroup(
            name=one["AutoScalingGroupName"],
            arn=one["AutoScalingGroupARN"],
            region=source.region,
            **named_in(
                [configurations.get(one.get("LaunchConfigurationName", ""), {}), *(versions[pin] for pin in _pins(one))]
            ),
        )
        for one in found
    ]


def _configurations(source: Source) -> dict[str, Mapping[str, Any]]:
    """What launch configurations name, in the words of launch templates."""
    found = source.pages("autoscaling", "describe_launch_configurations", "LaunchConfigurations", size=_PAGE)
    return {
        one["LaunchConfigurationName"]: {
            "KeyName": one.get("KeyName"),
            # ids, or names as they were before VPCs
            "SecurityGroupIds": [group for group in one.get("SecurityGroups", ()) if group.startswith("sg-")],
            "SecurityGroups": [group for group in one.get("SecurityGroups", ()) if not group.startswith("sg-")],
        }
        for one in found
    }


def _pins(group: Mapping[str, Any]) -> Iterator[Pin]:
    """The versions of launch templates that a group names by number."""
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    overrides = (one.get("LaunchTemplateSpecification", {}) for one in mixed.get("Overrides", ()))
    for spec in chain((group.get("LaunchTemplate", {}), mixed.get("LaunchTemplateSpecification", {})), overrides):
        parameter = "LaunchTemplateId" if spec.get("LaunchTemplateId") else "LaunchTemplateName"
        if spec.get(parameter) and spec.get("Version", "") not in _MOVING:
            yield parameter, spec[parameter], spec["Version"]


def _version(source: Source, pin: Pin) -> Mapping[str, Any]:
    parameter, template, number = pin
    for one in source.once(template_versions):
        if one.get(parameter) == template and str(one["VersionNumber"]) == number:
            return dict(one["LaunchTemplateData"])
    named: dict[str, Any] = {parameter: template, "Versions": [number]}
    try:
        found = source.pages("ec2", "describe_launch_template_versions", "LaunchTemplateVersions", **named)
    except AwsError as error:
        if error.code in _GONE:
            return {}
        raise
    return dict(found[0]["LaunchTemplateData"]) if found else {}


COLLECTORS = (
    Collector(
        record=AutoScalingGroup,
        scope=Scope.REGIONAL,
        actions=(
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeLaunchConfigurations",
            "ec2:DescribeLaunchTemplateVersions",
        ),
        read=groups,
    ),
)
