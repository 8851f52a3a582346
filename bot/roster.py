"""Use case: ask which accounts there are, and keep the answer. An audit without a store needs `bot.enrolment` alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import structlog

from bot.aws.organization import members
from bot.config import Aws, Offline
from bot.enrolment import Enrolment, enrol, enrolled
from bot.errors import AwsError
from bot.services import Services
from bot.store import Store, enrolments

S = TypeVar("S", bound=Offline)

log = structlog.get_logger(__name__)


def refresh(services: Services) -> Enrolment:
    """Ask again which accounts there are, and let the service work with those; takes seconds.

    Where Organizations does not answer, what it answered last stands, and a warning says so. Raises AwsError when it
    never answered and no account is listed.
    """
    aws = services.written.aws
    if not aws.organization.enabled:
        return enrolled(services.aws, aws)
    try:
        found = members(services.aws, aws.organization)
    except AwsError as error:
        log.warning("aws organizations did not say its accounts", why=str(error))
        with services.store.write(timeout=30) as tx:
            enrolments.failed(tx, str(error), services.now())
            kept = enrolments.latest(tx)
        if not (kept.members or aws.accounts):
            raise
    else:
        with services.store.write(timeout=30) as tx:
            enrolments.keep(tx, found, services.now())
            kept = enrolments.latest(tx)
    return _put_in(services, kept)


def restore(services: Services) -> None:
    """Let the service work with the accounts that there were last; AWS is asked nothing."""
    if services.written.aws.organization.enabled:
        with services.store.read() as tx:
            kept = enrolments.latest(tx)
        _put_in(services, kept)


def remembered(settings: S) -> S:
    """The settings with the accounts that AWS Organizations last named, where a state file holds that."""
    if not (settings.aws.organization.enabled and settings.store.path.exists()):
        return settings
    store = Store(settings.store.path)
    try:
        with store.read() as tx:
            return settings.enrolled(of_kept(settings.aws, enrolments.latest(tx)).accounts)
    finally:
        store.close()


def of_kept(aws: Aws, kept: enrolments.Kept) -> Enrolment:
    """What the kept answer of Organizations means by these settings."""
    enrolment = enrol(aws, kept.members)
    if not kept.why:
        return enrolment
    since = f"the accounts are those of {kept.at:%Y-%m-%d %H:%M} UTC" if kept.at else "only listed accounts are audited"
    return replace(enrolment, warnings=(f"AWS Organizations could not be asked: {kept.why} So {since}.",))


def _put_in(services: Services, kept: enrolments.Kept) -> Enrolment:
    enrolment = of_kept(services.written.aws, kept)
    services.settings = services.written.enrolled(enrolment.accounts)
    services.aws.aws = services.settings.aws
    return enrolment
