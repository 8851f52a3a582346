"""Words for Slack: text from outside, made to fit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.text import code, escape, fit, plain

marks = pytest.mark.parametrize("mark", [escape, code, plain])


@marks
@given(text=st.one_of(st.text(), st.text("&<>*_~`", max_size=900)), limit=st.integers(12, 300))
def test_text_that_was_made_to_fit_fits_and_splits_no_entity(mark, text, limit):
    fitted = fit(text, limit, mark)

    assert len(fitted) <= limit
    assert not re.search("&(?!amp;|lt;|gt;)", fitted)
    assert "<" not in fitted


@marks
def test_what_fits_is_left_as_it_is_and_what_does_not_says_so(mark):
    assert fit("alice", 40, mark) == mark("alice")
    assert fit("alice" * 20, 40, mark).strip("`").endswith("…")
