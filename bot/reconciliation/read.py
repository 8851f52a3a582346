"""Reads one account: every region and source of it, each for itself, so that one that fails holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.alerts import Source
from bot.aws import accounts, looking
from bot.aws.looking import Seen
from bot.aws.sessions import Sessions
from bot.config import Offline, Reconciliation
from bot.errors import AwsError
from bot.store import Tx, looks
from bot.store.looks import Look

log = structlog.get_logger(__name__)

EVERYWHERE = "*"
"""The region of a gap that is of the whole account."""
_FIRST = timedelta(days=1)
"""How far back the first look at a place goes."""
_OVERLAP = looking.SLOWEST + timedelta(hours=1)
"""How much of what the last look saw the next sees again, besides the grace: what waited then may be late now."""
_TOGETHER = 4
"""Regions of an account that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One source in one account and region: what it holds, or why that could not be read."""

    look: Look
    """As it was before."""
    seen: Seen = field(default_factory=Seen)
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows before anything is read."""

    looks: Mapping[tuple[str, str, str], Look]
    findings: Mapping[str, Mapping[str, Sequence[str]]]
    alarms: Mapping[tuple[str, str], Sequence[str]]

    @classmethod
    def of(cls, tx: Tx) -> Known:
        """As it is now."""
        return cls(
            looks={look.key: look for look in looks.every(tx)}, findings=looks.findings(tx), alarms=looks.alarms(tx)
        )

    def look(self, account: str, region: str, source: str, now: datetime) -> Look:
        """The last look at a place; where there was none, one that begins a day ago."""
        first = Look(account=account, region=region, source=source, since=now - _FIRST)
        return self.looks.get(first.key, first)


def read_account(
    sessions: Sessions,
    settings: Offline,
    known: Known,
    account: str,
    now: datetime,
    stopped: Callable[[], bool],
) -> list[Place]:
    """What an account holds, in each of its regions; those that were not begun when it `stopped` are missing."""

    sources = settings.reconciliation.sources

    def read(where: tuple[str, str]) -> Place | None:
        return None if stopped() else _read(sessions, settings, known, known.look(account, *where, now))

    try:
        regions = accounts.regions(sessions, account).enabled
    except AwsError as error:
        return [Place(look=known.look(account, EVERYWHERE, source, now), why=str(error)) for source in sources]
    places = [(region, source) for region in regions for source in sources]
    with ThreadPoolExecutor(_TOGETHER, thread_name_prefix="looking-at-region") as pool:
        found = [place for place in pool.map(read, places) if place]
    sessions.forget(account)
    return found


def _read(sessions: Sessions, settings: Offline, known: Known, look: Look) -> Place:
    account, region, source = look.key
    try:
        if source == Source.GUARDDUTY:
            wanted = known.findings.get(account, {})
            seen = looking.findings(sessions, account, region, _since(look, settings.reconciliation), wanted)
        else:
            alarms, tags = known.alarms.get((account, region), ()), any(rule.tags for rule in settings.alarms.rules)
            seen = looking.alarms(sessions, account, region, alarms, tags=tags)
    except AwsError as error:
        return Place(look=look, why=str(error))
    except Exception as bug:
        log.exception("picket failed on a place", account=account, region=region, source=source)
        return Place(look=look, why=f"Picket failed on it ({type(bug).__name__}: {bug}); its log says where.")
    return Place(look=look, seen=seen)


def _since(look: Look, settings: Reconciliation) -> datetime:
    if look.looked_at is None:
        return look.since
    return look.looked_at - _OVERLAP - timedelta(minutes=settings.grace_minutes)
