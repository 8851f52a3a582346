"""Use case: what an audit answers goes into AWS Security Hub, where each account and region keeps its own."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from bot.aws import security_hub
from bot.aws.security_hub import MOST, Item
from bot.aws.sessions import Sessions
from bot.config import Offline
from bot.errors import AwsError
from bot.messages.text import count
from bot.reports import asff
from bot.reports.origin import Origin
from bot.tasks import EVERYWHERE, AccountResult
from checks.model import Finding
from checks.selection import Selection

_LARGEST = 240_000
"""Bytes of one finding."""
_LARGEST_CALL = 6_000_000
"""Bytes of a call."""

_NONE: Mapping[str, str] = MappingProxyType({})

Gone = Callable[[str, str], bool]
"""Whether a check has judged all that there is in a region (or `global`)."""


@dataclass(kw_only=True)
class Importer:
    """Imports the findings of one audit, account by account, and counts; nothing is raised."""

    sessions: Sessions
    origin: Origin
    imported: int = 0
    archived: int = 0
    failed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How many were not imported, by account, region and reason."""
    _closed: dict[tuple[str, str], str] = field(default_factory=dict)
    """Accounts and regions that took none, and why: they are not asked again."""

    @classmethod
    def of(cls, settings: Offline, sessions: Sessions, at: datetime) -> Importer:
        """One for an audit that was made at `at`, under these settings."""
        return cls(sessions=sessions, origin=Origin.of(settings, at, sessions.partition))

    def account(self, result: AccountResult, reported: Iterable[Finding], selection: Selection) -> None:
        """Import what is reported of an account, and archive what is no longer there."""

        def gone(check: str, region: str) -> bool:
            if selection.regions and region not in selection.regions:
                return False
            return (check, region) in result.covered or (region == EVERYWHERE and bool(result.regions))

        found = {finding.id for finding in result.findings}
        since: dict[str, str] = {}
        old: dict[str, list[Item]] = defaultdict(list)
        for region in dict.fromkeys((*result.regions, self.origin.home_in(self.origin.partition))):
            for item in self._before(result.account, region):
                since[item["Id"]] = item["CreatedAt"]
                if _is_gone(item, found, gone):
                    old[region].append(item)
        self.take(reported, since)
        if selection.severity is None:  # else what is less severe would look as if it were no longer there
            for region, items in old.items():
                self._retire(result.account, region, items)
        self.sessions.forget(result.account)

    def take(self, findings: Iterable[Finding], since: Mapping[str, str] = _NONE) -> None:
        """Import findings. One that was imported before, by the same id, is brought up to date.

        `since` tells, by id in Security Hub, when those were first imported that are there already.
        """
        places: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for finding in findings:
            item = asff.finding_of(finding, self.origin)
            item["CreatedAt"] = since.get(item["Id"], item["CreatedAt"])
            places[finding.account, self.origin.region_of(finding)].append(item)
        for (account, region), items in places.items():
            for batch in _batches(items):
                self.imported += self._put(account, region, batch)

    def _before(self, account: str, region: str) -> Iterator[Item]:
        """What earlier audits imported; nothing where Security Hub does not say, which is noted."""
        try:
            yield from security_hub.before(self.sessions, account, region, asff.GENERATOR, self.origin.at)
        except AwsError as error:
            if error.code == security_hub.NOT_THERE:
                self._closed[account, region] = str(error)
            else:
                self.failed[account, region, f"what is no longer there could not be archived: {error}"] += 1

    def _retire(self, account: str, region: str, items: Iterable[Item]) -> None:
        for batch in _batches(asff.archived(item, self.origin) for item in items):
            self.archived += self._put(account, region, batch)

    def _put(self, account: str, region: str, batch: Sequence[Item]) -> int:
        if why := self._closed.get((account, region)):
            self.failed[account, region, why] += len(batch)
            return 0
        try:
            refused = security_hub.put(self.sessions, account, region, batch)
        except AwsError as error:
            self._closed[account, region] = str(error)
            self.failed[account, region, str(error)] += len(batch)
            return 0
        for why in refused.values():
            self.failed[account, region, why] += 1
        return len(batch) - len(refused)

    def troubles(self) -> list[str]:
        """What was not imported, and why, a line for each account, region and reason."""
        return [
            f"Security Hub of {account} in {region} did not take {number:,}: {why}"
            for (account, region, why), number in sorted(self.failed.items())
        ]

    def said(self) -> str:
        """What was done, in a line."""
        number = sum(self.failed.values())
        but = f"; {number:,} could not be imported" if number else ""
        archived = f", and archived {self.archived:,} of what is no longer there" if self.archived else ""
        return f"Security Hub took {count(self.imported, 'finding')}{archived}{but}."


def _is_gone(item: Item, found: Collection[str], gone: Gone) -> bool:
    facts = item.get("ProductFields", {})
    check = item["GeneratorId"].removeprefix(asff.GENERATOR)
    return facts.get(asff.FINDING) not in found and gone(check, facts.get(asff.REGION, ""))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in map(_within_bounds, items):
        more = len(json.dumps(item))
        if batch and (len(batch) == MOST or size + more > _LARGEST_CALL):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += more
    if batch:
        yield batch


def _within_bounds(item: Item) -> Item:
    """Without the details of the resource where it would be too large: the evidence is in the description too."""
    if len(json.dumps(item)) <= _LARGEST:
        return item
    resources = [{key: value for key, value in one.items() if key != "Details"} for one in item["Resources"]]
    return {**item, "Resources": resources}
