"""Regular expressions of filter patterns."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.filter_regex import RegexError, compiled

atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c]", r"\d", r"\.", r"\w", "1"])
signs = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{0}"])
branches = st.tuples(
    st.sampled_from(["", "^"]),
    st.lists(st.tuples(atoms, signs).map("".join), max_size=5).map("".join),
    st.sampled_from(["", "$"]),
).map("".join)
expressions = st.lists(branches, min_size=1, max_size=3).map("|".join)


@given(expressions, st.text(alphabet="abc1.", max_size=8))
def test_an_expression_is_found_where_pythons_own_finds_it(expression, text):
    assert compiled(expression)(text) == (re.search(expression, text) is not None)


@pytest.mark.parametrize("expression", ["(a)", "a**", "[a", "a{200}", "a^b", "a$b", "*", "{2}", "[b-a]", "\\"])
def test_what_aws_does_not_know_is_refused(expression):
    with pytest.raises(RegexError):
        compiled(expression)


def test_an_expression_that_is_meant_to_take_for_ever_does_not():
    began = time.monotonic()
    assert not compiled(".*" * 200 + "x")("a" * 500)
    assert time.monotonic() - began < 5
