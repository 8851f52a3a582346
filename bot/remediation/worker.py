"""Looks at AWS and changes it, one step of one remediation at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot import approval
from bot.approval import Left, Remediation, State
from bot.aws.remedies import REMEDIES
from bot.aws.sessions import Access
from bot.errors import AwsError, AwsUnreachable, PicketError, StoreBusy
from bot.remediation.authority import may_not_begin, may_not_go_on, may_not_undo
from bot.remediation.record import keep, wait, why_not
from bot.remedy import AT_ONCE, Clients, Preview, Remedy
from bot.services import Services
from bot.store import remediations
from checks.model import Finding, Status

log = structlog.get_logger(__name__)

Recheck = Callable[[Services, str, str, str, str], Finding | None]
"""`(services, check id, account, region, resource)`: judge that one resource again; None: it is not there any more."""

_LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look for a change to show: IAM answers with the old state for a while."""


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
        elif r.state in (State.APPLYING, State.APPLIED, State.UNDOING):
            if isinstance(error, AwsUnreachable) and not approval.given_up(r, self.services.now()):
                return
            accepted = r.state is State.APPLIED
            known = "AWS had accepted the change" if accepted else "It is not known whether it was changed"
            self._end(r, f"{words} {known}. Please look at AWS yourself.")

    # Looking and asking.

    def _preview(self, r: Remediation, remedy: Remedy) -> None:
        look, now = self._look(r, remedy), self.services.now()
        can = not why_not(self.services, remedy)
        self._move(r, approval.show(r, look, now, wait(self.services), runnable=can))

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
        begun = approval.begin(r, look, now, wait(self.services))
        if self._move(r, begun) and begun.state is State.APPLYING:
            self._act(begun, remedy, look)

    def _begin_undo(self, r: Remediation, remedy: Remedy) -> None:
        if why := may_not_undo(self.services, r, remedy):
            self._end(r, why)
            return
        look = self._look(r, remedy)
        begun = approval.begin_undo(r, look, self.services.now())
        if self._move(r, begun) and begun.state is State.UNDOING:
            self._act(begun, remedy, look)

    def _refused(self, r: Remediation, remedy: Remedy) -> bool:
        """What held when it was approved is looked up again at the moment of acting."""
        now = self.services.now()
        if approval.expired(r, now):
            self._move(r, approval.expire(r, now))
            return True
        why = may_not_begin(self.services, r, remedy)
        if why:
            self._move(r, approval.fail(r, f"{why} Nothing was changed.", now))
        return bool(why)

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
            case _ if why := may_not_go_on(self.services, r, remedy):
                self._end(r, f"Picket was stopped while it changed {look.name}. {why} {_how_far(r, look)}")
            case _:
                self._act(r, remedy, look)

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
        look, waited = self._look(r, remedy), self.services.now() - approval.applied_at(r)
        for pause in self.looks if waited < AT_ONCE else ():
            if look.before == r.preview.after or self.stop.wait(pause):
                break
            look = self._look(r, remedy)
        now = self.services.now()
        if look.before != r.preview.after:
            if self.stop.is_set() or AT_ONCE < remedy.settles > now - approval.applied_at(r):
                return  # the next round, or start, looks again
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
        access = Access.REMEDIATE if write else Access.READ

        def client(service: str, region: str = "", /) -> Any:
            return self.services.aws.client(r.target.account, service, region or r.target.region, access)

        return client

    def _move(self, before: Remediation, after: Remediation) -> bool:
        """Keep `after`, unless somebody else moved it meanwhile."""
        with self.services.store.write() as tx:
            if remediations.get(tx, before.id) != before:
                return False
            keep(self.services, tx, after, told=len(before.story))
        return True


def _how_far(r: Remediation, look: Preview) -> str:
    return {
        Left.NOTHING: "Nothing was changed.",
        Left.PART: f"A part was changed; {look.name} is now neither as before nor as wanted. Please ask again.",
        Left.OTHER: f"Somebody else changed {look.name} at the same time. Please look at it yourself.",
        Left.ALL: "All of it was changed.",
    }[approval.left(r, look.before)]
