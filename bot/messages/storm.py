"""A storm's roll-up, and what is said in its thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.alerts import State
from bot.messages import blocks
from bot.messages.blocks import button, plain_text
from bot.messages.text import Block, Message, code, count, date, fit, mention, place, severity
from bot.messages.words import Marked, say
from bot.store.storms import Deed, Group, Storm, Tally
from checks.model import Severity

GROUPS = 10
"""Lines of a roll-up."""
_DEEDS = {
    Deed.ACKNOWLEDGE: ("Acknowledge", "acknowledges", "acknowledged"),
    Deed.SNOOZE: ("Snooze for a day", "snoozes", "snoozed"),
    Deed.FIXED: ("Resolve as fixed", "resolves", "resolved as fixed"),
    Deed.FALSE_POSITIVE: ("Resolve as false positive", "resolves", "resolved as false positive"),
    Deed.ACCEPTED: ("Resolve as accepted", "resolves", "resolved as accepted"),
}
"""What a person may do to all of it: on the menu, while it is done, and when it was."""


def card(storm: Storm, tally: Tally, account_name: Callable[[str], str], now: datetime) -> Message:
    """The roll-up as it stands; edited in place as it changes."""
    heading = _heading(storm, tally, now)
    worst = str(tally.groups[0].severity) if tally.groups else ""
    call = Marked(mention(storm.mention)) if storm.mention and storm.ended_at is None else ""
    parts = [
        blocks.header(heading),
        blocks.section(say("storm", "about", over=storm.ended_at is not None, mention=call)),
    ]
    if tally.groups:
        parts.append(blocks.section(_groups(tally, account_name)))
    parts += [blocks.context(_standing(storm, tally)), _row(storm, tally)]
    return Message(say("storm", "fallback", heading=heading, open=f"{tally.open:,}", worst=worst), parts)


def over(storm: Storm, tally: Tally, now: datetime) -> Message:
    """That the storm is over, for the thread."""
    alerts = count(tally.total, "alert")
    return _said(say("storm", "over", alerts=alerts, span=_span(storm, now), open=f"{tally.open:,}"))


def done(storm: Storm) -> Message:
    """What somebody has done to all that was in it, for the thread and for where they were called."""
    return _said(
        say(
            "storm",
            "done",
            who=Marked(mention(storm.done_by)),
            done=_DEEDS[storm.deed][2] if storm.deed else "",
            alerts=count(storm.done, "alert"),
            channel=Marked(place(storm.channel)),
        )
    )


def doing(storm: Storm) -> str:
    """What somebody is doing to all of it: `<@U1> acknowledges all of it`."""
    return f"{mention(storm.done_by)} {_DEEDS[storm.deed][1]} all of it" if storm.deed else ""


def called(number: int, minutes: int, call: str, storm: Storm | None = None) -> Message:
    """That nobody has acknowledged so many for so many minutes; `storm` where it is said in another channel."""
    text = say(
        "storm",
        "called",
        mention=Marked(mention(call)) if call else "",
        alerts=count(number, "alert"),
        minutes=count(minutes, "minute"),
        channel=Marked(place(storm.channel)) if storm else "",
    )
    row = [blocks.actions([_all(storm, number)])] if storm else []
    return Message(text, [blocks.section(text), *row])


def reminder(number: int, severity: Severity, whom: str, hours: int) -> Message:
    """That nothing was done about so many that `whom` acknowledged, for so many hours."""
    text = say(
        "storm",
        "reminder",
        whom=Marked(mention(whom)) if whom else "",
        alerts=count(number, "alert"),
        severity=str(severity),
        were="was" if number == 1 else "were",
        hours=count(hours, "hour"),
    )
    return Message(text, [blocks.section(text)])


def _said(text: str) -> Message:
    return Message(text, [blocks.context(text)])


def _heading(storm: Storm, tally: Tally, now: datetime) -> str:
    return say(
        "storm",
        "heading",
        over=storm.ended_at is not None,
        alerts=count(tally.total, "alert"),
        span=_span(storm, now),
    )


def _groups(tally: Tally, account_name: Callable[[str], str]) -> str:
    rest = tally.groups[GROUPS:]
    kinds = f"{len(rest):,} more kinds" if len(rest) != 1 else "one more kind"
    more = f"{kinds} with {count(sum(group.total for group in rest), 'alert')}" if rest else ""
    lines = [_line(group, account_name) for group in tally.groups[:GROUPS]]
    return say("storm", "groups", groups=lines, more=more)


def _line(group: Group, account_name: Callable[[str], str]) -> dict[str, str]:
    return {
        "severity": Marked(severity(group.severity)),
        "account": Marked(fit(account_name(group.account) or "no account", 60)),
        "type": Marked(fit(group.type or "no type", 120, code)),
        "total": f"{group.total:,}",
        "open": f"{group.open:,}",
    }


def _standing(storm: Storm, tally: Tally) -> str:
    states = ", ".join(f"{tally.states[state]:,} {state}" for state in State if tally.states.get(state))
    return say(
        "storm",
        "standing",
        states=states or "None of it is told of here any more",
        left=f"{tally.left:,}" if tally.left else "",
        doing=Marked(doing(storm)),
        done=f"{storm.done:,}",
        over=storm.ended_at is not None,
        began=Marked(date(storm.began_at)),
        ended=Marked(date(storm.ended_at)) if storm.ended_at else "",
        id=Marked(code(storm.id)),
    )


def _row(storm: Storm, tally: Tally) -> Block:
    elements = [button("CSV of now", "storm:csv", storm.id)]
    if not storm.deed:
        rest = [deed for deed in Deed if deed is not Deed.ACKNOWLEDGE and tally.among(deed.states)]
        elements = [_menu(storm, rest), *elements] if rest else elements
        elements = [_all(storm, tally.open), *elements] if tally.open else elements
    return blocks.actions(elements, f"storm:{storm.id}:{tally.total}:{storm.done}")


def _menu(storm: Storm, deeds: Sequence[Deed]) -> Block:
    """What else may be done to all of it."""
    options = [{"text": plain_text(_DEEDS[deed][0]), "value": f"{deed}:{storm.id}"} for deed in deeds]
    question = blocks.confirm(
        "All of it?", "It is done to all that this roll-up tells of now, and can be undone only one by one.", "Yes"
    )
    return {
        "type": "static_select",
        "action_id": "storm:all",
        "placeholder": plain_text("All of it…"),
        "options": options,
        "confirm": question.to_dict(),
    }


def _all(storm: Storm, number: int) -> Block:
    question = blocks.confirm(
        "Acknowledge all of it?",
        f"{count(number, 'alert')} or more, as many as are open when you say yes. Later ones stay open.",
        "Acknowledge",
    )
    return button("Acknowledge all", "storm:acknowledge", storm.id, style="primary", confirm=question)


def _span(storm: Storm, now: datetime) -> str:
    """`14 min`, `2 h 10 min`."""
    minutes = max(1, int(((storm.ended_at or now) - storm.began_at) / timedelta(minutes=1)))
    hours, rest = divmod(minutes, 60)
    return f"{hours:,} h {rest} min" if hours else f"{rest} min"
