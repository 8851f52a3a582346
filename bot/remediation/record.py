"""What a remediation leaves behind when it moves: its row, its card, its story; and whether it may run at all."""

from __future__ import annotations

from datetime import timedelta

from bot.alerts import Entry
from bot.approval import Remediation
from bot.aws.remedies import REMEDIES
from bot.messages import Message
from bot.messages.remediation import TIMELINE, Around, card, line
from bot.offers import runnable
from bot.remedy import Remedy, Risk
from bot.rights import Right
from bot.services import Services
from bot.store import Tx, alerts, outbox, remediations

_FEW = 5


def why_not(services: Services, remedy: Remedy) -> str:
    """Why `remedy` may change nothing, in words; empty when it may."""
    if runnable(remedy.id, services.settings):
        return ""
    if remedy.id in services.settings.remediation.enabled:
        return "Dry run: the setting `aws.remediation_role` names no role that may change anything."
    return (
        f"Dry run: this is what `{remedy.id}` would do. It is switched off in Picket's config (`remediation.enabled`)."
    )


def wait(services: Services) -> timedelta:
    """How long a preview may be approved, and an approval be acted on."""
    return timedelta(minutes=services.settings.remediation.approval_minutes)


def keep(services: Services, tx: Tx, r: Remediation, told: int = 0) -> Remediation:
    """Write the row, its card, and its story from the event number `told` on, in the caller's transaction."""
    now, remedy = services.now(), REMEDIES.get(r.remedy)
    remediations.save(tx, r, now)
    if remedy is None:
        return r
    around = _around(services, r, remedy)
    said = card(r, around)
    outbox.message(tx, r.key, r.channel, said.text, said.blocks, now, parent=r.parent)
    for number, event in enumerate(r.story[told:], told):
        if told_of := line(r, event, around):
            thread = r.parent or r.key
            outbox.message(tx, f"{r.key}:{number}", r.channel, told_of.text, told_of.blocks, now, parent=thread)
        if r.alert and event.kind in TIMELINE:
            entry = Entry(at=event.at, who=event.who or "picket", what=TIMELINE[event.kind], note=event.why)
            alerts.note(tx, r.alert, [entry])
    return r


def shown(services: Services, r: Remediation) -> Message | None:
    """The card as it now is; None when the remedy is not known any more."""
    remedy = REMEDIES.get(r.remedy)
    return card(r, _around(services, r, remedy)) if remedy else None


def _around(services: Services, r: Remediation, remedy: Remedy) -> Around:
    return Around(
        remedy=remedy,
        account=services.settings.account_name(r.target.account),
        approvers=_callable(services, r, remedy),
        why_not=why_not(services, remedy),
    )


def _callable(services: Services, r: Remediation, remedy: Remedy) -> tuple[str, ...]:
    """Whom to call: an @handle notifies nobody, so its members are named where they are few; never who may not."""
    called: dict[str, None] = {}
    for entry in services.rights.allowed(Right.APPROVE):
        members = sorted(services.rights.members(entry)) if entry[0] == "@" else []
        called |= dict.fromkeys(members if 0 < len(members) <= _FEW else [entry])
    return tuple(entry for entry in called if entry != r.requested_by or remedy.risk is Risk.LOW)
