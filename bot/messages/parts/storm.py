"""The parts of a storm's roll-up and of its thread."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.parts.part import AT, CHANNEL, ID, Part, given, marked, part
from bot.messages.text import Marked

_OVER = given("Whether the storm is over.", False, True)
_ALERTS = given("How many alerts.", "1,204 alerts", "1 alert")
_SPAN = given("For how long it has lasted.", "14 min", "2 h 10 min")
_GROUP = {
    "severity": Marked(":red_circle: High"),
    "account": Marked("acme-prod"),
    "type": Marked("`Recon:EC2/Portscan`"),
    "total": "1,204",
    "open": "1,180",
}

STORM: Mapping[str, Part] = {
    "heading": part(
        "The heading; plain text. 150 characters at most.",
        over=_OVER,
        alerts=_ALERTS,
        span=_SPAN,
    ),
    "fallback": part(
        "What a notification shows and a screen reader says of the roll-up; plain text.",
        heading=given("The heading.", "Storm: 1,204 alerts in 14 min"),
        open=given("How many are open.", "1,180", "0"),
        worst=given("The worst severity, in a word.", "high", ""),
    ),
    "about": part(
        "What this message is.",
        over=_OVER,
        mention=marked("Who is called, while it lasts.", "", "<!here>"),
    ),
    "groups": part(
        "How many of what.",
        groups=given(
            "The worst and then the most first; each has `severity`, `account`, `type`, `total` and `open`.",
            [_GROUP, {**_GROUP, "open": "0"}],
        ),
        more=given("What is not shown.", "", "3 more kinds with 12 alerts"),
    ),
    "standing": part(
        "How it stands.",
        states=given("How many are in which state.", "1,180 open, 24 resolved"),
        left=given("How many are told of elsewhere since.", "", "4"),
        doing=marked("What is being done to all of it.", "", "<@U0123ABCD> acknowledges all of it"),
        done=given("To how many that was done so far.", "1,180", "0"),
        over=_OVER,
        began=marked("Since when.", AT),
        ended=marked("Until when, when it is over.", "", AT),
        id=ID,
    ),
    "over": part(
        "That it is over, for the thread.",
        alerts=_ALERTS,
        span=_SPAN,
        open=given("How many are still open.", "1,180", "0"),
    ),
    "done": part(
        "What somebody did to all of it.",
        who=marked("Who.", "<@U0123ABCD>"),
        done=given("What they did.", "acknowledged", "resolved as fixed"),
        alerts=_ALERTS,
        channel=CHANNEL,
    ),
    "called": part(
        "That nobody has acknowledged so many for too long.",
        mention=marked("Who is called.", "", "<!here>"),
        alerts=_ALERTS,
        minutes=given("For how long.", "30 minutes"),
        channel=marked("The roll-up's channel, where this is said in another.", "", "#alerts"),
    ),
    "reminder": part(
        "That nothing was done about what was acknowledged.",
        whom=marked("Who acknowledged it.", "<@U0123ABCD>", ""),
        alerts=_ALERTS,
        severity=given("The severity, in a word.", "high"),
        were=given("`was` or `were`, for so many.", "were", "was"),
        hours=given("For how long.", "4 hours"),
    ),
}
