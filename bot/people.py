"""The time zone of a person, as Slack knows it: asked of Slack once a day at most, and never in a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.services import Services
from bot.store import people

log = structlog.get_logger(__name__)

_FRESH = timedelta(days=1)
_MORNING = time(9)
_PATIENCE = 1
"""Seconds: a click must be answered within three."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone; `known` is false where Slack did not say and UTC stands in for it."""

    name: str = "UTC"
    known: bool = False

    def morning(self, now: datetime) -> datetime:
        """Nine o'clock on the next day there, in UTC; where clocks skip it, the moment after."""
        tomorrow = now.astimezone(ZoneInfo(self.name)).date() + timedelta(days=1)
        return datetime.combine(tomorrow, _MORNING, ZoneInfo(self.name)).astimezone(UTC)

    def today(self, now: datetime) -> date:
        """The day that it is there."""
        return now.astimezone(ZoneInfo(self.name)).date()

    def beginning(self, day: date) -> datetime:
        """When a day begins there, in UTC. OverflowError at the ends of the calendar."""
        return datetime.combine(day, time(), ZoneInfo(self.name)).astimezone(UTC)

    @property
    def excuse(self) -> str:
        """What to say where UTC stands in; empty where it does not."""
        return "" if self.known else "09:00 in UTC, for Slack did not tell the time zone of the person"


UNKNOWN = Zone()


def zone(services: Services, user: str) -> Zone:
    """The zone of `user`: the one that is kept, or Slack's; what is old is better than nothing.

    Calls Slack, so it is for outside a transaction. Raises StoreBusy.
    """
    now = services.now()
    with services.store.read() as tx:
        kept = people.zone(tx, user)
    if kept and now - kept[1] < _FRESH:
        return Zone(kept[0], known=True)
    if name := _ask(services.slack, user):
        with services.store.write(timeout=1) as tx:
            people.keep(tx, user, name, now)
        return Zone(name, known=True)
    return Zone(kept[0], known=True) if kept else Zone()


def _ask(slack: WebClient, user: str) -> str:
    """What Slack says now; empty when it does not, or names a zone that is not known here."""
    client = WebClient(token=slack.token, base_url=slack.base_url, timeout=_PATIENCE, retry_handlers=[])
    try:
        name = str(client.users_info(user=user)["user"].get("tz") or "")
        ZoneInfo(name)
    except (SlackClientError, OSError, ValueError, KeyError) as error:
        log.warning("slack did not tell a time zone; UTC stands in for it", user=user, reason=str(error))
        return ""
    return name
