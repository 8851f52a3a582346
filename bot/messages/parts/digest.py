"""The parts of a digest."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.parts.part import AT, PERIOD, SEVERITY, TITLE, Part, given, marked, part
from bot.messages.text import Marked

DIGEST: Mapping[str, Part] = {
    "title": part(
        "The heading; plain text. 150 characters at most.",
        period=PERIOD,
        since=given("The day of its beginning.", "18 November", "Wednesday 18 November"),
        until=given("The day of its end.", "25 November", "Wednesday 25 November"),
    ),
    "quiet": part(
        "All of a digest when nothing changed: a line, and what is amiss in the settings. Its first line is "
        "also what a notification shows.",
        since=marked("Since when.", AT, "24 November 09:00"),
        alerts=given("How many alerts are open.", "3 open alerts (1 critical, 2 high)", "0 open alerts"),
        findings=given("How many findings fail.", "40 failing findings (40 low)", "0 failing findings"),
        gaps=given("How much could not be judged.", "no gaps", "2 gaps"),
        notes=given("What waits, and when the accounts were audited.", [Marked("Last audited: acme-prod.")], []),
        warnings=given("What to look at in the settings.", [], [Marked("The suppression of x ended.")]),
    ),
    "summary": part(
        "The numbers.",
        lines=given(
            "For alerts, findings and gaps each: what they are called, what changed (or empty), how many "
            "there are, and how many more or fewer than before (or empty).",
            [("Alerts", "2 new, 1 resolved", "6 open (1 critical, 5 high)", "1 more than before")],
            [("Not looked at", "", "no gaps", "")],
        ),
    ),
    "alert": part(
        "An alert in a list.",
        severity=SEVERITY,
        title=TITLE,
        where=marked("Account and region.", "acme-prod, eu-west-1"),
        note=marked("Why it is there: what it was, who resolved it and how.", "", "fixed by Ana", "was medium"),
    ),
    "findings": part(
        "Findings of one check in one account in a list.",
        severity=SEVERITY,
        title=marked("What is wrong.", "A user signs in without MFA"),
        resources=marked("The first resources, as code.", "`alice`, `ben`"),
        more=given("How many more resources there are.", 0, 2),
        where=marked("Account and region.", "acme-prod, global", "acme-prod, 3 regions"),
        note=marked("Why it is there.", "", "it is gone", f"it was fixed {AT}"),
    ),
    "response": part(
        "How long it took people.",
        lines=given(
            "What was done, how many times and how fast, and the same of the period before.",
            [("Acknowledged", "8, half within 12 min, 95 % within 1 h 40 min", "none")],
        ),
        period=PERIOD,
    ),
    "owner": part(
        "What somebody has of the open alerts.",
        owner=marked("Who.", "Ana", "nobody"),
        open=given("How many are open.", 3, 0),
        worst=given("Those by severity.", " (1 critical, 2 high)", ""),
        resolved=given("How many of theirs were resolved.", 4, 0),
    ),
    "foot": part(
        "The small print.",
        since=marked("From when.", AT),
        until=marked("Until when.", AT),
        freshness=marked("When the accounts were audited.", "Last audited: acme-prod 1 hour ago."),
    ),
}
