"""The parts of an audit in Slack: while it runs, and what it found."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.parts.part import AT, SEVERITY, Part, given, marked, optional, part
from bot.messages.text import Marked

_SELECTOR = marked("What was asked for, as code.", "`iam account=acme-prod`")
_PLAINLY = marked("What was asked for.", "iam account=acme-prod")
_WAITING = given("Whether it has not begun.", False, True)
_SHARE = given("How much of it is done.", "50%")
_WHO = marked("Who asked: a mention; empty: the schedule.", "<@U0123ABCD>", "")
_HEADLINE = marked("What the block `headline` says.", "*11 findings*: 1 critical, 10 high.")
_CHANGED = marked("What the block `changed` says.", f"Since {AT}: *2 new*.")
_MORE = given("How many more there are.", "", "1,204")

AUDIT: Mapping[str, Part] = {
    "progress": part(
        "While it runs.",
        selector=_SELECTOR,
        who=_WHO,
        waiting=_WAITING,
        bar=marked("How much of it is done, as a bar.", "`██████████░░░░░░░░░░`"),
        share=_SHARE,
    ),
    "numbers": optional(
        "While it runs, small.",
        numbers=given("Accounts, regions, checks, problems, time.", ["1 of 3 accounts", "29 checks"], []),
    ),
    "progress_fallback": part(
        "What a notification shows and a screen reader says while it runs.",
        selector=_PLAINLY,
        waiting=_WAITING,
        share=_SHARE,
    ),
    "failed": part("That it could not be run.", selector=_SELECTOR, why=marked("Why.", "AWS refused.", "")),
    "failed_fallback": part("The same, as plain text.", selector=_PLAINLY, why=marked("Why.", "AWS refused.", "")),
    "done": part(
        "That it is done, in the thread of one that took long.", who=_WHO, selector=_SELECTOR, headline=_HEADLINE
    ),
    "heading": part("The heading of its answer; plain text. 150 characters at most.", selector=_PLAINLY),
    "fallback": part(
        "What a notification shows and a screen reader says of its answer; plain text.",
        selector=_PLAINLY,
        headline=_HEADLINE,
        changed=_CHANGED,
    ),
    "headline": part(
        "What it found, in a sentence.",
        found=given("How many findings; empty: none.", "11 findings", ""),
        severities=given("How many of each severity.", "1 critical, 10 high", ""),
        judged=given("Whether anything could be judged.", True, False),
        unknown=given("How many could not be judged.", "", "3"),
    ),
    "summary": part(
        "What it found, how far it looked, what changed.",
        headline=_HEADLINE,
        breadth=given("Checks, regions, passes, time.", [Marked("29 checks over acme-prod"), Marked("40 s")]),
        changed=_CHANGED,
    ),
    "changed": part(
        "What changed since the audit before.",
        since=marked("When that was; empty: there was none.", AT, ""),
        changes=given("How many are new, back, worse, fixed.", ["2 new", "1 fixed"], []),
        baseline=given("How many were looked at for the first time.", "", "3 findings are"),
    ),
    "finding": part(
        "A finding.",
        severity=SEVERITY,
        resource=marked("The resource by its name.", "alice"),
        account=marked("What people call the account.", "acme-prod"),
        region=marked("The region, or `global`.", "global"),
        title=marked("What is wrong.", "A user signs in without MFA"),
        evidence=marked("What decided it.", "console password: set", ""),
        check=marked("The check, as code.", "`iam-user-no-mfa`"),
        also=marked("Other checks that the same fails.", "", "iam-key-old, iam-key-unused"),
        more=given("How many more of those.", 0, 2),
    ),
    "page": part(
        "Which page it is.",
        number=given("From 1.", "1"),
        pages=given("Of how many.", "3"),
        lines=given("How many lines there are.", "21 lines"),
    ),
    "gaps": part(
        "What could not be looked at.",
        title=given("The title.", "Gaps: not looked at, so not known to be right"),
        lines=given("A line for each.", [Marked("• acme-prod, global: no permission: iam:ListUsers (1 check)")]),
        more=_MORE,
    ),
    "unjudged": part(
        "Checks that had nothing to judge.",
        checks=given("How many.", "2 checks"),
        names=marked("Which.", "rds-public, redshift-public"),
    ),
    "warnings": part(
        "What to look at in the settings.",
        warnings=given("A line for each.", [Marked("The suppression of tag-missing has ended.")]),
        more=_MORE,
    ),
    "footer": part("The small print.", at=marked("When it finished.", AT, ""), who=_WHO),
}
