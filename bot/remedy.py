"""What a remedy is: the facts and few functions of one fix, and what its preview shows (pure; no AWS)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Any, Protocol

from bot.alerts import Alert, Source
from checks.model import Finding, Status

Facts = Mapping[str, Any]
"""The parts of a resource that a remedy is about, by name: JSON-able. A part that is not there has no key."""


AT_ONCE = timedelta(seconds=15)
"""How long AWS may take until it shows what it has accepted, where it is quick: IAM answers from old copies so long."""


class Clients(Protocol):
    """The boto3 client of a service (`iam`), already bound to one account and role, and to the target's region."""

    def __call__(self, service: str, region: str = "", /) -> Any:
        """In another `region`, where one is named."""


class Risk(IntEnum):
    """What may break; anything above low needs two people."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a remedy is to work on; `parameters` are JSON-able and come from our own records, never from a click."""

    account: str
    region: str
    """Or `global`."""
    resource: str
    """As in the finding or alert: the ARN where AWS has one."""
    parameters: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that depends on the resource, in words (unescaped), and when if that matters."""

    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A look at AWS: how it is, how it would be, and who and what depends on it.

    Each call that a remedy makes changes whole parts, so that whatever it leaves behind when it is cut short is
    told from what others did: see `between`.
    """

    name: str
    """What people call the resource: `access key AKIA… of alice`."""
    before: Facts
    after: Facts
    effects: tuple[Effect, ...] = ()
    warnings: tuple[str, ...] = ()
    handles: Facts = field(default_factory=dict)
    """What AWS needs to be told when acting, and names anew each time: not part of what was approved."""

    @property
    def already_done(self) -> bool:
        """Nothing would change."""
        return self.before == self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What somebody wants fixed: an alert or a finding, told alike."""

    source: Source
    type: str
    """Finding type, alarm name, check id."""
    account: str
    region: str
    resource: str
    facts: Facts

    @classmethod
    def of(cls, thing: Alert | Finding) -> Subject:
        """The same words for both; an audit's alert carries its finding's evidence as facts."""
        if isinstance(thing, Finding):
            source, kind, facts = Source.AUDIT, thing.check, thing.evidence
        else:
            source, kind, facts = thing.source, thing.type, thing.facts.get("evidence", thing.facts)
        return cls(
            source=source,
            type=kind,
            account=thing.account,
            region=thing.region,
            resource=thing.resource,
            facts=facts,
        )

    @classmethod
    def all_of(cls, thing: Alert | Finding) -> list[Subject]:
        """What each source of a joined alert that still stands tells of it, the one that leads first."""
        first = cls.of(thing)
        if isinstance(thing, Finding):
            return [first]
        ranked = sorted(thing.members, key=lambda member: member.precedence, reverse=True)
        others = [
            cls(
                source=member.source,
                type=member.type,
                account=thing.account,
                region=member.region,
                resource=member.resource,
                facts=member.facts.get("evidence", member.facts),
            )
            for member in ranked[1:]
            if member.active and not member.sample
        ]
        return [first, *others]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One fix. Its functions speak to AWS through the clients they are given, and raise NotFound and AwsError.

    `apply` and `undo` converge: given a look taken after they were cut short, they do what is left and nothing
    twice. What undo goes back to is stored before either is called, so nothing they learn can be lost.
    """

    id: str
    title: str
    """What it does, as a heading: `Deactivate an access key`."""
    label: str
    """On the button that asks for it."""
    risk: Risk
    fixes: tuple[str, ...]
    """Check ids, patterns with * and ?."""
    answers: tuple[str, ...]
    """GuardDuty finding types, patterns with * and ?."""
    reads: tuple[str, ...]
    """IAM actions of a preview."""
    writes: tuple[str, ...]
    """IAM actions of applying and undoing."""
    aim: Callable[[Subject], Target | None]
    """What it would work on; None: it does not fit."""
    preview: Callable[[Clients, Target, datetime], Preview]
    apply: Callable[[Clients, Target, Preview], None]
    """Given the look taken just before."""
    undo: Callable[[Clients, Target, Preview, Preview], None] | None
    """Given the look to go back to, and the one taken just before; None: it cannot be undone."""
    assigned: tuple[str, ...] = ()
    """What AWS gives anew, so that undoing does not bring it back."""
    takes_back: tuple[str, ...] = ()
    """Calls that CloudTrail tells of, as `cloudtrail:StopLogging`."""
    settles: timedelta = AT_ONCE
    """How long AWS may take until it shows what it has accepted."""

    def fits(self, subject: Subject) -> Target | None:
        """The target when this remedy is for `subject`, else None."""
        told_by = {Source.AUDIT: self.fixes, Source.GUARDDUTY: self.answers, Source.CLOUDTRAIL: self.takes_back}
        patterns = told_by.get(subject.source, ())
        if any(fnmatchcase(subject.type, pattern) for pattern in patterns):
            return self.aim(subject)
        return None


def worth_fixing(thing: Alert | Finding) -> bool:
    """Whether there is anything to fix: a sample is nobody's resource, and a pass needs nothing."""
    return thing.status is Status.FAIL if isinstance(thing, Finding) else not thing.sample


def between(now: Facts, before: Facts, after: Facts) -> bool:
    """Whether `now` can be what a remedy left when it was cut short: each part as it was or as it should be."""
    parts = {*now, *before, *after}
    return all(now.get(part) in (before.get(part), after.get(part)) for part in parts)


def fingerprint(remedy: str, target: Target, before: Facts) -> str:
    """What an approval is bound to: the remedy, what it works on, and the state that was shown."""
    seen = [remedy, target.account, target.region, target.resource, target.parameters, before]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:32]
