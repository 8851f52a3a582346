"""Which channel an alert goes to: the first route that matches, the last one when none does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.alerts import Alert, Signal
from bot.config import Offline, Route


def route(settings: Offline, subject: Signal | Alert) -> Route:
    """The route of `subject` by these settings, which have at least one."""
    environment = settings.environment(subject.account)
    return next((each for each in settings.routes if matches(each, subject, environment)), settings.routes[-1])


def matches(each: Route, subject: Signal | Alert, environment: str = "") -> bool:
    """Whether every condition that the route sets holds; one that it leaves empty always does."""
    return (
        subject.severity >= each.severity
        and (not each.sources or subject.source in each.sources)
        and (not each.accounts or subject.account in each.accounts)
        and (not each.environments or environment.lower() in map(str.lower, each.environments))
        and (not each.types or fits(each.types, subject.type))
    )


def fits(globs: Sequence[str], text: str) -> bool:
    """Whether one of the patterns, of which `*` and `?` are special, matches the whole of `text`, in any case."""
    return any(_pattern(glob).fullmatch(text) for glob in globs)


@lru_cache
def _pattern(glob: str) -> re.Pattern[str]:
    """`*` and `?` alone are special: the brackets of a shell's pattern may stand in an alarm's name."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in glob)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
