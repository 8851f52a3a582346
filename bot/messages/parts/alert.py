"""The parts of an alert's card and of its thread."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.parts.part import (
    AT,
    CHANNEL,
    ID,
    REGION,
    RESOURCE,
    SEVERITY,
    STATE,
    TITLE,
    Part,
    given,
    marked,
    optional,
    part,
)
from bot.messages.text import Marked

ALERT: Mapping[str, Part] = {
    "fallback": part(
        "What a notification shows and a screen reader says of the card; plain text.",
        severity=given("The severity in a word.", "High"),
        title=TITLE,
        where=marked("Account and region.", "acme-prod (111122223333), eu-west-1", ""),
        state=STATE,
    ),
    "heading": part(
        "The heading; plain text, in which emoji are drawn. 150 characters at most.",
        severity=SEVERITY,
        title=TITLE,
        state=STATE,
    ),
    "where": optional(
        "Where it happened, and who says so.",
        sample=given("Whether AWS sent it as a sample.", False, True),
        severity=given("The severity in a word.", "High"),
        state=STATE,
        name=marked("What people call the account, or its number.", "acme-prod", ""),
        account=marked("The account's number.", "111122223333", ""),
        region=REGION,
        source=given("Who noticed.", "GuardDuty"),
        type=marked("The finding's type, the alarm's name or the check, as code.", "`Recon:IAMUser/X`", ""),
    ),
    "what": optional(
        "What happened, and what it may mean.",
        mention=marked("Who is called, while it is open.", "<!here>", ""),
        what=marked("What happened, in a sentence or two.", "ListUsers was called from a Tor exit node.", ""),
        purpose=marked("What somebody may want with it.", "Somebody looks around.", ""),
    ),
    "facts": optional(
        "The facts, a line each.",
        resource=RESOURCE,
        who=marked("Who did it.", "alice (IAM user)", ""),
        did=marked("What they did.", "ListUsers of iam.amazonaws.com", ""),
        origin=marked("From where.", "198.51.100.23 (Amsterdam, Netherlands)", ""),
        seen=marked("How often, and when.", f"12 times, first {AT}, last {AT}"),
        regions=marked("The regions that report it, where there are several.", "", "eu-west-1, us-east-1"),
        looked=marked("When it was found by looking, where the queue had not brought it.", "", AT),
    ),
    "details": optional(
        "What else its source says, small.",
        details=given("Pairs of a label and a value as code.", [(Marked("Port"), Marked("`22`"))], [], [("", "")] * 8),
    ),
    "joined": optional(
        "Which sources tell of it, when several do.",
        sources=given("Their names.", "GuardDuty and CloudTrail"),
        why=marked("Why they are one.", "logging of this trail stopped", ""),
        told=given("What each says.", [Marked("GuardDuty: CloudTrail was disabled")] * 2),
    ),
    "also": optional(
        "What else the last audit found wrong with the resource.",
        lines=given("The worst findings.", [Marked(":red_circle: High · SSH is open to the world")]),
        more=given("How many more there are.", 0, 2),
    ),
    "advice": optional("What to do.", advice=given("The steps.", [Marked("Deactivate the key.")] * 3, [])),
    "links": optional(
        "The links of `[[messages.links]]` that fit.",
        links=given("Each as a link of Slack's.", [Marked("<https://wiki.example.org/x|Runbook>")] * 2),
    ),
    "standing": optional(
        "How it stands: its state, who saw to it, whose it is.",
        state=STATE,
        resolution=given(
            "Why it is resolved: `over`, `split`, `joined`, or a person's reason.",
            *("fixed", "false positive", "accepted", "over", "split", "joined", ""),
        ),
        who=marked("Who did that: a mention, or a source's name.", "<@U0123ABCD>", ""),
        at=marked("When.", AT),
        until=marked("When the snooze ends.", AT, ""),
        ends=given("What ends it before: `changes`, `gets worse`, `doubles`.", "", "gets worse"),
        muted=given("Why the settings keep it quiet; empty: they do not.", "", "Upgrade of the database"),
        assigned=marked("Whose work it is: a mention.", "", "<@U0123ABCD>"),
        id=ID,
        opened=marked("Since when it is open.", AT),
    ),
    "copy": optional("The last line of a copy of the card in another channel.", channel=CHANNEL),
    "escalated": part(
        "What another channel is told of an alert that nobody has acknowledged.",
        mention=marked("Who is called.", "<!here>", ""),
        severity=SEVERITY,
        title=TITLE,
        account=marked("What people call the account.", "acme-prod", ""),
        region=REGION,
        resource=RESOURCE,
        minutes=given("For how long nobody has.", "30 minutes"),
        channel=CHANNEL,
        id=ID,
    ),
    "answered": part(
        "What is left of that when somebody sees to it.",
        title=marked("Severity and what happened.", ":red_circle: High · A key of alice was used from Tor"),
        standing=marked("How it stands.", f":eyes: *Acknowledged* by <@U0123ABCD> {AT}"),
        channel=CHANNEL,
    ),
    "moved": part(
        "What is left of a card when its alert got a new one.",
        title=marked("Severity and what happened.", ":red_circle: High · A key of alice was used from Tor"),
        channel=marked("The new card's channel; empty: the same.", "#critical", ""),
    ),
    "reply": part(
        "Lines of the thread: who did what.",
        lines=given("A line for each deed.", [Marked("<@U0123ABCD> acknowledged it")] * 2),
    ),
}
