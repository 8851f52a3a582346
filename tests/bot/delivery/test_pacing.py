"""Slack is never called faster than the pace."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import Pace, Pacer

START = datetime(2026, 11, 25, tzinfo=UTC)


def test_a_burst_goes_at_once_and_the_next_waits_its_share():
    pacer, pace = Pacer(), Pace(per_second=1, burst=3)

    assert [pacer.wait("C1", pace, START).total_seconds() for _ in range(4)] == [0, 0, 0, 1]


def test_channels_do_not_slow_each_other():
    pacer, pace = Pacer(), Pace(per_second=1, burst=1)

    assert not pacer.wait("C1", pace, START)
    assert not pacer.wait("C2", pace, START)


@given(st.lists(st.integers(0, 3000), max_size=60), st.integers(1, 5))
def test_no_window_holds_more_than_the_burst_and_its_share(gaps, burst):
    pacer, pace, now, made = Pacer(), Pace(per_second=2, burst=burst), START, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        if not pacer.wait("C1", pace, now):
            made.append(now)

    for first in range(len(made)):
        for last in range(first, len(made)):
            seconds = (made[last] - made[first]).total_seconds()
            assert last - first + 1 <= burst + 2 * seconds + 1e-6
