"""Use case: who resolves an alert archives its findings in GuardDuty, and who reopens it takes them out again.

Only where the setting `guardduty.archive_on_resolve` says so. It is a remediation like any other, with a row and a card
of its own, that the setting has approved beforehand; it goes on in the worker of remediations.
"""

from __future__ import annotations

from bot import alerts as life
from bot import approval, relay
from bot.alerts import Alert, Resolution, Source
from bot.approval import Remediation
from bot.aws.remedies.guardduty import ARCHIVE
from bot.remediation.record import keep
from bot.remedy import Target
from bot.services import Services
from bot.store import Tx, remediations
from checks.inventory import GLOBAL


def resolve(services: Services, tx: Tx, alert_id: str, user: str, reason: Resolution, note: str) -> Alert:
    """`user` (who has the right) is done with an alert. Raises NotFound, and Stale when it is resolved already."""
    now = services.now()
    alert = relay.apply(services, tx, alert_id, lambda each: life.resolve(each, user, reason, now, note))
    target = _target(services, alert) if services.settings.guardduty.archive_on_resolve else None
    if target:
        keep(services, tx, _asked(services, alert, target, user))
    return alert


def reopen(services: Services, tx: Tx, alert_id: str, user: str) -> Alert:
    """`user` (who has the right) wants an alert open again. Raises NotFound, and Stale when it is open."""
    now = services.now()
    alert = relay.apply(services, tx, alert_id, lambda each: life.reopen(each, user, now))
    r = remediations.standing(tx, ARCHIVE.id, alert_id)
    if r and (after := approval.take_back(r, user, now)) != r:
        keep(services, tx, after, told=len(r.story))
    return alert


def _target(services: Services, alert: Alert) -> Target | None:
    """Its findings by region, those that are known to be over too, for that may be undone; None where it has none."""
    findings: dict[str, list[str]] = {}
    for member in alert.members:
        if member.source is Source.GUARDDUTY:
            for region in member.facts.get("reported_in") or [member.region]:
                findings.setdefault(region, []).append(member.source_id)
    if not findings:
        return None
    return Target(
        account=services.settings.guardduty.administrator or alert.account,
        region=next(iter(findings)) if len(findings) == 1 else GLOBAL,
        resource=alert.resource,
        parameters={"findings": findings},
    )


def _asked(services: Services, alert: Alert, target: Target, user: str) -> Remediation:
    now = services.now()
    return Remediation(
        id=services.new_id(),
        remedy=ARCHIVE.id,
        target=target,
        channel=alert.channel,
        requested_by=user,
        requested_at=now,
        alert=alert.id,
        parent=alert.key,
        standing=True,
        story=(approval.Event(now, "requested", user),),
    )
