"""What a part of a template is, and the variables that many have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.messages.text import Marked


@dataclass(frozen=True, slots=True)
class Given:
    """A variable of a part."""

    about: str
    samples: Sequence[Any]
    """What it may be: the first is the usual, the others are what a template must be ready for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a template."""

    about: str
    given: Mapping[str, Given]
    optional: bool = False
    """Whether it may say nothing: then it is left out of the message."""

    def samples(self) -> Iterator[Mapping[str, Any]]:
        """What it may be given: all as usual, then each of its variables in each other way."""
        usual = {name: each.samples[0] for name, each in self.given.items()}
        yield usual
        for name, each in self.given.items():
            yield from ({**usual, name: other} for other in each.samples[1:])


def part(about: str, **given: Given) -> Part:
    """A block that says `about`, and what it is given."""
    return Part(about, given)


def optional(about: str, **given: Given) -> Part:
    """The same, of a block that may say nothing."""
    return Part(about, given, optional=True)


def given(about: str, *samples: Any) -> Given:
    """A variable; its samples are what it usually is, and what else it may be."""
    return Given(about, samples)


def marked(about: str, *samples: str) -> Given:
    """A text that is markup already."""
    return Given(about, [Marked(sample) for sample in samples])


AT = "<!date^1764061200^{date_short_pretty} {time}|2026-11-25 09:00 UTC>"
TITLE = marked("What happened.", "A key of alice was used from Tor", "")
SEVERITY = marked("The severity's emoji and word.", ":red_circle: High", "High")
CHANNEL = marked("The channel, as a link where its id is set.", "#alerts", "<#C0123ABCD>")
STATE = given("`open`, `acknowledged`, `snoozed` or `resolved`.", "open", "acknowledged", "snoozed", "resolved")
REGION = marked("The region, or `global`.", "eu-west-1", "global", "")
RESOURCE = marked("The resource, as code; an ARN without the account and region.", "`user/alice`", "–")
ID = marked("The alert's id, as code.", "`3f2a9c01b7de`")
PERIOD = given("How long it is: `day`, `week`, or so many days or hours.", "day", "week", "3 days", "5 hours")
