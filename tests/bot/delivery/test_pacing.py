"""Slack is never called faster than the pace."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import CHANNEL, Pace, Pacer

START = datetime(2026, 11, 25, tzinfo=UTC)


def test_a_burst_goes_at_once_and_the_next_waits_its_share():
    pacer, pace = Pacer(), Pace(per_second=1, burst=3)

    assert [pacer.wait([("C1", pace)], START).total_seconds() for _ in range(4)] == [0, 0, 0, 1]


def test_channels_do_not_slow_each_other():
    pacer, pace = Pacer(), Pace(per_second=1, burst=1)

    assert not pacer.wait([("C1", pace)], START)
    assert not pacer.wait([("C2", pace)], START)


@given(st.lists(st.integers(0, 3000), max_size=60), st.integers(1, 5))
def test_no_window_holds_more_than_the_burst_and_its_share(gaps, burst):
    pacer, pace, now, made = Pacer(), Pace(per_second=2, burst=burst), START, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        if not pacer.wait([("C1", pace)], now):
            made.append(now)

    for first in range(len(made)):
        for last in range(first, len(made)):
            seconds = (made[last] - made[first]).total_seconds()
            assert last - first + 1 <= burst + 2 * seconds + 1e-6


def test_a_call_counts_in_all_of_its_buckets_or_in_none():
    pacer, fast, slow = Pacer(), Pace(per_second=1, burst=2), Pace(per_second=0.1, burst=1)

    assert not pacer.wait([("C1", fast), ("method", slow)], START)
    assert pacer.wait([("C1", fast), ("method", slow)], START) == timedelta(seconds=10)
    assert not pacer.wait([("C1", fast)], START)


def test_a_reserve_is_for_what_is_urgent():
    pacer, pace = Pacer(), Pace(per_second=1, burst=3, reserve=2)

    assert [pacer.wait([("C1", pace)], START).total_seconds() for _ in range(2)] == [0, 1]
    assert [pacer.wait([("C1", pace)], START, urgent=True).total_seconds() for _ in range(3)] == [0, 0, 1]


@given(st.lists(st.tuples(st.integers(0, 4000), st.booleans()), max_size=100))
def test_no_minute_of_a_channel_has_more_than_thirty_calls(calls):
    pacer, now, made = Pacer(), START, []
    for gap, urgent in calls:
        now += timedelta(milliseconds=gap)
        if not pacer.wait([("C1", CHANNEL)], now, urgent=urgent):
            made.append(now)

    for first in made:
        assert sum(first <= each < first + timedelta(minutes=1) for each in made) <= 30
