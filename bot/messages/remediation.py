"""What Picket says about a remediation: its one card, and the lines of its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.approval import Event, Remediation, State
from bot.messages.blocks import actions, button, confirm, context, header, section
from bot.messages.limits import CONTEXT_ELEMENTS, SECTION, TEXT, cut
from bot.messages.text import Block, Message, code, date, escape, fit, mention, plain
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


_STATE = {
    State.REQUESTED: ":mag: Looking at AWS…",
    State.PREVIEWED: ":hourglass_flowing_sand: Waiting for approval",
    State.DRY_RUN: ":eyes: Dry run: nothing will be changed",
    State.APPROVED: ":arrow_forward: Approved; looking at AWS once more…",
    State.APPLYING: ":wrench: Changing it…",
    State.APPLIED: ":mag: Changed; looking whether it holds…",
    State.VERIFIED: ":white_check_mark: Done",
    State.ALREADY_DONE: ":white_check_mark: Nothing to do",
    State.DECLINED: ":no_entry_sign: Declined",
    State.CANCELLED: ":no_entry_sign: Cancelled",
    State.EXPIRED: ":alarm_clock: Expired",
    State.FAILED: ":x: Failed",
    State.UNDO_REQUESTED: ":leftwards_arrow_with_hook: Looking whether it can be undone…",
    State.UNDOING: ":leftwards_arrow_with_hook: Undoing it…",
    State.UNDONE: ":leftwards_arrow_with_hook: Undone",
}

_CHANGE = {
    State.APPLIED: "What changed",
    State.VERIFIED: "What changed",
    State.UNDONE: "What had changed",
    State.DECLINED: "What would have changed",
    State.CANCELLED: "What would have changed",
    State.EXPIRED: "What would have changed",
    State.ALREADY_DONE: "What would have changed",
    State.FAILED: "What was to change",
}
_BEFORE_ACTING = (State.PREVIEWED, State.DRY_RUN, State.APPROVED)


def card(r: Remediation, around: Around) -> Message:
    """The card of a remediation, whatever its state."""
    remedy = around.remedy
    name = r.preview.name if r.preview else r.target.resource
    blocks: list[Block] = [
        header(remedy.title),
        section(f"*{_STATE[r.state]}*\n{_where(r, around, name)}"),
    ]
    if r.preview:
        blocks.append(section(f"*{_CHANGE.get(r.state, 'What changes')}*\n```{_diff(r.preview)}```"))
        if r.state in _BEFORE_ACTING:
            blocks += _consequences(r.preview)
    if r.outcome:
        blocks.append(section(fit(r.outcome, SECTION)))
    blocks += _terms(r, around)
    if buttons := _buttons(r, remedy, name):
        blocks.append(actions(buttons))
    text = f"{remedy.title}: {plain(name)} in {plain(around.account)}. {_words(r.state)}"
    return Message(cut(text, TEXT), blocks)


def line(r: Remediation, event: Event, around: Around) -> Message | None:
    """One event as a reply in the thread; None for those that only the card shows."""
    words = _LINES.get(event.kind)
    if words is None or (r.standing and event.kind not in _ALOUD):
        return None
    who = f"<@{event.who}>" if event.who else ""
    until = date(r.expires_at, "{time}") if r.expires_at else ""
    name = code(r.preview.name) if r.preview else code(r.target.resource)
    mentions = " ".join(mention(entry) for entry in around.approvers) or "Nobody who may approve is configured"
    said = words.format(who=who, name=name, until=until, mentions=mentions, asker=f"<@{r.requested_by}>")
    if event.why:
        said += f" {fit(event.why, 2000)}"
    return Message(said, [section(said)])


def elsewhere(remedy: Remedy, channel: str) -> Message:
    """For who asked in private: where the preview comes, so that approvers see it."""
    name = f"<#{channel}>" if channel[:1] in ("C", "G") else escape(channel)
    said = f"“{remedy.title}”: the preview comes in {name}, where it can be approved."
    return Message(said, [section(said)])


_LINES = {
    "previewed": "{mentions}: {asker} asks for your approval of the change to {name}, until {until}.",
    "dry_run": ":eyes: This is what would be done to {name}. It is a dry run: nothing was changed.",
    "already_done": ":white_check_mark: {name} is already as it should be; nothing was changed.",
    "approved": ":+1: {who} approved it.",
    "declined": ":no_entry_sign: {who} declined it; nothing was changed.",
    "cancelled": ":no_entry_sign: {who} took it back; nothing was changed.",
    "expired": ":alarm_clock: The time for it is up; nothing was changed.",
    "drifted": (
        ":warning: {name} is not as it was when this was approved, so nothing was changed. {mentions}: "
        "please read the new preview and decide again, until {until}."
    ),
    "applied": ":wrench: {name} was changed.",
    "verified": ":white_check_mark:",
    "failed": ":x:",
    "undo_requested": ":leftwards_arrow_with_hook: {who} asked to undo it.",
    "undo_refused": ":warning: It was not undone.",
    "undone": ":leftwards_arrow_with_hook: {name} is as it was before.",
}
"""In mrkdwn; what was said beside an event follows it, escaped."""
_ALOUD = ("failed", "undo_refused")
"""What is said even of one that nobody asked for by itself."""

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


def _where(r: Remediation, around: Around, name: str) -> str:
    region = "" if r.target.region == "global" else f" · {escape(r.target.region)}"
    return f"{fit(name, 600, code)}\n{fit(around.account, 100)} ({fit(r.target.account, 20)}){region}"


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
    blocks = []
    if preview.effects:
        shown = "\n".join(f"• {_effect(effect)}" for effect in preview.effects[:_EFFECTS])
        blocks.append(section(f"*Who and what depends on it*\n{shown}"))
    if preview.warnings:
        shown = "\n".join(f":warning: {fit(warning, 500)}" for warning in preview.warnings[:5])
        blocks.append(section(shown))
    return blocks


def _effect(effect: Effect) -> str:
    return fit(effect.words, 200) + (f" {date(effect.at)}" if effect.at else "")


def _terms(r: Remediation, around: Around) -> list[Block]:
    """The small print: risk, permissions, people, times."""
    remedy = around.remedy
    by = "Because {} resolved the alert" if r.standing else "Asked by {}"
    said = [f"{by.format(f'<@{r.requested_by}>')} {date(r.requested_at)}"]
    if r.approved_by:
        said.append(f"Approved by <@{r.approved_by}>")
    if r.state in (*_BEFORE_ACTING, State.REQUESTED):
        said.append(f"Risk: *{remedy.risk}*")
        said.append(f"Uses {', '.join(code(action) for action in remedy.writes)}")
        said.append(_undoing(remedy))
    if r.state is State.PREVIEWED and r.expires_at:
        said.append(f"Expires {date(r.expires_at)}")
    if r.state is State.VERIFIED and r.undo_until:
        said.append(f"Can be undone until {date(r.undo_until)}")
    blocks: list[Block] = []
    if r.state is State.DRY_RUN:
        blocks.append(section(around.why_not or "This is a dry run; here is what it would do."))
    return [*blocks, context(*said[:CONTEXT_ELEMENTS])]


def _undoing(remedy: Remedy) -> str:
    if remedy.undo is None:
        return "Cannot be undone"
    return f"Can be undone, but for {' and '.join(remedy.assigned)}" if remedy.assigned else "Can be undone"


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


def _words(state: State) -> str:
    return _STATE[state].split(": ", 1)[1].rstrip("…") + "."
