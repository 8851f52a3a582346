"""Suppressions: failing findings that an operator accepts until a day, and that are MUTED and shown as such."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from checks.inventory import Inventory
from checks.model import Finding, Status

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """What is accepted, why, by whom, until when. Within a kind one match is enough; every kind that is given must.

    In `checks`, `resources` and `tags` (`key=value`), `*` and `?` stand for any letters.
    """

    reason: str
    owner: str
    until: date
    """The last day, in UTC."""
    checks: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def covers(self, finding: Finding, tags: Tags) -> bool:
        """Whether it speaks of this finding, of a resource with these tags."""
        kinds = (
            (self.checks, (finding.check,)),
            (self.accounts, (finding.account,)),
            (self.resources, (finding.resource,)),
            (self.tags, [f"{key}={value}" for key, value in tags.items()]),
        )
        return all(not patterns or _any_fits(patterns, words) for patterns, words in kinds)

    def may_cover(self, check: str, account: str) -> bool:
        """Whether it could speak of a finding of this check in this account."""
        kinds = ((self.checks, check), (self.accounts, account))
        return all(not patterns or _any_fits(patterns, (word,)) for patterns, word in kinds)

    @property
    def what(self) -> str:
        """What it is of, in words."""
        kinds = (("account ", self.accounts), ("resource ", self.resources), ("tag ", self.tags))
        places = [f"{kind}{' or '.join(words)}" for kind, words in kinds if words]
        return ", ".join([" or ".join(self.checks) or "every check", *places])


def _any_fits(patterns: Iterable[str], words: Collection[str]) -> bool:
    return any(fnmatchcase(word, pattern) for pattern in patterns for word in words)


def suppress(
    findings: Iterable[Finding], suppressions: Iterable[Suppression], tags: Callable[[str], Tags], today: date
) -> tuple[tuple[Finding, ...], frozenset[Suppression]]:
    """The findings, those that fail and are accepted today MUTED; and the suppressions that covered any.

    What is unknown stays so, for nobody knows what would be accepted. `tags` tells those of a resource by its ARN.
    """
    valid = [one for one in suppressions if one.until >= today]
    used: set[Suppression] = set()

    def answer(finding: Finding) -> Finding:
        if finding.status is not Status.FAIL or not valid:
            return finding
        fitting = [one for one in valid if one.covers(finding, tags(finding.resource) if one.tags else {})]
        used.update(fitting)
        return _muted(finding, fitting[0]) if fitting else finding

    return tuple([answer(finding) for finding in findings]), frozenset(used)


def _muted(finding: Finding, by: Suppression) -> Finding:
    facts = {"owner": by.owner, "until": by.until.isoformat(), "reason": by.reason}
    return replace(
        finding,
        status=Status.MUTED,
        evidence={**finding.evidence, "muted": facts},
        reason=f"Muted by {by.owner} until {by.until.isoformat()}: {by.reason}",
    )


def tags_of(inventory: Inventory) -> Callable[[str], Tags]:
    """The tags of each resource of `inventory`, by ARN; none where a record has none or they could not be read."""
    found: dict[str, Tags] = {}
    for record in (one for records in inventory.records.values() for one in records):
        tags = getattr(record, "tags", None)
        if isinstance(tags, Mapping) and tags:
            found.setdefault(record.arn, tags)
    return lambda arn: found.get(arn, {})


def idle(
    suppressions: Iterable[Suppression],
    used: Collection[Suppression],
    today: date,
    looked: Callable[[Suppression], bool],
) -> list[str]:
    """A warning in words for each suppression that has ended, or that covered nothing although all of it was looked at.

    `looked` tells whether everything was judged that a suppression could cover.
    """
    return [words for one in suppressions if (words := _warning(one, used, today, looked))]


def _warning(
    one: Suppression, used: Collection[Suppression], today: date, looked: Callable[[Suppression], bool]
) -> str:
    if one.until < today:
        return f"The suppression of {one.what} ended on {one.until}; renew or remove it (owner: {one.owner})."
    if one in used or not looked(one):
        return ""
    return f"The suppression of {one.what} matches nothing that fails; remove it, or correct it (owner: {one.owner})."
