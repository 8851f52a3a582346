"""What each part of each template says, and what it is given: for the reference page, and to proofread templates."""

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

    def samples(self) -> Iterator[Mapping[str, Any]]:
        """What it may be given: all as usual, then each of its variables in each other way."""
        usual = {name: each.samples[0] for name, each in self.given.items()}
        yield usual
        for name, each in self.given.items():
            yield from ({**usual, name: other} for other in each.samples[1:])


def _part(about: str, **given: Given) -> Part:
    return Part(about, given)


def _given(about: str, *samples: Any) -> Given:
    return Given(about, samples)


def _marked(about: str, *samples: str) -> Given:
    """A text that is markup already."""
    return Given(about, [Marked(sample) for sample in samples])


_AT = "<!date^1764061200^{date_short_pretty} {time}|2026-11-25 09:00 UTC>"
_TITLE = _marked("What happened.", "A key of alice was used from Tor", "")
_SEVERITY = _marked("The severity's emoji and word.", ":red_circle: High", "High")
_CHANNEL = _marked("The channel, as a link where its id is set.", "#alerts", "<#C0123ABCD>")
_STATE = _given("`open`, `acknowledged`, `snoozed` or `resolved`.", "open", "acknowledged", "snoozed", "resolved")
_REGION = _marked("The region, or `global`.", "eu-west-1", "global", "")
_RESOURCE = _marked("The resource, as code; an ARN without the account and region.", "`user/alice`", "–")
_ID = _marked("The alert's id, as code.", "`3f2a9c01b7de`")
_PERIOD = _given("How long it is: `day`, `week`, or so many days or hours.", "day", "week", "3 days", "5 hours")

PARTS: Mapping[str, Mapping[str, Part]] = {
    "alert": {
        "fallback": _part(
            "What a notification shows and a screen reader says of the card; plain text.",
            severity=_given("The severity in a word.", "High"),
            title=_TITLE,
            where=_marked("Account and region.", "acme-prod (111122223333), eu-west-1", ""),
            state=_STATE,
        ),
        "heading": _part(
            "The heading; plain text, in which emoji are drawn. 150 characters at most.",
            severity=_SEVERITY,
            title=_TITLE,
            state=_STATE,
        ),
        "where": _part(
            "Where it happened, and who says so.",
            sample=_given("Whether AWS sent it as a sample.", False, True),
            severity=_given("The severity in a word.", "High"),
            state=_STATE,
            name=_marked("What people call the account, or its number.", "acme-prod", ""),
            account=_marked("The account's number.", "111122223333", ""),
            region=_REGION,
            source=_given("Who noticed.", "GuardDuty"),
            type=_marked("The finding's type, the alarm's name or the check, as code.", "`Recon:IAMUser/X`", ""),
        ),
        "what": _part(
            "What happened, and what it may mean.",
            mention=_marked("Who is called, while it is open.", "<!here>", ""),
            what=_marked("What happened, in a sentence or two.", "ListUsers was called from a Tor exit node.", ""),
            purpose=_marked("What somebody may want with it.", "Somebody looks around.", ""),
        ),
        "facts": _part(
            "The facts, a line each.",
            resource=_RESOURCE,
            who=_marked("Who did it.", "alice (IAM user)", ""),
            did=_marked("What they did.", "ListUsers of iam.amazonaws.com", ""),
            origin=_marked("From where.", "198.51.100.23 (Amsterdam, Netherlands)", ""),
            seen=_marked("How often, and when.", f"12 times, first {_AT}, last {_AT}"),
            regions=_marked("The regions that report it, where there are several.", "", "eu-west-1, us-east-1"),
            looked=_marked("When it was found by looking, where the queue had not brought it.", "", _AT),
        ),
        "details": _part(
            "What else its source says, small.",
            details=_given(
                "Pairs of a label and a value as code.", [(Marked("Port"), Marked("`22`"))], [], [("", "")] * 8
            ),
        ),
        "joined": _part(
            "Which sources tell of it, when several do.",
            sources=_given("Their names.", "GuardDuty and CloudTrail"),
            why=_marked("Why they are one.", "logging of this trail stopped", ""),
            told=_given("What each says.", [Marked("GuardDuty: CloudTrail was disabled")] * 2),
        ),
        "also": _part(
            "What else the last audit found wrong with the resource.",
            lines=_given("The worst findings.", [Marked(":red_circle: High · SSH is open to the world")]),
            more=_given("How many more there are.", 0, 2),
        ),
        "advice": _part("What to do.", advice=_given("The steps.", [Marked("Deactivate the key.")] * 3, [])),
        "links": _part(
            "The links of `[[messages.links]]` that fit.",
            links=_given("Each as a link of Slack's.", [Marked("<https://wiki.example.org/x|Runbook>")] * 2),
        ),
        "standing": _part(
            "How it stands: its state, who saw to it, whose it is.",
            state=_STATE,
            resolution=_given(
                "Why it is resolved: `over`, `split`, `joined`, or a person's reason.",
                *("fixed", "false positive", "accepted", "over", "split", "joined", ""),
            ),
            who=_marked("Who did that: a mention, or a source's name.", "<@U0123ABCD>", ""),
            at=_marked("When.", _AT),
            until=_marked("When the snooze ends.", _AT, ""),
            ends=_given("What ends it before: `changes`, `gets worse`, `doubles`.", "", "gets worse"),
            muted=_given("Why the settings keep it quiet; empty: they do not.", "", "Upgrade of the database"),
            assigned=_marked("Whose work it is: a mention.", "", "<@U0123ABCD>"),
            id=_ID,
            opened=_marked("Since when it is open.", _AT),
        ),
        "copy": _part("The last line of a copy of the card in another channel.", channel=_CHANNEL),
        "escalated": _part(
            "What another channel is told of an alert that nobody has acknowledged.",
            mention=_marked("Who is called.", "<!here>", ""),
            severity=_SEVERITY,
            title=_TITLE,
            account=_marked("What people call the account.", "acme-prod", ""),
            region=_REGION,
            resource=_RESOURCE,
            minutes=_given("For how long nobody has.", "30 minutes"),
            channel=_CHANNEL,
            id=_ID,
        ),
        "answered": _part(
            "What is left of that when somebody sees to it.",
            title=_marked("Severity and what happened.", ":red_circle: High · A key of alice was used from Tor"),
            standing=_marked("How it stands.", f":eyes: *Acknowledged* by <@U0123ABCD> {_AT}"),
            channel=_CHANNEL,
        ),
        "moved": _part(
            "What is left of a card when its alert got a new one.",
            title=_marked("Severity and what happened.", ":red_circle: High · A key of alice was used from Tor"),
            channel=_marked("The new card's channel; empty: the same.", "#critical", ""),
        ),
        "reply": _part(
            "Lines of the thread: who did what.",
            lines=_given("A line for each deed.", [Marked("<@U0123ABCD> acknowledged it")] * 2),
        ),
    },
    "digest": {
        "title": _part(
            "The heading; plain text. 150 characters at most.",
            period=_PERIOD,
            since=_given("The day of its beginning.", "18 November", "Wednesday 18 November"),
            until=_given("The day of its end.", "25 November", "Wednesday 25 November"),
        ),
        "quiet": _part(
            "All of a digest when nothing changed: a line, and what is amiss in the settings. Its first line is "
            "also what a notification shows.",
            since=_marked("Since when.", _AT, "24 November 09:00"),
            alerts=_given("How many alerts are open.", "3 open alerts (1 critical, 2 high)", "0 open alerts"),
            findings=_given("How many findings fail.", "40 failing findings (40 low)", "0 failing findings"),
            gaps=_given("How much could not be judged.", "no gaps", "2 gaps"),
            notes=_given("What waits, and when the accounts were audited.", [Marked("Last audited: acme-prod.")], []),
            warnings=_given("What to look at in the settings.", [], [Marked("The suppression of x ended.")]),
        ),
        "summary": _part(
            "The numbers.",
            lines=_given(
                "For alerts, findings and gaps each: what they are called, what changed (or empty), how many "
                "there are, and how many more or fewer than before (or empty).",
                [("Alerts", "2 new, 1 resolved", "6 open (1 critical, 5 high)", "1 more than before")],
                [("Not looked at", "", "no gaps", "")],
            ),
        ),
        "alert": _part(
            "An alert in a list.",
            severity=_SEVERITY,
            title=_TITLE,
            where=_marked("Account and region.", "acme-prod, eu-west-1"),
            note=_marked("Why it is there: what it was, who resolved it and how.", "", "fixed by Ana", "was medium"),
        ),
        "findings": _part(
            "Findings of one check in one account in a list.",
            severity=_SEVERITY,
            title=_marked("What is wrong.", "A user signs in without MFA"),
            resources=_marked("The first resources, as code.", "`alice`, `ben`"),
            more=_given("How many more resources there are.", 0, 2),
            where=_marked("Account and region.", "acme-prod, global", "acme-prod, 3 regions"),
            note=_marked("Why it is there.", "", "it is gone", f"it was fixed {_AT}"),
        ),
        "response": _part(
            "How long it took people.",
            lines=_given(
                "What was done, how many times and how fast, and the same of the period before.",
                [("Acknowledged", "8, half within 12 min, 95 % within 1 h 40 min", "none")],
            ),
            period=_PERIOD,
        ),
        "owner": _part(
            "What somebody has of the open alerts.",
            owner=_marked("Who.", "Ana", "nobody"),
            open=_given("How many are open.", 3, 0),
            worst=_given("Those by severity.", " (1 critical, 2 high)", ""),
            resolved=_given("How many of theirs were resolved.", 4, 0),
        ),
        "foot": _part(
            "The small print.",
            since=_marked("From when.", _AT),
            until=_marked("Until when.", _AT),
            freshness=_marked("When the accounts were audited.", "Last audited: acme-prod 1 hour ago."),
        ),
    },
}
