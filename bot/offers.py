"""Which remedies fit an alert or a finding (pure)."""

from __future__ import annotations

from bot.alerts import Alert
from bot.aws.remedies import REMEDIES
from bot.config import Settings
from bot.remedy import Subject, worth_fixing
from checks.model import Finding


def offers(thing: Alert | Finding, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Remedy id and button label for each remedy that fits `thing`; nothing for an account outside the settings.

    One that is not enabled is offered too: it can be previewed.
    """
    if not worth_fixing(thing) or not in_scope(thing.account, settings):
        return ()
    subjects = Subject.all_of(thing)
    return tuple((remedy.id, remedy.label) for remedy in REMEDIES.values() if any(map(remedy.fits, subjects)))


def in_scope(account: str, settings: Settings) -> bool:
    """Whether the settings or the organisation name `account`; without either it is the caller's, as AWS enforces."""
    if not (settings.aws.accounts or settings.aws.organization.enabled):
        return True
    return any(known.id == account for known in settings.aws.accounts)


def runnable(remedy: str, settings: Settings) -> bool:
    """Whether the operator lets `remedy` change anything."""
    return remedy in settings.remediation.enabled and bool(settings.aws.remediation_role)
