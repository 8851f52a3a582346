"""A remediation's life as a pure state machine: asked, previewed, approved, applied, verified, undone.

    requested ─► previewed ─► approved ─► applying ─► applied ─► verified ─► undo_requested ─► undoing ─► undone
        │ │        ▲ │ │ │         │  │        │          │          ▲                │            │
        │ │  drift │ │ │ └ expired │  └ failed └ failed   └ failed   └─ undo_refused ─┴────────────┘
        │ └ dry_run  │ └ declined, cancelled
        └ already_done, failed

Each function takes what is and what happened, and returns what is then, or raises in words why not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

from bot.errors import NotAllowed, Stale
from bot.remedy import Preview, Risk, Target, between, fingerprint


class State(StrEnum):
    """Where a remediation is in its life."""

    REQUESTED = "requested"
    PREVIEWED = "previewed"
    DRY_RUN = "dry_run"
    APPROVED = "approved"
    APPLYING = "applying"
    APPLIED = "applied"
    VERIFIED = "verified"
    ALREADY_DONE = "already_done"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    UNDO_REQUESTED = "undo_requested"
    UNDOING = "undoing"
    UNDONE = "undone"


WORK = (
    State.REQUESTED,
    State.APPROVED,
    State.APPLYING,
    State.APPLIED,
    State.UNDO_REQUESTED,
    State.UNDOING,
)
"""States in which the worker has something to do."""

LIVE = (*WORK, State.PREVIEWED)
"""States in which a second request for the same thing is refused."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story: when, what kind, who (a user's id, or empty for Picket), and the reason in words."""

    at: datetime
    kind: str
    who: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """One request to fix one thing, as it stands."""

    id: str
    remedy: str
    target: Target
    channel: str
    requested_by: str
    requested_at: datetime
    alert: str | None = None
    """Id of the alert it was asked from."""
    parent: str | None = None
    """Key of the message in whose thread it stands; None: its card stands in the channel by itself."""
    check: str | None = None
    """Id of the check that should pass afterwards."""
    standing: bool = False
    """It follows from what somebody did, and the operator's settings approve of that: nobody is asked."""
    state: State = State.REQUESTED
    preview: Preview | None = None
    """The newest look before acting; what undo goes back to."""
    expires_at: datetime | None = None
    """Until when it may be approved; once approved, until when it may begin."""
    approved_by: str | None = None
    undo_by: str | None = None
    undo_until: datetime | None = None
    """None: it cannot be undone (any more)."""
    outcome: str = ""
    """How it ended, in words; unescaped."""
    story: tuple[Event, ...] = ()

    @property
    def key(self) -> str:
        """The key of its card in the outbox."""
        return f"remediation:{self.id}"

    @property
    def fingerprint(self) -> str:
        """What an approval is bound to; empty before the first preview."""
        return fingerprint(self.remedy, self.target, self.preview.before) if self.preview else ""


def _move(
    r: Remediation, state: State, now: datetime, kind: str, who: str = "", why: str = "", **more: Any
) -> Remediation:
    return replace(r, state=state, story=(*r.story, Event(now, kind, who, why)), **more)


def show(r: Remediation, preview: Preview, now: datetime, wait: timedelta, *, runnable: bool) -> Remediation:
    """What a first look found: wait for an approval, or nothing to do, or nothing that may be done."""
    if preview.already_done:
        words = f"{preview.name} is already as it should be. Nothing was changed."
        return _move(r, State.ALREADY_DONE, now, "already_done", preview=preview, outcome=words)
    if not runnable:
        return _move(r, State.DRY_RUN, now, "dry_run", preview=preview)
    if r.standing:
        return _move(r, State.APPROVED, now, "approved", preview=preview, expires_at=now + wait)
    return _move(r, State.PREVIEWED, now, "previewed", preview=preview, expires_at=now + wait)


def approve(r: Remediation, user: str, seen: str, risk: Risk, now: datetime, wait: timedelta) -> Remediation:
    """`user` (who has the right) approves the preview whose fingerprint is `seen`; it must begin within `wait`."""
    _require_open(r, now)
    if r.fingerprint != seen:
        raise Stale("What you approved is not what stands there now: the preview was made anew. Please read it again.")
    if user == r.requested_by and risk > Risk.LOW:
        raise NotAllowed(f"You asked for this yourself; at {risk} risk another person has to approve it.")
    return _move(r, State.APPROVED, now, "approved", user, approved_by=user, expires_at=now + wait)


def decline(r: Remediation, user: str, now: datetime) -> Remediation:
    """`user` (who has the right) says no."""
    _require_open(r, now)
    return _move(r, State.DECLINED, now, "declined", user)


def cancel(r: Remediation, user: str, now: datetime) -> Remediation:
    """Who asked takes it back."""
    if user != r.requested_by:
        raise NotAllowed(f"Only <@{r.requested_by}>, who asked for it, can cancel it; an approver can decline it.")
    if r.state is not State.REQUESTED:
        _require_open(r, now)
    return _move(r, State.CANCELLED, now, "cancelled", user)


def expired(r: Remediation, now: datetime) -> bool:
    """Whether its time is up."""
    return r.expires_at is not None and now >= r.expires_at


def expire(r: Remediation, now: datetime) -> Remediation:
    """Nobody approved in time, or an approval could not be acted on in time."""
    words = "The approval was not acted on in time." if r.approved_by else "Nobody approved it in time."
    return _move(r, State.EXPIRED, now, "expired", outcome=f"{words} Nothing was changed.")


def fail(r: Remediation, words: str, now: datetime) -> Remediation:
    """It ends here; `words` say what AWS is like now."""
    return _move(r, State.FAILED, now, "failed", why=words, outcome=words, undo_until=None)


def begin(r: Remediation, fresh: Preview, now: datetime, wait: timedelta) -> Remediation:
    """The look at the moment of acting: begin, or find it done, or ask again because it is not what was approved."""
    if fresh.already_done:
        words = f"Somebody else changed {fresh.name} meanwhile: it is already as it should be."
        return _move(r, State.ALREADY_DONE, now, "already_done", preview=fresh, outcome=words)
    if not r.standing and fingerprint(r.remedy, r.target, fresh.before) != r.fingerprint:
        return _move(r, State.PREVIEWED, now, "drifted", preview=fresh, approved_by=None, expires_at=now + wait)
    return _move(r, State.APPLYING, now, "applying", preview=fresh)


def applied(r: Remediation, now: datetime) -> Remediation:
    """AWS accepted every change."""
    return _move(r, State.APPLIED, now, "applied")


def applied_at(r: Remediation) -> datetime:
    """When AWS accepted it."""
    return next(event.at for event in reversed(r.story) if event.kind == "applied")


def verified(r: Remediation, words: str, now: datetime, undo_until: datetime | None) -> Remediation:
    """AWS was seen to be as the preview said; `words` say what the check answers now."""
    done = _move(r, State.VERIFIED, now, "verified", why=words, outcome=words, undo_until=undo_until)
    return ask_undo(done, r.undo_by, now) if r.undo_by and undo_until else done


def ask_undo(r: Remediation, user: str, now: datetime) -> Remediation:
    """`user` (who may approve) wants it undone."""
    if r.state in (State.UNDO_REQUESTED, State.UNDOING):
        raise Stale(f"<@{r.undo_by}> has asked for that already; it is being undone.")
    if r.state is not State.VERIFIED or r.undo_until is None or now >= r.undo_until:
        raise Stale("This cannot be undone from here (any more). Please change it in AWS yourself.")
    return _move(r, State.UNDO_REQUESTED, now, "undo_requested", user, undo_by=user)


def take_back(r: Remediation, user: str, now: datetime) -> Remediation:
    """`user` took back what it follows from: cancelled where nothing was done yet, else undone as soon as that can be.

    Unchanged when it cannot be undone (any more).
    """
    if r.state in (State.REQUESTED, State.APPROVED):
        return _move(r, State.CANCELLED, now, "cancelled", user)
    if r.state in (State.APPLYING, State.APPLIED):
        return replace(r, undo_by=user)
    undoable = r.state is State.VERIFIED and r.undo_until is not None and now < r.undo_until
    return ask_undo(r, user, now) if undoable else r


def begin_undo(r: Remediation, fresh: Preview, now: datetime) -> Remediation:
    """The look at the moment of undoing: only what Picket left may be put back."""
    assert r.preview is not None
    if fresh.before == r.preview.before:
        return refuse_undo(r, f"{fresh.name} is already as it was before; somebody else put it back.", now)
    if fresh.before != r.preview.after:
        return refuse_undo(r, f"Somebody has changed {fresh.name} since. Please look at it yourself.", now)
    return _move(r, State.UNDOING, now, "undoing")


def refuse_undo(r: Remediation, words: str, now: datetime, *, again: bool = False) -> Remediation:
    """It stays as it is; `again`: undoing it may be asked for once more."""
    until = r.undo_until if again else None
    return _move(r, State.VERIFIED, now, "undo_refused", why=words, outcome=words, undo_until=until)


def given_up(r: Remediation, now: datetime) -> bool:
    """Whether to look no longer for what came of a change whose outcome is not known."""
    until = r.undo_until if r.state is State.UNDOING else r.expires_at
    return until is None or now >= until


def close_undo(r: Remediation) -> Remediation:
    """The time to undo it is up: nothing to tell, but the card loses its button."""
    return replace(r, undo_until=None)


def undone(r: Remediation, now: datetime) -> Remediation:
    """AWS was seen to be as it was before."""
    return _move(r, State.UNDONE, now, "undone", outcome="It is as it was before.", undo_until=None)


class Left(Enum):
    """What a step that was cut short left behind."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"
    OTHER = "other"
    """Neither its start nor its end, nor anything between: somebody else was here."""


def left(r: Remediation, fresh: Mapping[str, Any]) -> Left:
    """How far applying or undoing got, by how AWS is now."""
    assert r.preview is not None
    start, end = r.preview.before, r.preview.after
    if r.state is State.UNDOING:
        start, end = end, start
    if fresh == end:
        return Left.ALL
    if fresh == start:
        return Left.NOTHING
    return Left.PART if between(fresh, start, end) else Left.OTHER


def _require_open(r: Remediation, now: datetime) -> None:
    if r.state is State.PREVIEWED and not expired(r, now):
        return
    words = {
        State.REQUESTED: "Picket is still looking at AWS; the preview comes first.",
        State.PREVIEWED: "The time to approve this is up. Please ask again.",
        State.EXPIRED: "The time to approve this is up. Please ask again.",
        State.DRY_RUN: "This remedy is switched off in Picket's config, so it can only be previewed.",
        State.DECLINED: "This was declined already.",
        State.CANCELLED: "This was taken back already.",
        State.APPROVED: f"<@{r.approved_by}> has approved this already; it is under way.",
        State.APPLYING: f"<@{r.approved_by}> has approved this already; it is under way.",
        State.APPLIED: f"<@{r.approved_by}> has approved this already; it is under way.",
    }
    raise Stale(words.get(r.state, "This is over already. Please ask again if it is still needed."))
