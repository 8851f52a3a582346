"""How evidence is written."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from checks.evidence import day, few


@given(st.lists(st.text(), max_size=30), st.integers(1, 12))
def test_a_list_is_cut_short_and_says_how_many_more_there_are(texts, most):
    shown = few(texts, most)
    assert shown[:most] == texts[:most]
    assert shown[most:] == ([f"and {len(texts) - most} more"] if len(texts) > most else [])


def test_a_date_is_told_without_its_hours_and_none_is_never():
    assert day(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == "2026-03-01"
    assert day(None) == "never"
