"""What Picket says about a remediation: its one card, and the lines of its story."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.approval import Event, Remediation, State
from bot.messages.blocks import actions, button, confirm, context, header, section
from bot.messages.limits import SECTION, TEXT, cut
from bot.messages.text import Block, Message, code, date, fit, mention, place, plain
from bot.messages.words import Marked, say
from bot.remedy import Effect, Facts, Preview, Remedy

_EFFECTS = 10
_FACTS = 2400


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a card says that is not the remediation's own."""

    remedy: Remedy
    account: str
    """What people call the account."""
    approvers: Sequence[str]
    """The entries of the setting `rights.approve`."""
    why_not: str = ""
    """Why the remedy cannot run, in words; empty when it can."""


_BEFORE_ACTING = (State.PREVIEWED, State.DRY_RUN, State.APPROVED)


def card(r: Remediation, around: Around) -> Message:
    """The card of a remediation, whatever its state."""
    remedy = around.remedy
    name = r.preview.name if r.preview else r.target.resource
    state = say("remediation", "state", state=str(r.state))
    parts = [header(remedy.title), section(_what(r, around, name, state))]
    if r.preview:
        change = Marked(_diff(r.preview))
        parts.append(section(say("remediation", "change", state=str(r.state), change=change)))
        if r.state in _BEFORE_ACTING:
            parts += _consequences(r.preview)
    if r.outcome:
        parts.append(section(fit(r.outcome, SECTION)))
    if r.state is State.DRY_RUN:
        parts.append(section(say("remediation", "dry_run", why=Marked(around.why_not))))
    parts.append(context(_terms(r, around)))
    if buttons := _buttons(r, remedy, name):
        parts.append(actions(buttons))
    text = say(
        "remediation",
        "fallback",
        title=remedy.title,
        name=Marked(fit(name, 1500, plain)),
        account=Marked(fit(around.account, 300, plain)),
        state=Marked(_in_words(state)),
    )
    return Message(cut(text, TEXT), parts)


def line(r: Remediation, event: Event, around: Around) -> Message | None:
    """One event as a reply in the thread; None for those that only the card shows."""
    if event.kind not in (_ALOUD if r.standing else EVENTS):
        return None
    said = say(
        "remediation",
        "event",
        event=event.kind,
        who=Marked(mention(event.who)) if event.who else "",
        name=Marked(fit(r.preview.name if r.preview else r.target.resource, 600, code)),
        until=Marked(date(r.expires_at, "{time}")) if r.expires_at else "",
        approvers=Marked(" ".join(mention(entry) for entry in around.approvers)),
        asker=Marked(mention(r.requested_by)),
        why=Marked(fit(event.why, 2000)),
    )
    return Message(said, [section(said)])


def elsewhere(remedy: Remedy, channel: str) -> Message:
    """For who asked in private: where the preview comes, so that approvers see it."""
    said = say("remediation", "elsewhere", title=remedy.title, channel=Marked(place(channel)))
    return Message(said, [section(said)])


EVENTS = frozenset({
    "previewed", "dry_run", "already_done", "approved", "declined", "cancelled", "expired", "drifted", "applied",
    "verified", "failed", "undo_requested", "undo_refused", "undone",
})  # fmt: skip
"""The kinds of events that the thread tells of."""
_ALOUD = frozenset({"failed", "undo_refused"})
"""Those it tells of one that follows from what somebody did (`standing`): the card shows the rest."""

TIMELINE = {
    "requested": "asked for a remediation",
    "approved": "approved the remediation",
    "declined": "declined the remediation",
    "drifted": "not changed: it was no longer as approved",
    "applied": "changed it as approved",
    "verified": "verified the remediation",
    "failed": "the remediation failed",
    "undo_requested": "asked to undo the remediation",
    "undone": "undid the remediation",
}
"""The events that an alert's timeline keeps, as its plain words."""


def _what(r: Remediation, around: Around, name: str, state: str) -> str:
    return say(
        "remediation",
        "what",
        state=Marked(state),
        name=Marked(fit(name, 600, code)),
        account=Marked(fit(around.account, 100)),
        number=Marked(fit(r.target.account, 20)),
        region="" if r.target.region == "global" else Marked(fit(r.target.region, 80)),
    )


def _diff(preview: Preview) -> str:
    """Before and after, part by part, as in a diff."""
    lines = []
    for part in sorted({*preview.before, *preview.after}):
        was, will = _part(preview.before, part), _part(preview.after, part)
        if was == will:
            lines.append(f"  {was}")
        else:
            lines += [f"{sign} {words}" for sign, words in (("-", was), ("+", will)) if words]
    return fit("\n".join(lines) or "  nothing", _FACTS, _preformatted)


def _part(facts: Facts, part: str) -> str:
    if part not in facts:
        return ""
    value = _value(facts[part])
    return f"{part}: {value}" if value else part


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(inner)}" for key, inner in value.items() if inner)
    return " ".join(str(value).split())


def _preformatted(text: object) -> str:
    lines = (plain(each).replace("`", "'") for each in str(text).split("\n"))
    return "\n".join(lines)


def _consequences(preview: Preview) -> list[Block]:
    effects = [Marked(_effect(effect)) for effect in preview.effects[:_EFFECTS]]
    warnings = [Marked(fit(warning, 500)) for warning in preview.warnings[:5]]
    said = (say("remediation", "effects", effects=effects), say("remediation", "warnings", warnings=warnings))
    return [section(each) for each in said if each]


def _effect(effect: Effect) -> str:
    return fit(effect.words, 200) + (f" {date(effect.at)}" if effect.at else "")


def _terms(r: Remediation, around: Around) -> str:
    """The small print: risk, permissions, people, times."""
    remedy = around.remedy
    expires = r.expires_at if r.state is State.PREVIEWED else None
    undo_until = r.undo_until if r.state is State.VERIFIED else None
    return say(
        "remediation",
        "terms",
        asker=Marked(mention(r.requested_by)),
        asked=Marked(date(r.requested_at)),
        follows=r.standing,
        approver=Marked(mention(r.approved_by)) if r.approved_by else "",
        ahead=r.state in (*_BEFORE_ACTING, State.REQUESTED),
        risk=str(remedy.risk),
        uses=[Marked(code(action)) for action in remedy.writes],
        undoable=remedy.undo is not None,
        kept=list(remedy.assigned),
        expires=Marked(date(expires)) if expires else "",
        undo_until=Marked(date(undo_until)) if undo_until else "",
    )


def _buttons(r: Remediation, remedy: Remedy, name: str) -> list[Block]:
    if r.state is State.PREVIEWED:
        ask = f"{remedy.title}: {cut(plain(name), 200)}. It is done at once."
        return [
            button(
                "Approve",
                "remediation:approve",
                f"{r.id}:{r.fingerprint}",
                style="primary",
                confirm=confirm("Approve?", ask, "Approve"),
            ),
            button("Decline", "remediation:decline", r.id),
            button("Cancel", "remediation:cancel", r.id),
        ]
    if r.state is State.REQUESTED:
        return [button("Cancel", "remediation:cancel", r.id)]
    if r.state is State.VERIFIED and r.undo_until:
        ask = f"This puts {cut(plain(name), 200)} back to what it was before."
        return [button("Undo", "remediation:undo", r.id, style="danger", confirm=confirm("Undo?", ask, "Undo"))]
    return []


def _in_words(state: str) -> str:
    """Without its emoji, for those who hear it."""
    return re.sub(r"^:[\w+'-]+:\s*", "", state).rstrip("….")
