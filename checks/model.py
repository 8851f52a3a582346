"""The words of an audit: a check, what it answers for a resource, and the finding that people read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checks.inventory import Record, View

Evidence = Mapping[str, Any]
"""What decided a verdict: JSON-able, keys in snake_case, for a person to read."""


class Severity(IntEnum):
    """How bad; ordered, so that `max` and `>=` mean what they say."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Severity:
        """The severity that `word` names in any case; KeyError for another word."""
        return cls[word.strip().upper()]

    def lowered(self, steps: int = 1) -> Severity:
        """One or more steps lower; lowerings add up and stop at low."""
        return Severity(max(self - steps, min(self, Severity.LOW)))


class Status(StrEnum):
    """The four answers."""

    FAIL = "FAIL"
    PASS = "PASS"  # noqa: S105 - an answer, not a password
    UNKNOWN = "UNKNOWN"
    MUTED = "MUTED"


@dataclass(frozen=True, slots=True)
class Problem:
    """The resource is wrong; `severity` where it differs from the check's own.

    Evidence under `cause` (one string) or `rules` (strings) says what the problem comes from: findings of one
    resource that share one are shown to people as one (`checks.folding`).
    """

    evidence: Evidence
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The resource could not be judged."""

    reason: str
    by_nature: bool = False
    """From where the audit stands: nothing failed, and asking again would change nothing."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The operator's settings except the resource; the finding is MUTED and says so."""

    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A pass that says what it rests on, where that is not what was asked for first."""

    evidence: Evidence


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The check does not speak of this resource: no answer, and it is not counted."""


Verdict = Problem | Unknown | LeftOut | Accepted | NotApplicable | None
"""None is a pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One practice: its facts, and the function that judges one resource of a type in `judges`."""

    id: str
    title: str
    services: tuple[str, ...]
    severity: Severity
    why: str
    fix: str
    references: tuple[str, ...]
    judges: tuple[type[Record], ...]
    reads: tuple[type[Record], ...]
    judge: Callable[[Any, View], Verdict] = field(compare=False, repr=False)
    worst: Severity
    """The highest severity that a verdict may carry."""


def check(
    *,
    id: str,  # noqa: A002 - the field's name
    title: str,
    services: Iterable[str],
    severity: Severity,
    why: str,
    fix: str,
    references: Iterable[str],
    judges: type[Record] | tuple[type[Record], ...],
    reads: Iterable[type[Record]] = (),
    worst: Severity | None = None,
) -> Callable[[Callable[[Any, View], Verdict]], Check]:
    """Make a Check of a function `(resource, view) -> Verdict`.

    `judges` is the record type (or types) whose every record is judged; `reads` are the further types the function
    asks the view for (asking for another raises); `worst` is the highest severity its verdicts may carry, where that
    is above its own. Registers nothing: `catalog.py` gathers.
    """

    def make(function: Callable[[Any, View], Verdict]) -> Check:
        return Check(
            id=id,
            title=title,
            services=tuple(services),
            severity=severity,
            why=why,
            fix=fix,
            references=tuple(references),
            judges=judges if isinstance(judges, tuple) else (judges,),
            reads=tuple(reads),
            judge=function,
            worst=worst or severity,
        )

    return make


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer: a check, a resource, a region."""

    check: str
    status: Status
    severity: Severity
    account: str
    region: str
    resource: str
    title: str
    evidence: Evidence = field(default_factory=dict)
    reason: str = ""
    by_nature: bool = False
    """Of what is UNKNOWN: nothing failed, and asking again would change nothing."""

    @property
    def id(self) -> str:
        """The same for the same check, account, region and resource in every audit."""
        identity = "\n".join((self.check, self.account, self.region, self.resource))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]
