"""Buckets that one account sees and another owns: what the owner's audit answers stands for both."""

from __future__ import annotations

from collections.abc import Iterable

from checks.inventory.cloudtrail import TrailBucket
from checks.model import Check, Finding, Status


def is_shared(check: Check) -> bool:
    """Whether `check` judges resources that may lie in another account than the one that is audited."""
    return TrailBucket in check.judges


def judged_elsewhere(findings: Iterable[Finding]) -> frozenset[str]:
    """The ids of the UNKNOWNs among `findings`, which are of several accounts, that another account's audit judged.

    Those are no gaps: what was to be known of the resource is known.
    """
    found = tuple(findings)
    owners: dict[tuple[str, str], set[str]] = {}
    for one in found:
        if one.status is not Status.UNKNOWN:
            owners.setdefault((one.check, one.resource), set()).add(one.account)
    return frozenset(
        one.id
        for one in found
        if one.status is Status.UNKNOWN and owners.get((one.check, one.resource), set()) - {one.account}
    )
