"""What a task is made of, and what comes of it: plain data that goes to another process or machine and back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot import config
from bot.errors import PicketError
from checks.inventory import Gap
from checks.model import Finding
from checks.settings import CheckSettings
from checks.suppression import Suppression

EVERYWHERE = "all regions"
"""The region of a gap where not even the account's regions could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to do, in words that can go to another process or machine: names of roles, never credentials."""

    aws: config.Aws
    account: config.Account
    checks: tuple[str, ...]
    """Ids."""
    regions: tuple[str, ...] = ()
    """Those asked for; empty: all that the account has enabled."""
    settings: CheckSettings
    suppressions: tuple[Suppression, ...] = ()
    at: datetime
    """From when ages are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far an account is; `global` counts as a region."""

    account: str
    regions: int
    regions_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountResult:
    """What became of a task."""

    account: str
    name: str = ""
    regions: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    accepted: frozenset[Suppression] = frozenset()
    """The suppressions by which findings are MUTED."""
    covered: frozenset[tuple[str, str]] = frozenset()
    """Checks and regions of which every resource was read."""
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0


class Interrupted(PicketError):
    """The service is stopping; what was not finished is done again when it comes back."""


OnStep = Callable[[Step], None]


class Run(Protocol):
    """A way to run tasks: here, in processes, on a cluster."""

    def __call__(
        self, tasks: Sequence[Task], on_step: OnStep, stop: threading.Event, *, partial: bool = False
    ) -> Iterator[AccountResult]:
        """The results of `tasks` as they come, each once; `on_step` hears how far they are.

        Soon after `stop` is set it raises Interrupted, or ends with what was read by then if a `partial` result is
        wanted. Raises PicketError when the place where they run is lost.
        """
