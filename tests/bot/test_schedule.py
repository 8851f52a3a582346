"""When a cron line fired last, over the days on which clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.schedule import latest_slot


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_slot_is_the_moment_the_cron_line_fired():
    assert latest_slot("0 9 * * *", "Europe/Helsinki", utc("2026-11-25 08:30")) == utc("2026-11-25 07:00")


def test_a_slot_missed_by_more_than_half_a_day_is_let_go():
    assert latest_slot("0 9 * * *", "UTC", utc("2026-11-25 21:30")) is None


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Helsinki", "2026-03-29"),
        ("Europe/Helsinki", "2026-10-25"),
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
    ],
)
@pytest.mark.parametrize("cron", ["0 9 * * *", "45 1 * * *"])
def test_every_day_has_one_slot_when_clocks_change(zone, day, cron):
    start = utc(day + " 00:00") - timedelta(days=2)
    seen = {latest_slot(cron, zone, start + timedelta(minutes=5 * n)) for n in range(12 * 24 * 5)} - {None}

    dates = sorted(slot.astimezone(ZoneInfo(zone)).date() for slot in seen)
    assert dates == sorted(set(dates))
    assert len(dates) >= 5
