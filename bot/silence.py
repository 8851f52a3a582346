"""Whether the settings keep an alert quiet: by a suppression, or by a maintenance window that is on (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain

from bot import cron
from bot.alerts import Source
from bot.config import AlertSuppression, Maintenance, Offline, Silence
from bot.routing import Subject, failed
from checks.model import Severity


@dataclass(frozen=True, slots=True)
class Judged:
    """A suppression or a window that was looked at."""

    name: str
    """`suppression 1`, `maintenance window 2`: as they stand in the file."""
    silence: Silence
    failed: tuple[str, ...]
    """Why it does not cover the alert, in words, unescaped; none when it does."""
    until: datetime | None
    """When it is over, where it is on."""


def quiet(settings: Offline, subject: Subject, at: datetime) -> Judged | None:
    """What keeps `subject` quiet at that moment, for longest where there are several; None when nothing does."""
    covering = [one for one in judged(settings, subject, at) if not one.failed]
    return max(covering, key=lambda one: one.until or at, default=None)


def judged(settings: Offline, subject: Subject, at: datetime) -> Iterator[Judged]:
    """Every suppression and window of the settings."""
    account = settings.account(subject.account)
    for name, one in _all(settings):
        until = _until(one, at)
        why = [] if until else ["it is not on then" if isinstance(one, Maintenance) else "it has ended"]
        if subject.severity >= Severity.CRITICAL and not one.criticals:
            why.append("critical alerts come through")
        if subject.source is Source.PICKET and Source.PICKET not in one.sources:
            why.append("what Picket says of itself comes through unless `sources` names picket")
        yield Judged(name, one, (*why, *failed(one, subject, account)), until)


def ended(settings: Offline, at: datetime) -> list[str]:
    """A warning in words for each suppression and each window that has ended for good."""
    return [
        f"{name.capitalize()} of alerts has ended ({one.reason}); renew or remove it (owner: {one.owner})."
        for name, one in _all(settings)
        if (isinstance(one, AlertSuppression) and not _until(one, at))
        or (isinstance(one, Maintenance) and one.until and one.moment(one.until) <= at)
    ]


def _all(settings: Offline) -> Iterator[tuple[str, AlertSuppression | Maintenance]]:
    return chain(
        ((f"suppression {number}", one) for number, one in enumerate(settings.alert_suppressions, 1)),
        ((f"maintenance window {number}", one) for number, one in enumerate(settings.maintenance, 1)),
    )


def _until(one: AlertSuppression | Maintenance, at: datetime) -> datetime | None:
    """When it is over; None when it is not on at that moment."""
    if isinstance(one, AlertSuppression):
        begins, ends = at, datetime.combine(one.until, time.max, UTC)
    elif one.from_ and one.until:
        begins, ends = one.moment(one.from_), one.moment(one.until)
    else:
        length = timedelta(minutes=one.minutes or 0)
        begins = cron.latest(one.schedule or "", one.time_zone, at, length) or at + length
        ends = begins + length
    return ends.astimezone(UTC) if begins <= at < ends else None
