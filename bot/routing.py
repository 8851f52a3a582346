"""Which channels an alert goes to, and why: each route's conditions, the first that match (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from bot import hours
from bot.alerts import Alert, Signal
from bot.config import Account, Conditions, Offline, Route
from bot.organization import is_of

Subject = Signal | Alert


@dataclass(frozen=True, slots=True)
class Step:
    """A route that was looked at."""

    number: int
    """From 1, as they stand in the file."""
    route: Route
    failed: tuple[str, ...]
    """Its conditions that do not hold, in words, unescaped; none when it matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Where something goes, and the way there."""

    channel: str
    """That of its card."""
    mention: str = ""
    """Whom the card calls."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Channels that get a copy of the card, and whom it calls there."""
    steps: tuple[Step, ...] = ()
    """The routes that were looked at, in order: those below the last were not."""

    def put(self, alert: Alert) -> Alert:
        """`alert` with its next card there."""
        return replace(alert, channel=self.channel, mention=self.mention, copies=self.copies)


def route(settings: Offline, subject: Subject, at: datetime) -> Routed:
    """Where `subject` goes at that moment by these settings, which have a route for everything."""
    account = settings.account(subject.account)
    steps = tuple(_walk(settings.routes, subject, account, at))
    found = [step.route for step in steps if not step.failed]
    home, copies = found[0], dict[str, str]()
    for other in found[1:]:
        if other.channel != home.channel:
            copies.setdefault(other.channel, other.mention)
    return Routed(channel=home.channel, mention=home.mention, copies=copies, steps=steps)


def _walk(routes: Sequence[Route], subject: Subject, account: Account, at: datetime) -> Iterator[Step]:
    """Each route, to the first that matches and does not go on."""
    for number, each in enumerate(routes, 1):
        step = Step(number, each, tuple(_refused(each, subject, account, at)))
        yield step
        if not step.failed and not each.continue_:
            return


def _refused(each: Route, subject: Subject, account: Account, at: datetime) -> Iterator[str]:
    """The conditions of a route that do not hold, in words."""
    if subject.severity < each.severity:
        yield f"severity is {subject.severity}, not {each.severity} or worse"
    if not hours.within(each.days, each.hours, each.time_zone, at):
        yield f"the time is not {each.days} {each.hours} in {each.time_zone}"
    yield from failed(each, subject, account)


def failed(conditions: Conditions, subject: Subject, account: Account) -> tuple[str, ...]:
    """Which of the conditions do not hold for `subject`, of that account, in words, unescaped; none when all do."""
    tags = [f"{key}={value}" for key, value in _tags(subject).items()]
    of_account = any(is_of(word, account.id, account.units, account.tags) for word in conditions.accounts)
    environment = account.environment.lower() in map(str.lower, conditions.environments)
    checks = (
        ("source is", subject.source.label, conditions.sources, subject.source in conditions.sources),
        ("type is", subject.type, conditions.types, fits(conditions.types, subject.type)),
        ("account is", subject.account, conditions.accounts, of_account),
        ("environment is", account.environment, conditions.environments, environment),
        ("region is", subject.region, conditions.regions, fits(conditions.regions, subject.region)),
        ("resource is", subject.resource, conditions.resources, fits(conditions.resources, subject.resource)),
        ("tags are", ", ".join(tags), conditions.tags, any(fits(conditions.tags, tag) for tag in tags)),
    )
    return tuple(
        f"{what} {value or 'not known'}, not {' or '.join(wanted)}"
        for what, value, wanted, holds in checks
        if wanted and not holds
    )


def idle(settings: Offline) -> list[str]:
    """A warning in words for each unit and tag in `accounts` that means no account of now; numbers may be of any."""
    named = [
        (f"{kind}.{number}", word)
        for kind in ("routes", "alert_suppressions", "maintenance")
        for number, each in enumerate(getattr(settings, kind))
        for word in each.accounts
    ]
    return [
        f"{word} in {where}.accounts means no account; correct it or take it out."
        for where, word in named
        if not word.isdecimal() and not any(is_of(word, one.id, one.units, one.tags) for one in settings.aws.accounts)
    ]


def fits(globs: Sequence[str], text: str) -> bool:
    """Whether one of the patterns, of which `*` and `?` are special, matches the whole of `text`, in any case."""
    return any(_pattern(glob).fullmatch(text) for glob in globs)


def _tags(subject: Subject) -> Mapping[str, object]:
    tags = subject.facts.get("tags")
    return tags if isinstance(tags, Mapping) else {}


@lru_cache
def _pattern(glob: str) -> re.Pattern[str]:
    """`*` and `?` alone are special: the brackets of a shell's pattern may stand in an alarm's name."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in glob)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
