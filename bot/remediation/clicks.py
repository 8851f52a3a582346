"""What people ask of a remediation; each function moves one row in the caller's transaction."""

from __future__ import annotations

from bot import approval
from bot.alerts import Alert, Signal, Source
from bot.approval import Remediation
from bot.aws.remedies import REMEDIES
from bot.errors import NotFound, Stale
from bot.messages.remediation import elsewhere
from bot.offers import in_scope
from bot.remediation.record import keep, wait, why_not
from bot.remedy import Remedy, Subject, worth_fixing
from bot.routing import route
from bot.services import Services
from bot.store import Tx, outbox, remediations
from checks.model import Finding


def request(services: Services, tx: Tx, remedy_id: str, thing: Alert | Finding, user: str, channel: str) -> Remediation:
    """`user` (who has the right) asks in `channel` for a remedy of `thing`; the worker makes the preview.

    Raises NotFound for an unknown remedy, Stale when it does not fit (any more) or is under way already.
    """
    remedy = REMEDIES.get(remedy_id)
    if remedy is None:
        raise NotFound("Picket knows no such remedy (any more). Please audit again, and choose from the new answer.")
    fitting = [(each, target) for each in Subject.all_of(thing) if (target := remedy.fits(each))]
    if not fitting or not worth_fixing(thing) or not in_scope(thing.account, services.settings):
        raise Stale(f"“{remedy.title}” does not fit this (any more). Please audit again to see how it stands.")
    subject, target = fitting[0]
    if other := remediations.live(tx, remedy_id, target):
        raise Stale(f"<@{other.requested_by}> has asked for that already; it is under way.")
    now = services.now()
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
    keep(services, tx, r)
    if not isinstance(thing, Alert) and r.channel != channel:
        said = elsewhere(remedy, r.channel)
        outbox.message(tx, f"{r.key}:asked", user, said.text, said.blocks, now)
    return r


def approve(services: Services, tx: Tx, id_: str, seen: str, user: str) -> Remediation:
    """`user` (who has the right) approves what the fingerprint `seen` stands for. Raises UserError."""
    r, remedy = _named(tx, id_)
    if why := why_not(services, remedy):
        raise Stale(why)
    return _moved(services, tx, r, approval.approve(r, user, seen, remedy.risk, services.now(), wait(services)))


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
    if why := why_not(services, remedy):
        raise Stale(why)
    return _moved(services, tx, r, approval.ask_undo(r, user, services.now()))


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
    return route(services.settings, signal, services.now()).channel


def _named(tx: Tx, id_: str) -> tuple[Remediation, Remedy]:
    r = remediations.get(tx, id_)
    if r is None or r.remedy not in REMEDIES:
        raise NotFound("Picket knows nothing of this remediation (any more). Please ask for it again.")
    return r, REMEDIES[r.remedy]


def _moved(services: Services, tx: Tx, before: Remediation, after: Remediation) -> Remediation:
    return keep(services, tx, after, told=len(before.story))
