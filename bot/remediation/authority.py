"""Whether a remediation may still act: what held when it was approved is looked up again at the moment of acting."""

from __future__ import annotations

from bot import approval
from bot.approval import Remediation, State
from bot.offers import in_scope
from bot.remediation.record import why_not
from bot.remedy import Remedy
from bot.rights import Right
from bot.services import Services


def may_not_begin(services: Services, r: Remediation, remedy: Remedy) -> str:
    """Why what was approved may not begin, in words; empty when it may."""
    if why := _withdrawn(services, r):
        return why
    if not r.standing and not services.rights.may(r.requested_by, Right.REQUEST):
        return "Whoever asked for it may no longer ask for remediations."
    if not in_scope(r.target.account, services.settings):
        return f"The account {r.target.account} is not in Picket's config."
    return why_not(services, remedy)


def may_not_undo(services: Services, r: Remediation, remedy: Remedy) -> str:
    """Why it may not be undone, in words; empty when it may."""
    rights = (Right.APPROVE, Right.RESPOND) if r.standing else (Right.APPROVE,)
    if not any(services.rights.may(r.undo_by or "", right) for right in rights):
        return "Whoever asked to undo it may no longer do so."
    if r.undo_until is None or services.now() >= r.undo_until:
        return "The time to undo it is up."
    return why_not(services, remedy)


def may_not_go_on(services: Services, r: Remediation, remedy: Remedy) -> str:
    """Why what was cut short may not be gone on with, in words; empty when it may."""
    if r.state is State.UNDOING:
        return may_not_undo(services, r, remedy)
    if approval.expired(r, services.now()):
        return "The approval holds no more."
    return _withdrawn(services, r) or why_not(services, remedy)


def _withdrawn(services: Services, r: Remediation) -> str:
    """Why its approval, by a person or by the settings, is none any more."""
    if not r.standing:
        may = services.rights.may(r.approved_by or "", Right.APPROVE)
        return "" if may else "Whoever approved it may no longer approve."
    if not services.settings.guardduty.archive_on_resolve:
        return "The setting `guardduty.archive_on_resolve` is off now."
    may = services.rights.may(r.requested_by, Right.RESPOND)
    return "" if may else "Whoever resolved the alert may no longer respond to alerts."
