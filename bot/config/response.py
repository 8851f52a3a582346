"""How people answer alerts: how long they may put one off, whose it is, who is called, what resolving one does."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.part import Part
from bot.config.values import (
    Assignee,
    Days,
    Destination,
    Hours,
    Level,
    MaybeAccountId,
    MaybeChannel,
    Mention,
    Words,
    Zone,
)
from checks.model import Severity


class Snooze(Part):
    """How long an alert may be put off, in hours, by severity."""

    critical: Annotated[int, Field(ge=1)] = 24
    """The longest, in hours: 24 h."""
    high: Annotated[int, Field(ge=1)] = 24 * 7
    """The longest, in hours: a week."""
    medium: Annotated[int, Field(ge=1)] = 24 * 30
    """The longest, in hours: a month."""
    low: Annotated[int, Field(ge=1)] = 24 * 90
    """The longest, in hours: three months."""
    info: Annotated[int, Field(ge=1)] = 24 * 90
    """The longest, in hours: three months."""


class Reminders(Part):
    """After how many hours without a word somebody is reminded of what they acknowledged, by severity; 0: never."""

    critical: Annotated[int, Field(ge=0)] = 4
    """In hours: 4 h."""
    high: Annotated[int, Field(ge=0)] = 24
    """In hours: a day."""
    medium: Annotated[int, Field(ge=0)] = 24 * 7
    """In hours: a week."""
    low: Annotated[int, Field(ge=0)] = 0
    """In hours: never."""
    info: Annotated[int, Field(ge=0)] = 0
    """In hours: never."""


class Owners(Part):
    """Whose work an alert is by a tag of its resource, for the menu's *Assign to owner*."""

    tags: tuple[Words, ...] = ("Owner", "owner", "Team", "team")
    """The tags' keys; the first that a resource has counts."""
    people: dict[str, Assignee] = Field(default_factory=dict)
    """From the tag's value, as `payments` or `alice@example.org`, to a user's id (U…) or a user group's (S…)."""


class GuardDuty(Part):
    """What becomes of GuardDuty's findings when people are done with their alert."""

    archive_on_resolve: bool = False
    """Resolving an alert archives its findings, in every region that reported it; reopening takes them out again.
    Needs `aws.remediation_role`, and `guardduty-archive-finding` in `remediation.enabled`."""
    administrator: MaybeAccountId = ""
    """The account that administers GuardDuty for the others: only there AWS lets anybody archive their findings.
    Empty: each account is its own."""


class Escalation(Part):
    """What happens when nobody has acknowledged an alert: one step, once each time that it is open."""

    severity: Level = Severity.CRITICAL
    """This severity and worse."""
    after_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]
    """How long nobody has acknowledged it."""
    mention: Mention = ""
    """Whom to call: `@here`, a user's or a user group's id."""
    channel: MaybeChannel = ""
    """Say it in this channel too; empty: in the alert's thread alone."""
    destination: Destination = ""
    """A destination outside Slack that is told; there is none yet."""
    days: Days = "mon-sun"
    """The days on which the step is taken, as mon-fri; on another it waits for the next."""
    hours: Hours = "00:00-24:00"
    """From when to when it is taken, as 08:00-18:00, or 22:00-06:00 over midnight; at another time it waits."""
    time_zone: Zone = "UTC"
    """Of days and hours."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.mention or self.channel or self.destination):
            raise ValueError("this step would do nothing; give it a mention or a channel")
        return self

    @property
    def key(self) -> str:
        """What names the step in the state file, so that a restart takes none twice."""
        return f"{self.severity}:{self.after_minutes}:{self.mention}:{self.channel}:{self.destination}"
