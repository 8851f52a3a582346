"""Tags and names: what everything should say about itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checks.inventory import Record, View, known
from checks.inventory.compute import Instance
from checks.inventory.ebs import Volume
from checks.inventory.ec2 import SecurityGroup, Vpc
from checks.inventory.functions import Function
from checks.inventory.rds import DbCluster, DbInstance
from checks.inventory.redshift import RedshiftCluster
from checks.inventory.s3 import BucketTags
from checks.model import Problem, Severity, Unknown, Verdict, check

OF_EC2: tuple[type[Record], ...] = (Instance, Volume, Vpc, SecurityGroup)
"""EC2's own things, which have no other name than their tag."""
TAGGED = (*OF_EC2, DbInstance, DbCluster, RedshiftCluster, BucketTags, Function)
NAME = "Name"

Tagged = Instance | Volume | Vpc | SecurityGroup | DbInstance | DbCluster | RedshiftCluster | BucketTags | Function


def _shared(resource: Tagged, view: View) -> Unknown | None:
    """A VPC that another account shares with this one shows its tags to its owner alone."""
    if isinstance(resource, Vpc) and resource.owner != view.account:
        return Unknown(f"the VPC belongs to account {resource.owner}, which alone sees its tags", by_nature=True)
    return None


def _of(resource: Tagged) -> Mapping[str, str]:
    """The tags that people put there. Raises GapError where they could not be read."""
    return {key: value for key, value in known(resource.tags).items() if not key.startswith("aws:")}


@check(
    id="tag-missing",
    title="Required tag missing",
    services=("tags",),
    severity=Severity.LOW,
    why="What nobody owns nobody mends, pays for or switches off; in an incident the owner is the first question.",
    fix=(
        "Add the tags: Resource Groups & Tag Editor, or `aws resourcegroupstaggingapi tag-resources "
        "--resource-arn-list ARN --tags Owner=…`; better, in the template that makes the resource."
    ),
    references=("best-practices/26",),
    judges=TAGGED,
)
def tag_missing(resource: Tagged, view: View) -> Verdict:
    """Row 26: a required tag that is not there, is empty, or is written in another case."""
    if unknown := _shared(resource, view):
        return unknown
    tags = _of(resource)
    required = [*view.settings.required_tags]
    if isinstance(resource, OF_EC2):
        required += view.settings.required_tags_ec2
    missing = [key for key in dict.fromkeys(required) if not tags.get(key, "").strip()]
    if not missing:
        return None
    evidence: dict[str, Any] = {"missing": missing}
    empty = [key for key in missing if key in tags]
    alike = [key for key in tags if key not in required and key.lower() in {one.lower() for one in missing}]
    if empty:
        evidence["empty"] = empty
    if alike:
        evidence["other_case"] = alike
    return Problem({**_named(tags), **evidence})


def _named(tags: Mapping[str, str]) -> dict[str, str]:
    return {"name": tags[NAME]} if tags.get(NAME) else {}


def _misfits(keys: list[str], tags: Mapping[str, str], view: View) -> dict[str, str]:
    """The values, by key, that their pattern does not allow; what is missing or empty is another check's."""
    patterns = view.settings.tag_patterns
    present = {key: tags[key] for key in keys if tags.get(key, "").strip() and key in patterns}
    return {key: value for key, value in present.items() if not re.fullmatch(patterns[key], value)}


@check(
    id="tag-value-invalid",
    title="Value of a required tag not allowed",
    services=("tags",),
    severity=Severity.LOW,
    why="Rules, bills and alarms go by the values of tags; what is misspelt falls through all of them.",
    fix=(
        "Correct the value: Resource Groups & Tag Editor, or `aws resourcegroupstaggingapi tag-resources`; where it "
        "is right, widen the pattern in the setting `checks.tag_patterns`."
    ),
    references=("best-practices/26",),
    judges=TAGGED,
)
def tag_value_invalid(resource: Tagged, view: View) -> Verdict:
    """Row 26: a required tag whose value does not match its pattern; names are another check's."""
    if unknown := _shared(resource, view):
        return unknown
    tags = _of(resource)
    keys = [key for key in (*view.settings.required_tags, *view.settings.required_tags_ec2) if key != NAME]
    wrong = _misfits(keys, tags, view)
    return Problem({**_named(tags), "values": wrong}) if wrong else None


@check(
    id="name-invalid",
    title="Name not allowed",
    services=("tags",),
    severity=Severity.LOW,
    why="Names that follow no rule cannot be searched, sorted or told apart when it matters.",
    fix=(
        "Change the tag `Name`: Resource Groups & Tag Editor, or `aws resourcegroupstaggingapi tag-resources`; where "
        "it is right, widen the pattern in the setting `checks.tag_patterns`."
    ),
    references=("best-practices/26",),
    judges=TAGGED,
)
def name_invalid(resource: Tagged, view: View) -> Verdict:
    """Row 26: a tag `Name` that does not match its pattern; a missing one is another check's."""
    if unknown := _shared(resource, view):
        return unknown
    wrong = _misfits([NAME], _of(resource), view)
    return Problem({"name": wrong[NAME]}) if wrong else None
