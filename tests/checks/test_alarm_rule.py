"""When a composite alarm goes off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.alarm_rule import RuleError, going_off, holds
from tests.trail_builders import an_alarm


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('ALARM("a")', True),
        ("ALARM(a)", True),
        ("  ALARM ( a )  ", True),
        ("ALARM(b)", False),
        ("OK(b)", True),
        ("OK(a)", False),
        ("INSUFFICIENT_DATA(a)", False),
        ("ALARM(b) OR ALARM(a)", True),
        ("ALARM(a) AND ALARM(b)", False),
        ("ALARM(a) AND NOT ALARM(b)", True),
        ("ALARM(a) AND NOT (ALARM(b) OR ALARM(c))", True),
        ("ALARM(b) AND ALARM(c) OR ALARM(a)", True),
        ("ALARM(b) AND (ALARM(c) OR ALARM(a))", False),
        ("TRUE", True),
        ("FALSE OR NOT FALSE", True),
        ('ALARM("arn:aws:cloudwatch:eu-west-1:1:alarm:a b")', True),
        ('ALARM("with (brackets) AND words")', False),
    ],
)
def test_a_rule_holds_while_one_alarm_is_on_and_all_others_are_well(rule, expected):
    assert holds(rule, {"a", "arn:aws:cloudwatch:eu-west-1:1:alarm:a b"}) is expected


@pytest.mark.parametrize("rule", ["", "ALARM", "ALARM(a", "ALARM(a) ALARM(b)", "AND", "(TRUE", "NOT", "NOT " * 5000])
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(RuleError):
        holds(rule, {"a"})


rules = st.recursive(
    st.sampled_from([("ALARM(a)", True), ("ALARM(b)", False), ("OK(a)", False), ("TRUE", True)]),
    lambda inner: st.one_of(
        inner.map(lambda one: (f"NOT ({one[0]})", not one[1])),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}) AND ({two[1][0]})", two[0][1] and two[1][1])),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}) OR ({two[1][0]})", two[0][1] or two[1][1])),
    ),
    max_leaves=10,
)


@given(rules)
def test_rules_nest(rule):
    text, expected = rule
    assert holds(text, {"a"}) is expected


def test_an_alarm_takes_with_it_the_composites_over_it_and_those_over_them():
    first = an_alarm("first")
    by_name = an_alarm("by-name", rule='ALARM("first") OR ALARM("x")')
    by_arn = an_alarm("by-arn", rule=f"ALARM({by_name.arn})")
    apart = an_alarm("apart", rule="ALARM(x)")
    broken = an_alarm("broken", rule="ALARM(")
    found = going_off(first, [first, by_arn, apart, broken, by_name, an_alarm("other")])
    assert [alarm.name for alarm in found] == ["first", "by-name", "by-arn"]
