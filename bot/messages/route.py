"""Where something goes and why: each route, suppression and window with what it fails on, and who is called when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.alerts import Alert, Signal, State
from bot.config import Escalation, Offline
from bot.config.values import ALWAYS
from bot.messages.blocks import context, header, section
from bot.messages.text import Message, code, date, fit, mention, plain
from bot.routing import Routed, Subject, route
from bot.silence import judged

_ID = re.compile(r"(?<![\w:/.-])[CGSUW][A-Z0-9]{8,}(?![\w:/.-])")
Part = tuple[str, Sequence[str]]
"""A title, and lines below it, in plain words, unescaped."""


def about(settings: Offline, subject: Subject) -> str:
    """What it is that is asked about, in a line."""
    name = settings.account_name(subject.account)
    account = subject.account if name == subject.account else f"{name} ({subject.account})"
    what = (str(subject.severity).capitalize(), subject.source.label, subject.type, account, subject.region)
    return " · ".join(part for part in what if part)


def parts(settings: Offline, subject: Subject, at: datetime) -> list[Part]:
    """The whole answer for that moment, in words."""
    routed = route(settings, subject, at)
    silences = list(judged(settings, subject, at))
    covering = max((one for one in silences if not one.failed), key=lambda one: one.until or at, default=None)
    where = goes(routed)
    if covering and covering.until:
        over = f"{covering.until:%Y-%m-%d %H:%M} UTC"
        where = f"nowhere until {over}, for it is muted by {covering.name}; if it is still active then: {where}"
    if isinstance(subject, Signal) and not subject.active:
        where = f"no new card, for it says that this is over; what it ends went to {where}"
    looked = [f"{one.name} ({one.silence.reason}): {_why(one.failed) or 'mutes it'}" for one in silences]
    steps = [_step(one) for one in settings.escalation if subject.severity >= one.severity]
    return [
        ("Goes to", [where]),
        ("Routes", list(_routes(settings, routed))),
        ("Suppressions and maintenance", looked or ["none"]),
        ("When nobody acknowledges it", steps or ["nobody else is called"]),
    ]


def build(settings: Offline, subject: Subject, at: datetime) -> Message:
    """The answer to `/aws-audit route`."""
    told = parts(settings, subject, at)
    if isinstance(subject, Alert):
        told.append(("As it stands", [_stands(subject)]))
    resource = fit(subject.resource, 300, code) if subject.resource else ""
    what = (fit(subject.title, 300), fit(about(settings, subject), 500), resource)
    blocks = [
        header("Where it goes"),
        section("\n".join(filter(None, what))),
        *(section("\n".join([f"*{title}*", *(named(fit(line, 600)) for line in lines)])) for title, lines in told),
        context(f"As of {date(at)}, by the routes, suppressions and windows of then."),
    ]
    return Message(fit(f"It goes to {told[0][1][0]}.", 1000, plain), blocks)


def named(line: str) -> str:
    """With ids of channels, people and groups as Slack shows them: only the asker sees it, so nobody is called."""
    return _ID.sub(lambda found: f"<#{found[0]}>" if found[0][0] in "CG" else mention(found[0]), line)


def as_json(settings: Offline, subject: Subject, at: datetime) -> Mapping[str, object]:
    """The same as data."""
    routed = route(settings, subject, at)
    silences = [one for one in judged(settings, subject, at) if not one.failed]
    until = max((one.until for one in silences if one.until), default=None)
    return {
        "source": str(subject.source),
        "severity": str(subject.severity),
        "account": subject.account,
        "region": subject.region,
        "resource": subject.resource,
        "type": subject.type,
        "channel": routed.channel,
        "mention": routed.mention,
        "copies": dict(routed.copies),
        "muted_until": until.isoformat() if until else None,
        "muted_by": [one.name for one in silences],
        "routes": [
            {"route": step.number, "channel": step.route.channel, "failed": list(step.failed)} for step in routed.steps
        ],
    }


def goes(routed: Routed) -> str:
    """The channels, and who is called there."""
    home = _called(routed.channel, routed.mention)
    copies = [_called(channel, whom) for channel, whom in routed.copies.items()]
    return home + (f", with a copy in {' and '.join(copies)}" if copies else "")


def _called(channel: str, whom: str) -> str:
    return f"{channel} (calls {whom})" if whom else channel


def _routes(settings: Offline, routed: Routed) -> Iterator[str]:
    for step in routed.steps:
        on = ", and those below are looked at too" if step.route.continue_ else ""
        yield f"{step.number}. {step.route.channel}: {_why(step.failed) or f'matches{on}'}"
    for number in range(len(routed.steps), len(settings.routes)):
        yield f"{number + 1}. {settings.routes[number].channel}: not looked at"


def _why(failed: Sequence[str]) -> str:
    return f"no: {'; '.join(failed)}" if failed else ""


def _step(step: Escalation) -> str:
    deeds = [f"calls {step.mention}" if step.mention else "", f"says it in {step.channel}" if step.channel else ""]
    when = "" if (step.days, step.hours) == ALWAYS else f", {step.days} {step.hours} in {step.time_zone}"
    return f"after {step.after_minutes:,} min{when}: {' and '.join(filter(None, deeds))}"


def _stands(alert: Alert) -> str:
    if alert.state is State.SNOOZED and alert.muted:
        return f"muted until {alert.snoozed_until:%Y-%m-%d %H:%M} UTC: {alert.muted} ({alert.snoozed_by})"
    where = " and ".join(channel for _, channel in alert.places) if alert.carded else "no channel"
    return f"{alert.state}, with its card in {where}; that was chosen when it got the card, or got worse"
