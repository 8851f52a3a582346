"""Settings of where alerts go, and of what is expected and raises none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import islice, pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bot.config.aws import Aws
from bot.config.part import Part
from bot.config.values import (
    ALWAYS,
    Belonging,
    Channel,
    Cron,
    Days,
    Hours,
    Level,
    Mention,
    SourceName,
    TagPattern,
    Words,
    Zone,
)
from bot.cron import fires
from bot.organization import is_of
from checks.model import Severity

WEEK = 7 * 24 * 60
"""Minutes of the longest recurring window."""
_SOME_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


class Conditions(Part):
    """Which alerts are meant. Every kind that is given must match; within a kind one match is enough."""

    sources: tuple[SourceName, ...] = ()
    """guardduty, cloudwatch, config, cloudtrail, securityhub, audit, picket, unknown; empty: all."""
    types: tuple[Words, ...] = ()
    """Patterns with * and ?, of a finding type, an alarm's name, a rule or a check id; empty: all."""
    accounts: tuple[Belonging, ...] = ()
    """Numbers; or as in `aws.organization.include` an organisational unit with all below it, by id or path of names,
    or a tag of the account as key=value. Empty: all."""
    environments: tuple[Words, ...] = ()
    """Of the account, by its `environment`, in any case; empty: all."""
    regions: tuple[Words, ...] = ()
    """Patterns with * and ?, as eu-*; `global` for what is of no region. Empty: all."""
    resources: tuple[Words, ...] = ()
    """Patterns with * and ?, of the whole ARN; empty: all."""
    tags: tuple[TagPattern, ...] = ()
    """`key=value`, with * and ?, of the resource, where the source tells its tags; empty: any or none."""

    @property
    def narrow(self) -> bool:
        """Whether it means less than every alert."""
        return any(getattr(self, name) for name in Conditions.model_fields)


class Route(Conditions):
    """Alerts that match go to `channel`; the first route that matches wins."""

    channel: Channel
    """Where the cards go."""
    severity: Level = Severity.INFO
    """This severity and worse."""
    days: Days = "mon-sun"
    """The days on which it matches, as mon-fri: those on which `hours` begin."""
    hours: Hours = "00:00-24:00"
    """From when to when it matches, as 08:00-18:00, or 22:00-06:00 over midnight."""
    time_zone: Zone = "UTC"
    """Of days and hours."""
    mention: Mention = ""
    """Said at the top of each new card: `@here`, or a user group's id."""
    continue_: Annotated[bool, Field(alias="continue")] = False
    """Go on to the routes below: the first that matches has the card, the others a copy of it in their channels."""

    @property
    def catches_all(self) -> bool:
        """Whether nothing escapes it, at any time."""
        return (self.days, self.hours) == ALWAYS and not self.narrow and self.severity <= Severity.INFO


class Silence(Conditions):
    """What a suppression and a maintenance window have in common."""

    reason: Words
    """Why it is expected."""
    owner: Words
    """Who answers for that."""
    criticals: bool = False
    """Keep critical alerts quiet too; otherwise they get their card."""


class AlertSuppression(Silence):
    """Alerts that somebody accepts: kept and marked, never a card. What is still active at the end is raised."""

    until: date
    """The last day, in UTC, as 2026-12-31."""

    @model_validator(mode="after")
    def _narrow(self) -> Self:
        if not self.narrow:
            raise ValueError("it would mute everything; name sources, types, accounts, regions, resources or tags")
        return self


class Maintenance(Silence):
    """A time in which alerts are expected, once or again and again: kept and marked, and raised at its end if they
    are still active. Without conditions it is of everything.
    """

    from_: Annotated[datetime | None, Field(alias="from")] = None
    """Once: its beginning, as 2026-12-01T22:00:00; with an offset or Z, else in `time_zone`."""
    until: datetime | None = None
    """Once: its end."""
    schedule: Cron | None = None
    """Again and again: its beginnings, five fields of cron."""
    minutes: Annotated[int | None, Field(ge=1, le=WEEK)] = None
    """Again and again: how long each lasts."""
    time_zone: Zone = "UTC"
    """Of all these."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        once, again = (self.from_, self.until), (self.schedule, self.minutes)
        if not ((all(once) and again == (None, None)) or (all(again) and once == (None, None))):
            raise ValueError("give it `from` and `until`, or `schedule` and `minutes`")
        if self.from_ and self.until and self.moment(self.from_) >= self.moment(self.until):
            raise ValueError("it ends before it begins; `until` must be after `from`")
        if self.schedule and self.minutes and _endless(self.schedule, self.minutes):
            raise ValueError("one begins before the last one ends, so it would never be over; make `minutes` fewer")
        return self

    def moment(self, at: datetime) -> datetime:
        """A moment of the file, aware: one without an offset is of `time_zone`."""
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(self.time_zone))


def _endless(cron: str, minutes: int) -> bool:
    """Whether each of many windows on end begins before the one before it is over, but for a clock that is changed."""
    begins = islice(fires(cron, "UTC", _SOME_MONDAY), WEEK)
    return all((after - before).total_seconds() <= minutes * 60 for before, after in pairwise(begins))


def order(routes: Sequence[Route]) -> None:
    """Raise ValueError, in words, when an alert may match none of the `routes`, or some are never looked at."""
    if not routes:
        return
    catching = [number for number, route in enumerate(routes) if route.catches_all]
    if not catching:
        raise ValueError(
            "routes: none of them catches everything, so an alert could have no channel; let the last one be a "
            "[[routes]] with a channel and no conditions"
        )
    end = next((number for number in catching if not routes[number].continue_), len(routes) - 1)
    if end < len(routes) - 1:
        raise ValueError(
            f"routes.{end + 1}: it is never reached, because routes.{end} catches everything; let that be the last "
            "one, or give it `continue = true`"
        )


def strangers(name: str, each: Sequence[Conditions], aws: Aws) -> None:
    """Raise ValueError, in words, for a word in `accounts` that can mean no account by these settings."""
    organization = aws.organization
    for number, word in ((number, word) for number, one in enumerate(each) for word in one.accounts):
        if word.isdecimal() or any(is_of(word, one.id, one.units, one.tags) for one in aws.accounts):
            continue
        where = f"{name}.{number}.accounts: {word!r}"
        if not organization.enabled:
            raise ValueError(
                f"{where} means no account: it is no number, no account of [[aws.accounts]] has that unit or tag, and "
                "[aws.organization] is not enabled"
            )
        if "=" in word and not organization.reads_tags:
            raise ValueError(f"{where}: no tag of an account is read; set aws.organization.environment_tag")
