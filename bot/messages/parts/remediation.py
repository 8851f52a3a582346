"""The parts of a remediation's card and of its story in the thread."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.parts.part import AT, CHANNEL, Part, given, marked, optional, part
from bot.messages.text import Marked

_STATES = ("previewed", "requested", "dry_run", "approved", "applying", "applied", "verified", "already_done",
           "declined", "cancelled", "expired", "failed", "undo_requested", "undoing", "undone")  # fmt: skip
_EVENTS = ("previewed", "dry_run", "already_done", "approved", "declined", "cancelled", "expired", "drifted",
           "applied", "verified", "failed", "undo_requested", "undo_refused", "undone")  # fmt: skip
_STATE = given(f"One of {', '.join(f'`{state}`' for state in _STATES)}.", *_STATES)
_SAID = marked("What the block `state` says.", ":hourglass_flowing_sand: Waiting for approval")
_TITLE = given("What the remedy does.", "Deactivate an access key")
_NAME = marked("What is changed, as code.", "`access key AKIAIOSFODNN7EXAMPLE of alice`", "–")
_ACCOUNT = marked("What people call the account.", "acme-prod")

REMEDIATION: Mapping[str, Part] = {
    "state": part("How it stands, with an emoji.", state=_STATE),
    "fallback": part(
        "What a notification shows and a screen reader says of the card; plain text.",
        title=_TITLE,
        name=marked("What is changed.", "access key AKIAIOSFODNN7EXAMPLE of alice", ""),
        account=_ACCOUNT,
        state=marked("What the block `state` says, without its emoji.", "Waiting for approval"),
    ),
    "what": part(
        "What is changed, and how that stands.",
        state=_SAID,
        name=_NAME,
        account=_ACCOUNT,
        number=marked("The account's number.", "111122223333"),
        region=marked("The region; empty where there is none.", "eu-west-1", ""),
    ),
    "change": part("Before and after.", state=_STATE, change=marked("As a diff.", "- Active\n+ Inactive")),
    "effects": optional(
        "Who and what depends on it, before it is changed.",
        effects=given("A line for each.", [Marked("It was last used by s3 in eu-west-1")], []),
    ),
    "warnings": optional(
        "What to mind, before it is changed.", warnings=given("A line for each.", [Marked("It is in use.")], [])
    ),
    "dry_run": part("Why nothing will be changed.", why=marked("Why, where there is a reason.", "", "It is off.")),
    "terms": part(
        "The small print.",
        asker=marked("Who asked: a mention.", "<@U0123ABCD>"),
        asked=marked("When.", AT),
        follows=given("Whether they did not ask for it by itself, but resolved the alert.", False, True),
        approver=marked("Who approved it.", "", "<@U0123ABCD>"),
        ahead=given("Whether it is still to be done.", True, False),
        risk=given("`low`, `medium` or `high`.", "medium", "low", "high"),
        uses=given("The permissions that it uses, as code.", [Marked("`iam:UpdateAccessKey`")] * 2),
        undoable=given("Whether it can be undone.", True, False),
        kept=given("What undoing does not bring back.", [], ["its id", "its name"]),
        expires=marked("Until when it may be approved, while it waits.", AT, ""),
        undo_until=marked("Until when it can be undone, when it is done.", "", AT),
    ),
    "event": part(
        "A line of the thread.",
        event=given(f"One of {', '.join(f'`{event}`' for event in _EVENTS)}.", *_EVENTS),
        who=marked("Who did it: a mention.", "<@U0123ABCD>", ""),
        name=_NAME,
        until=marked("Until when it may be approved.", AT, ""),
        approvers=marked("Who may approve, as mentions.", "<@U0123ABCD> <!subteam^S0123ABC>", ""),
        asker=marked("Who asked: a mention.", "<@U0123ABCD>"),
        why=marked("What was said beside it.", "", "AWS refused."),
    ),
    "elsewhere": part("For who asked in private: where the preview comes.", title=_TITLE, channel=CHANNEL),
}
