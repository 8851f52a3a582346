"""Every check there is, by id; a new module of checks is one more name in MODULES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType, ModuleType

from checks import (
    bastions,
    certificates,
    cloudfront,
    cloudtrail,
    cloudtrail_buckets,
    cloudwatch_alarms,
    config,
    ebs,
    guardduty,
    iam_account,
    iam_groups,
    iam_people,
    iam_policies,
    iam_roles,
    iam_users,
    images,
    instances,
    rds,
    redshift,
    security_group_rules,
    security_group_use,
    security_groups,
    ssh_keys,
    tags,
    vpcs,
)
from checks.model import Check

MODULES: tuple[ModuleType, ...] = (
    iam_account,
    iam_users,
    security_groups,
    certificates,
    cloudfront,
    cloudtrail,
    cloudtrail_buckets,
    cloudwatch_alarms,
    config,
    guardduty,
    iam_groups,
    iam_people,
    iam_policies,
    iam_roles,
    rds,
    redshift,
    bastions,
    ebs,
    images,
    instances,
    security_group_rules,
    security_group_use,
    ssh_keys,
    tags,
    vpcs,
)


def checks_of(module: ModuleType) -> Iterator[Check]:
    """The checks among a module's names, those in tuples (checks made from a table) too."""
    for value in vars(module).values():
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Check))


def gather(modules: Iterable[ModuleType]) -> Mapping[str, Check]:
    """The checks of `modules` by id, in their order; ValueError where two checks share an id."""
    found: dict[str, Check] = {}
    for module in modules:
        for one in checks_of(module):
            if found.setdefault(one.id, one) is not one:
                raise ValueError(f"two checks share the id {one.id!r}; the second is in {module.__name__}")
    return MappingProxyType(found)


CATALOG = gather(MODULES)
