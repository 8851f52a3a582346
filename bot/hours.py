"""Days and hours of a week in a zone, as settings write them: `mon-fri`, `08:00-18:00`, `22:00-06:00` (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.values import ALWAYS, DAYS


def within(days: str, hours: str, zone: str, at: datetime) -> bool:
    """Whether `at`, aware, lies in those hours. Over midnight they are of the day on which they begin."""
    return (days, hours) == ALWAYS or first(days, hours, zone, at) == at


def first(days: str, hours: str, zone: str, at: datetime) -> datetime:
    """The first moment not before `at`, aware, that lies in those hours, in UTC."""
    return next(max(at, begins) for begins, ends in _spans(days, hours, zone, at) if at < ends)


def _spans(days: str, hours: str, zone: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Beginning and end of the hours of each day from yesterday on, for more than a week."""
    opens, _, closes = hours.partition("-")
    today, wanted = at.astimezone(ZoneInfo(zone)).date(), _weekdays(days)
    for day in (today + timedelta(days=number) for number in range(-1, 9)):
        if day.weekday() in wanted:
            next_day = closes == "24:00" or closes <= opens
            yield _moment(day, opens, zone), _moment(day + timedelta(days=next_day), closes, zone)


def _moment(day: date, clock: str, zone: str) -> datetime:
    at = time() if clock == "24:00" else time.fromisoformat(clock)
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _weekdays(days: str) -> frozenset[int]:
    """`fri-mon` goes over the end of the week."""
    begin, _, end = days.partition("-")
    start = DAYS.index(begin)
    length = (DAYS.index(end or begin) - start) % 7 + 1
    return frozenset((start + number) % 7 for number in range(length))
