"""An alert's card, and the lines in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts import Alert, Entry, Source, State, flapping
from bot.messages import alert_actions as actions
from bot.messages import blocks, incident, limits
from bot.messages.blocks import button
from bot.messages.links import links
from bot.messages.style import style
from bot.messages.text import Block, Message, code, date, escape, fit, mention, place, plain, severity
from bot.messages.words import Marked, say
from checks.model import Finding

_DETAILS = 9
_SENTENCE = 2
"""Words: a value of more is one."""
_KNOWN = {"what", "advice", "details", "console", "end", "purpose", "who", "did", "origin", "first_seen", "last_seen",
          "reported_in", "turns", "flap_limit", "looked"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a card shows that is not of the alert itself."""

    account: str = ""
    """What people call the account."""
    offers: Sequence[tuple[str, str]] = ()
    """Remedy id and label of each fix that fits."""
    longest: timedelta = timedelta(weeks=1)
    """The longest snooze for its severity."""
    mention: str = ""
    """Whom to call, as in the settings: `@here`, a group's or a user's id."""
    home: str = ""
    """The channel of the card that this is a copy of; empty for the card itself."""
    owner: str = ""
    """The id of the user or group whose work it is by its tags; empty when that is not known."""
    related: Sequence[Finding] = ()
    """What else is wrong with its resource, the worst first."""


def card(alert: Alert, setting: Setting) -> Message:
    """The alert as it stands; edited in place as it changes."""
    parts = [
        blocks.header(_heading(alert)),
        _context(_where(alert, setting.account)),
        _section(_what(alert, setting)),
        _section(_facts(alert)),
        _context(_details(alert)),
        _section(incident.joined(alert)),
    ]
    if alert.state is not State.RESOLVED:
        parts.append(_section(incident.also(setting.related)))
        advice = [Marked(fit(step, 300)) for step in alert.facts.get("advice", ())][:5]
        parts.append(_section(say("alert", "advice", advice=advice)))
    if fitting := links(alert, setting.account, style().links):
        parts.append(_section(say("alert", "links", links=fitting)))
    parts.append(_context(_standing(alert)))
    if setting.home:
        parts.append(_context(say("alert", "copy", channel=Marked(place(setting.home)))))
    parts.append(actions.row(alert, setting.offers, setting.longest, setting.owner))
    return Message(limits.cut(_fallback(alert, setting.account), limits.TEXT), [part for part in parts if part])


def moved(alert: Alert, channel: str) -> Message:
    """What is left of a card when the alert got a new one, in `channel` when that is another."""
    title = Marked(f"{severity(alert.severity)} · {fit(alert.title, 200)}")
    text = say("alert", "moved", title=title, channel=Marked(place(channel)))
    return Message(f"Moved: {fit(alert.title, 300, plain)}", [_context(text)])


def undrawn(alert: Alert) -> Message:
    """What stands for a card that Picket fails to draw: better plain than never told."""
    what = f"{str(alert.severity).capitalize()}: {fit(alert.title, 300, plain)}"
    return Message(f"{what}. {plain(style().product)} failed to draw the card of this alert, {alert.id}.", [])


def escalated(alert: Alert, account: str, call: str, minutes: int) -> Message:
    """What another channel is told of an alert that nobody has acknowledged for so many minutes."""
    text = say(
        "alert",
        "escalated",
        mention=Marked(mention(call)) if call else "",
        severity=Marked(severity(alert.severity)),
        title=Marked(fit(alert.title, 500)),
        account=Marked(fit(account, 150)),
        region=Marked(fit(alert.region, 80)),
        resource=Marked(fit(_thing(alert.resource), 350, code)),
        minutes=f"{minutes:,} minute{'s' if minutes != 1 else ''}",
        channel=Marked(place(alert.channel)),
        id=Marked(code(alert.id)),
    )
    row = blocks.actions(
        [button("Acknowledge", "alert:acknowledge", alert.id, style="primary"), *actions.console(alert)]
    )
    spoken = f"Nobody has acknowledged it for {minutes:,} min: {_fallback(alert, account)}"
    return Message(limits.cut(spoken, limits.TEXT), [_section(text), row])


def answered(alert: Alert, account: str) -> Message:
    """What is left of `escalated` when somebody sees to it."""
    title = f"{severity(alert.severity)} · {fit(alert.title, 500)}"
    where = Marked(place(alert.channel))
    text = say("alert", "answered", title=Marked(title), standing=Marked(_standing(alert)), channel=where)
    return Message(_fallback(alert, account), [_context(text)])


def reply(entries: Sequence[Entry]) -> Message:
    """What happened, for the alert's thread."""
    lines = [Marked(_line(entry)) for entry in entries[-10:]]
    text = limits.cut(say("alert", "reply", lines=lines), limits.SECTION)
    spoken = "; ".join(fit(f"{_name(entry.who)} {entry.text}", 300, plain) for entry in entries[-10:])
    return Message(limits.cut(spoken, limits.TEXT), [_context(text)])


def _heading(alert: Alert) -> str:
    def said(title: str) -> str:
        return say(
            "alert", "heading", severity=Marked(severity(alert.severity)), title=Marked(title), state=str(alert.state)
        )

    return said(fit(alert.title, max(limits.HEADER - len(said("")), 1), plain))


def _fallback(alert: Alert, name: str) -> str:
    """What a notification says: severity, what happened, where."""
    account = f"{name} ({alert.account})" if name and name != alert.account else alert.account
    where = ", ".join(part for part in (account, alert.region) if part)
    return say(
        "alert",
        "fallback",
        severity=str(alert.severity).capitalize(),
        title=Marked(fit(alert.title.rstrip(". "), 500, plain)),
        where=Marked(fit(where, 300, plain)),
        state=str(alert.state),
    )


def _where(alert: Alert, name: str) -> str:
    return say(
        "alert",
        "where",
        sample=alert.sample,
        severity=str(alert.severity).capitalize(),
        state=str(alert.state),
        name=Marked(fit(name or alert.account, 150)),
        account=Marked(fit(alert.account, 50)),
        region=Marked(fit(alert.region, 80)),
        source=incident.called(alert.source),
        type=Marked(fit(alert.type, 300, code)) if alert.type else "",
    )


def _what(alert: Alert, setting: Setting) -> str:
    facts = alert.facts
    calls = setting.mention and alert.state is State.OPEN
    return say(
        "alert",
        "what",
        mention=Marked(mention(setting.mention)) if calls else "",
        what=Marked(fit(facts.get("what") or alert.title, 900)),
        purpose=Marked(fit(facts.get("purpose", ""), 200)),
    )


def _facts(alert: Alert) -> str:
    facts = alert.facts
    regions = facts.get("reported_in", ())
    return say(
        "alert",
        "facts",
        resource=Marked(fit(_thing(alert.resource), 350, code)),
        who=Marked(fit(facts.get("who", ""), 250)),
        did=Marked(fit(facts.get("did", ""), 250)),
        origin=Marked(fit(facts.get("origin", ""), 250)),
        seen=Marked(_seen(alert)),
        regions=Marked(fit(", ".join(regions), 250)) if len(regions) > 1 else "",
        looked=Marked(date(looked)) if (looked := _moment(facts.get("looked"))) else "",
    )


def _seen(alert: Alert) -> str:
    first, last = (_moment(alert.facts.get(name)) for name in ("first_seen", "last_seen"))
    times = "once" if alert.count == 1 else f"{alert.count:,} times"
    if first and last and first != last:
        # several sources tell of one thing at different times, each once
        times = f"{times}, " if alert.count > 1 else ""
        times += f"first {date(first)}, last {date(last)}"
    else:
        times = f"{times}, {date(last or first or alert.opened_at)}"
    flaps = flapping(alert)
    return f"{times}; {flaps}" if flaps else times


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _details(alert: Alert) -> str:
    """What else the source says; an audit's evidence has no words of its own."""
    lines = [] if _thing(alert.resource) == alert.resource else [("ARN", alert.resource)]
    lines += [(str(line[0]), line[1]) for line in alert.facts.get("details", ()) if len(line) == 2]
    if alert.source is Source.AUDIT:
        lines += [(name.replace("_", " "), value) for name, value in alert.facts.items() if name not in _KNOWN]
    shown = [(Marked(fit(label, 60)), Marked(_value(value))) for label, value in lines[:_DETAILS]]
    return say("alert", "details", details=shown)


def _value(value: object) -> str:
    """A sentence as words; all else, which may be copied, as code."""
    return fit(value, 200, escape if len(str(value).split()) > _SENTENCE else code)


def _thing(resource: str) -> str:
    """`instance/i-0a1b2c3d`: an ARN without the account and region that the card says anyway, for a phone is narrow."""
    parts = resource.split(":", 5)
    return parts[5] if parts[0] == "arn" and len(parts) == 6 and parts[4] and parts[5] else resource


def _standing(alert: Alert) -> str:
    who, at = {
        State.OPEN: (None, alert.opened_at),
        State.ACKNOWLEDGED: (alert.acknowledged_by, alert.acknowledged_at),
        State.SNOOZED: (alert.snoozed_by, alert.snoozed_at),
        State.RESOLVED: (alert.resolved_by, alert.resolved_at),
    }[alert.state]
    return say(
        "alert",
        "standing",
        state=str(alert.state),
        resolution=alert.resolution or "",
        who=Marked(_who(who or "")),
        at=Marked(date(at or alert.updated_at)),
        until=Marked(date(alert.snoozed_until)) if alert.snoozed_until else "",
        ends=alert.snoozed_ends or "",
        muted=alert.muted or "",
        assigned=Marked(mention(alert.assigned_to or "")),
        id=Marked(code(alert.id)),
        opened=Marked(date(alert.opened_at)),
    )


def _section(text: str) -> Block:
    return blocks.section(text) if text else {}


def _context(text: str) -> Block:
    return blocks.context(text) if text else {}


def _line(entry: Entry) -> str:
    whom = f" {mention(entry.whom)}" if entry.whom else ""
    until = f" until {date(entry.until)}" if entry.until else ""
    note = f"\n>{fit(' '.join(entry.note.split()), 600)}" if entry.note else ""
    return f"{_who(entry.who)} {fit(entry.what, 500)}{whom}{until}{note}"


def _name(who: str) -> str:
    return incident.called(Source(who)) if who in set(Source) else who


def _who(who: str) -> str:
    return mention(_name(who))
