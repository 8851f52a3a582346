"""Use case: ask → preview → approve → look again → apply → verify → undo.

People's clicks only move a row; the worker does what the row's state asks for. Before each change of AWS the row
says `applying` (or `undoing`) and holds what undo goes back to; after it, the outcome. A row found in such a state
was cut short: the worker looks at AWS, and finishes or reports, so nothing is done twice or left half.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot import approval
from bot.alerts import Alert, Entry, Signal, Source
from bot.approval import Left, Remediation, State
from bot.aws.remedies import REMEDIES
from bot.errors import AwsError, AwsUnreachable, NotFound, PicketError, Stale, StoreBusy
from bot.messages.remediation import TIMELINE, Around, card, elsewhere, line
from bot.offers import in_scope, runnable
from bot.remedy import Clients, Preview, Remedy, Subject, worth_fixing
from bot.rights import Right
from bot.routing import route
from bot.services import Services
from bot.store import Tx, alerts, outbox, remediations
from checks.model import Finding, Status

log = structlog.get_logger(__name__)

Recheck = Callable[[Services, str, str, str, str], Finding | None]
"""`(services, check id, account, region, resource)`: judge that one resource again; None: it is not there any more."""

_LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look for a change to show: IAM answers with the old state for a while."""


def request(services: Services, tx: Tx, remedy_id: str, thing: Alert | Finding, user: str, channel: str) -> Remediation:
    """`user` (who has the right) asks in `channel` for a remedy of `thing`; the worker makes the preview.

    Raises NotFound for an unknown remedy, Stale when it does not fit (any more) or is under way already.
    """
    remedy = REMEDIES.get(remedy_id)
    if remedy is None:
        raise NotFound("Picket knows no such remedy (any more).")
    target = remedy.fits(Subject.of(thing)) if worth_fixing(thing) else None
    if target is None or not in_scope(thing.account, services.settings):
        raise Stale(f"“{remedy.title}” does not fit this (any more).")
    if other := remediations.live(tx, remedy_id, target):
        raise Stale(f"<@{other.requested_by}> has asked for that already; it is under way.")
    now, subject = services.now(), Subject.of(thing)
    r = Remediation(
        id=services.new_id(),
        remedy=remedy_id,
        target=target,
        channel=_channel(services, thing, channel),
        requested_by=user,
        requested_at=now,
        alert=thing.id if isinstance(thing, Alert) else None,
        parent=thing.key if isinstance(thing, Alert) else None,
        check=subject.type if subject.source is Source.AUDIT else None,
        story=(approval.Event(now, "requested", user),),
    )
    _keep(services, tx, r, told=0)
    if not isinstance(thing, Alert) and r.channel != channel:
        said = elsewhere(remedy, r.channel)
        outbox.message(tx, f"{r.key}:asked", user, said.text, said.blocks, now)
    return r


def approve(services: Services, tx: Tx, id_: str, seen: str, user: str) -> Remediation:
    """`user` (who has the right) approves what the fingerprint `seen` stands for. Raises UserError."""
    r, remedy = _named(tx, id_)
    if why := _why_not(services, remedy):
        raise Stale(why)
    return _moved(services, tx, r, approval.approve(r, user, seen, remedy.risk, services.now(), _wait(services)))


def decline(services: Services, tx: Tx, id_: str, user: str) -> Remediation:
    """`user` (who has the right) declines. Raises UserError."""
    r, _ = _named(tx, id_)
    return _moved(services, tx, r, approval.decline(r, user, services.now()))


def cancel(services: Services, tx: Tx, id_: str, user: str) -> Remediation:
    """`user`, who asked for it, takes it back. Raises UserError."""
    r, _ = _named(tx, id_)
    return _moved(services, tx, r, approval.cancel(r, user, services.now()))


def undo(services: Services, tx: Tx, id_: str, user: str) -> Remediation:
    """`user` (who has the right) wants it undone. Raises UserError."""
    r, remedy = _named(tx, id_)
    if why := _why_not(services, remedy):
        raise Stale(why)
    return _moved(services, tx, r, approval.ask_undo(r, user, services.now()))


def work(services: Services, stop: threading.Event, *, recheck: Recheck) -> None:
    """Do what the rows ask for until `stop` is set; what a crash cut short is taken up first."""
    worker = Worker(services, stop, recheck)
    seen = 0
    while not stop.is_set():
        seen = services.store.wait(seen, 0)
        worker.once()
        seen = services.store.wait(seen, 2.0)


@dataclass(frozen=True, slots=True)
class Worker:
    """Takes each row a step further; there is one in the service."""

    services: Services
    stop: threading.Event
    recheck: Recheck
    looks: tuple[float, ...] = _LOOKS

    def once(self) -> None:
        """One round over all rows that wait for something."""
        with self.services.store.read() as tx:
            ids = [*remediations.overdue(tx, self.services.now()), *remediations.waiting(tx)]
        for id_ in ids:
            if self.stop.is_set():
                return
            self._finish(id_)

    def _finish(self, id_: str) -> None:
        """Take one as far as it goes without people."""
        before: Remediation | None = None
        while not self.stop.is_set():
            with self.services.store.read() as tx:
                r = remediations.get(tx, id_)
            if r is None or r == before:
                return
            before = r
            self._step(r)

    def _step(self, r: Remediation) -> None:
        steps: dict[State, Callable[[Remediation, Remedy], None]] = {
            State.REQUESTED: self._preview,
            State.PREVIEWED: self._expire,
            State.APPROVED: self._begin,
            State.APPLYING: self._resume,
            State.APPLIED: self._verify,
            State.VERIFIED: self._close_undo,
            State.UNDO_REQUESTED: self._begin_undo,
            State.UNDOING: self._resume,
        }
        step, remedy = steps.get(r.state), REMEDIES.get(r.remedy)
        if step is None:
            return
        if remedy is None:
            self._move(r, approval.fail(r, f"This Picket has no remedy {r.remedy}.", self.services.now()))
            return
        try:
            step(r, remedy)
        except StoreBusy:
            log.warning("the state file was busy; trying again", remediation=r.id)
        except PicketError as error:
            log.warning("a remediation cannot go on", remediation=r.id, state=str(r.state), error=str(error))
            self._broken(r, error)
        except Exception as error:
            log.exception("a remediation met an error", remediation=r.id, state=str(r.state))
            self._broken(r, error)

    def _broken(self, r: Remediation, error: Exception) -> None:
        """It cannot go on: end it in words, or leave the row to the next round while the outcome may yet be seen."""
        with self.services.store.read() as tx:
            r = remediations.get(tx, r.id) or r
        words = str(error) if isinstance(error, PicketError) else "Picket failed at it; its log says at what."
        if r.state in (State.REQUESTED, State.PREVIEWED, State.APPROVED, State.UNDO_REQUESTED):
            self._end(r, f"{words} Nothing was changed.", again=True)
        elif not isinstance(error, AwsUnreachable) or approval.given_up(r, self.services.now()):
            self._end(r, f"{words} It is not known whether it was changed. Please look at AWS yourself.")

    # Looking and asking.

    def _preview(self, r: Remediation, remedy: Remedy) -> None:
        look, now = self._look(r, remedy), self.services.now()
        can = not _why_not(self.services, remedy)
        self._move(r, approval.show(r, look, now, _wait(self.services), runnable=can))

    def _expire(self, r: Remediation, _: Remedy) -> None:
        if approval.expired(r, self.services.now()):
            self._move(r, approval.expire(r, self.services.now()))

    def _close_undo(self, r: Remediation, _: Remedy) -> None:
        if r.undo_until and self.services.now() >= r.undo_until:
            self._move(r, approval.close_undo(r))

    # Acting.

    def _begin(self, r: Remediation, remedy: Remedy) -> None:
        if self._refused(r, remedy):
            return
        look, now = self._look(r, remedy), self.services.now()
        begun = approval.begin(r, look, now, _wait(self.services))
        if self._move(r, begun) and begun.state is State.APPLYING:
            self._act(begun, remedy, look)

    def _begin_undo(self, r: Remediation, remedy: Remedy) -> None:
        if why := self._undo_barred(r, remedy):
            self._end(r, why)
            return
        look = self._look(r, remedy)
        begun = approval.begin_undo(r, look, self.services.now())
        if self._move(r, begun) and begun.state is State.UNDOING:
            self._act(begun, remedy, look)

    def _refused(self, r: Remediation, remedy: Remedy) -> bool:
        """What held when it was approved is looked up again at the moment of acting."""
        services, now = self.services, self.services.now()
        if approval.expired(r, now):
            return bool(self._move(r, approval.expire(r, now)))
        why = _why_not(services, remedy)
        if not services.rights.may(r.approved_by or "", Right.APPROVE):
            why = "Who approved it has not the right any more."
        elif not services.rights.may(r.requested_by, Right.REQUEST):
            why = "Who asked for it has not the right any more."
        elif not in_scope(r.target.account, services.settings):
            why = f"The account {r.target.account} is not in Picket's config any more."
        return bool(why) and bool(self._move(r, approval.fail(r, f"{why} Nothing was changed.", now)))

    def _undo_barred(self, r: Remediation, remedy: Remedy) -> str:
        if not self.services.rights.may(r.undo_by or "", Right.APPROVE):
            return "Who asked to undo it has not the right any more."
        if r.undo_until is None or self.services.now() >= r.undo_until:
            return "The time to undo it is up."
        return _why_not(self.services, remedy)

    def _act(self, r: Remediation, remedy: Remedy, look: Preview) -> None:
        """Change AWS; the row says already that this may have happened."""
        clients = self._clients(r, write=True)
        try:
            if r.state is State.APPLYING:
                remedy.apply(clients, r.target, look)
            else:
                assert remedy.undo is not None
                assert r.preview is not None
                remedy.undo(clients, r.target, r.preview, look)
        except AwsError as error:
            log.warning("AWS did not take a change", remediation=r.id, error=str(error))
            self._settle(r, remedy, str(error))
            return
        self._acted(r)

    def _acted(self, r: Remediation) -> None:
        now = self.services.now()
        self._move(r, approval.applied(r, now) if r.state is State.APPLYING else approval.undone(r, now))

    def _resume(self, r: Remediation, remedy: Remedy) -> None:
        """It was cut short: find out by AWS how far it got, and finish while the approval still holds."""
        look = self._look(r, remedy)
        match approval.left(r, look.before):
            case Left.ALL:
                self._acted(r)
            case Left.OTHER:
                self._end(
                    r, f"Picket was stopped while it changed {look.name}, and somebody else has changed it since."
                )
            case _ if why := self._barred(r, remedy):
                self._end(r, f"Picket was stopped while it changed {look.name}. {why} {_how_far(r, look)}")
            case _:
                self._act(r, remedy, look)

    def _barred(self, r: Remediation, remedy: Remedy) -> str:
        """Why what was cut short may not be gone on with."""
        if r.state is State.UNDOING:
            return self._undo_barred(r, remedy)
        if approval.expired(r, self.services.now()):
            return "The approval holds no more."
        if not self.services.rights.may(r.approved_by or "", Right.APPROVE):
            return "Who approved it has not the right any more."
        return _why_not(self.services, remedy)

    def _settle(self, r: Remediation, remedy: Remedy, words: str) -> None:
        """AWS answered with an error: look what it did all the same, and say so."""
        look = self._look(r, remedy)
        if approval.left(r, look.before) is Left.ALL:
            self._acted(r)
        else:
            nothing = approval.left(r, look.before) is Left.NOTHING
            self._end(r, f"{words} {_how_far(r, look)}", again=nothing)

    def _end(self, r: Remediation, words: str, *, again: bool = False) -> None:
        """It ends here; `again`: an undo may be asked for once more."""
        now = self.services.now()
        if r.state in (State.UNDO_REQUESTED, State.UNDOING):
            self._move(r, approval.refuse_undo(r, words, now, again=again))
        else:
            self._move(r, approval.fail(r, words, now))

    def _verify(self, r: Remediation, remedy: Remedy) -> None:
        assert r.preview is not None
        look = self._look(r, remedy)
        for pause in self.looks:
            if look.before == r.preview.after or self.stop.wait(pause):
                break
            look = self._look(r, remedy)
        if self.stop.is_set() and look.before != r.preview.after:
            return  # the next start verifies
        now = self.services.now()
        if look.before != r.preview.after:
            words = f"AWS accepted the change, but {look.name} does not show it. Please look at AWS yourself."
            self._move(r, approval.fail(r, words, now))
            return
        until = now + timedelta(hours=self.services.settings.remediation.undo_hours) if remedy.undo else None
        self._move(r, approval.verified(r, self._judged(r, look), now, until))

    def _judged(self, r: Remediation, look: Preview) -> str:
        """What the check says now, in words."""
        words = f"AWS shows the change to {look.name}."
        if r.check is None:
            return words
        try:
            finding = self.recheck(self.services, r.check, r.target.account, r.target.region, r.target.resource)
        except PicketError as error:
            return f"{words} The check {r.check} could not be made again: {error}"
        if finding is None:
            return f"{words} The check {r.check} has nothing to say of it any more."
        if finding.status is Status.PASS:
            return f"{words} The check {r.check} passes now."
        if finding.status is Status.FAIL:
            return f"{words} The check {r.check} still fails: {finding.title}"
        return f"{words} The check {r.check} says {finding.status}: {finding.reason}"

    # Parts.

    def _look(self, r: Remediation, remedy: Remedy) -> Preview:
        return remedy.preview(self._clients(r, write=False), r.target, self.services.now())

    def _clients(self, r: Remediation, *, write: bool) -> Clients:
        from bot.aws.sessions import Access  # brings botocore, which a click does not need

        access = Access.REMEDIATE if write else Access.READ

        def client(service: str) -> Any:
            return self.services.aws.client(r.target.account, service, r.target.region, access)

        return client

    def _move(self, before: Remediation, after: Remediation) -> bool:
        """Keep `after`, unless somebody else moved it meanwhile."""
        with self.services.store.write() as tx:
            if remediations.get(tx, before.id) != before:
                return False
            _moved(self.services, tx, before, after)
        return True


def _how_far(r: Remediation, look: Preview) -> str:
    return {
        Left.NOTHING: "Nothing was changed.",
        Left.PART: f"A part was changed; {look.name} is now neither as before nor as wanted. Please ask again.",
        Left.OTHER: f"Somebody else changed {look.name} at the same time. Please look at it yourself.",
        Left.ALL: "All of it was changed.",
    }[approval.left(r, look.before)]


def _why_not(services: Services, remedy: Remedy) -> str:
    """Why `remedy` may change nothing, in words; empty when it may."""
    if runnable(remedy.id, services.settings):
        return ""
    if remedy.id in services.settings.remediation.enabled:
        return "Dry run: the setting `aws.remediation_role` names no role that may change anything."
    return (
        f"Dry run: this is what `{remedy.id}` would do. It is switched off in Picket's config (`remediation.enabled`)."
    )


def _channel(services: Services, thing: Alert | Finding, asked_in: str) -> str:
    """Where approvers see it: beside the alert, where it was asked, or where an alert of it would go."""
    if isinstance(thing, Alert):
        return thing.channel
    if asked_in[:1] in ("C", "G"):
        return asked_in
    signal = Signal(
        event_id="",
        source=Source.AUDIT,
        type=thing.check,
        account=thing.account,
        region=thing.region,
        resource=thing.resource,
        severity=thing.severity,
        title=thing.title,
        at=services.now(),
        member_id=thing.id,
    )
    return route(services.settings.routes, signal).channel


def _wait(services: Services) -> timedelta:
    return timedelta(minutes=services.settings.remediation.approval_minutes)


def _named(tx: Tx, id_: str) -> tuple[Remediation, Remedy]:
    r = remediations.get(tx, id_)
    if r is None or r.remedy not in REMEDIES:
        raise NotFound("Picket knows nothing of this remediation (any more). Please ask for it again.")
    return r, REMEDIES[r.remedy]


def _moved(services: Services, tx: Tx, before: Remediation, after: Remediation) -> Remediation:
    _keep(services, tx, after, told=len(before.story))
    return after


def _keep(services: Services, tx: Tx, r: Remediation, told: int) -> None:
    """Write the row, its card, and what is new of its story, in one transaction."""
    now, remedy = services.now(), REMEDIES.get(r.remedy)
    remediations.save(tx, r, now)
    if remedy is None:
        return
    around = Around(
        remedy=remedy,
        account=services.settings.account_name(r.target.account),
        approvers=services.rights.allowed(Right.APPROVE),
        why_not=_why_not(services, remedy),
    )
    shown = card(r, around)
    outbox.message(tx, r.key, r.channel, shown.text, shown.blocks, now, parent=r.parent)
    for number, event in enumerate(r.story[told:], told):
        if said := line(r, event, around):
            thread = r.parent or r.key
            outbox.message(tx, f"{r.key}:{number}", r.channel, said.text, said.blocks, now, parent=thread)
        if r.alert and event.kind in TIMELINE:
            entry = Entry(at=event.at, who=event.who or "picket", what=TIMELINE[event.kind], note=event.why)
            alerts.note(tx, r.alert, [entry])
