"""Use case: show a person their App Home."""

from __future__ import annotations

from bot.messages import home as messages
from bot.rights import Right
from bot.services import Services
from bot.store import Tx, digests, home, outbox


def show(services: Services, tx: Tx, user: str) -> None:
    """Put the view of `user` in the outbox; what it holds depends on what they may do."""
    rights = frozenset(right for right in Right if services.rights.may(user, right))
    view = messages.build(facts(services, tx, user, rights), services.settings.account_name)
    outbox.home(tx, user, view, services.now())


def facts(services: Services, tx: Tx, user: str, rights: frozenset[Right]) -> messages.Home:
    """What App Home says: alerts to those who answer them, fixes to those who approve, audits to those who audit."""
    now = services.now()
    responds, approves, audits = (r in rights for r in (Right.RESPOND, Right.APPROVE, Right.AUDIT))
    return messages.Home(
        now=now,
        rights=rights,
        criticals=home.criticals(tx) if responds else None,
        mine=home.mine(tx, user) if responds else None,
        unacknowledged=home.unacknowledged(tx) if responds else None,
        snoozed=home.snoozed(tx) if responds else None,
        to_approve=home.to_approve(tx, user, now) if approves else None,
        audited=digests.audited(tx) if audits else None,
        gaps=digests.gaps(tx) if audits else (),
    )
