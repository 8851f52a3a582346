"""Whether an EventBridge pattern lets an event through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import event_pattern
from checks.event_pattern import PatternError, matches

EVENT = {
    "source": "aws.guardduty",
    "account": "111122223333",
    "resources": ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws:s3:::logs"],
    "detail": {
        "severity": 8,
        "type": "Backdoor:EC2/C&CActivity.B",
        "service": {"archived": False, "ip": "203.0.113.9", "note": None},
        "evidence": [{"name": "a", "kind": 1}, {"name": "b", "kind": 2}],
    },
}


def about(name, *wanted):
    """A pattern of one field of the detail."""
    return {"detail": {name: list(wanted)}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({}, True),
        ({"source": ["aws.guardduty"]}, True),
        ({"source": "aws.guardduty"}, True),
        ({"source": ["aws.config", "aws.guardduty"]}, True),
        ({"source": ["AWS.guardduty"]}, False),
        ({"source": ["aws.guardduty"], "account": ["999988887777"]}, False),
        ({"resources": ["arn:aws:s3:::logs"]}, True),
        ({"resources": ["arn:aws:s3:::other"]}, False),
        (about("severity", 8), True),
        (about("severity", 8.0), True),
        (about("severity", "8"), False),
        (about("severity", True), False),
        ({"detail": {"service": {"archived": [False]}}}, True),
        ({"detail": {"service": {"archived": [0]}}}, False),
        ({"detail": {"service": {"note": [None]}}}, True),
        ({"detail": {"evidence": {"name": ["b"]}}}, True),
        ({"detail": {"evidence": {"name": ["c"]}}}, False),
        ({"source": [{"prefix": "aws."}]}, True),
        ({"source": [{"suffix": "duty"}]}, True),
        ({"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}, True),
        ({"source": [{"prefix": "duty"}]}, False),
        ({"source": [{"equals-ignore-case": "AWS.GuardDuty"}]}, True),
        (about("type", {"wildcard": "Backdoor:*/C&CActivity.?"}), False),
        (about("type", {"wildcard": "Backdoor:*/C&CActivity.*"}), True),
        (about("type", {"anything-but": "Other"}), True),
        (about("type", {"anything-but": ["Other", "Backdoor:EC2/C&CActivity.B"]}), False),
        (about("type", {"anything-but": {"prefix": "Backdoor"}}), False),
        (about("type", {"anything-but": {"prefix": ["Policy", "Recon"]}}), True),
        (about("absent", {"anything-but": "x"}), False),
        (about("type", {"exists": True}), True),
        (about("type", {"exists": False}), False),
        (about("absent", {"exists": False}), True),
        ({"detail": {"absent": {"deeper": [{"exists": False}]}}}, True),
        (about("severity", {"numeric": [">=", 7]}), True),
        (about("severity", {"numeric": [">", 0, "<", 8]}), False),
        (about("severity", {"numeric": [">", 0, "<=", 8]}), True),
        (about("severity", {"numeric": ["=", 8]}), True),
        (about("type", {"numeric": ["=", 8]}), False),
        ({"detail": {"service": {"ip": [{"cidr": "203.0.113.0/24"}]}}}, True),
        ({"detail": {"service": {"ip": [{"cidr": "198.51.100.0/24"}]}}}, False),
        ({"$or": [{"source": ["aws.config"]}, {"account": ["111122223333"]}]}, True),
        ({"$or": [{"source": ["aws.config"]}, {"account": ["999988887777"]}]}, False),
        (about("type", {"sounds-like": "Backdoor"}), False),
    ],
)
def test_a_pattern_lets_through_what_aws_says(pattern, expected):
    assert matches(pattern, EVENT) is expected


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '"aws.config"'])
def test_what_is_no_pattern_is_refused_in_words(text):
    with pytest.raises(PatternError, match="event pattern is not"):
        event_pattern.parse(text)


scalars = st.one_of(st.text(max_size=5), st.integers(-9, 9), st.booleans(), st.none())
names = st.sampled_from("abc")
events = st.recursive(
    st.dictionaries(names, scalars, max_size=3), lambda inner: st.dictionaries(names, scalars | inner, max_size=3)
)


def drawn_from(data, event):
    """A pattern of some fields of an event, each with the event's own value among others."""
    pattern = {}
    for name, value in event.items():
        if not data.draw(st.booleans()):
            continue
        if isinstance(value, dict):
            pattern[name] = drawn_from(data, value)
        else:
            pattern[name] = [*data.draw(st.lists(scalars, max_size=2)), value]
    return pattern


@given(events, st.data())
def test_a_pattern_made_from_an_event_lets_it_through_and_one_more_field_does_not(event, data):
    pattern = drawn_from(data, event)
    assert matches(pattern, event)
    assert not matches({**pattern, "z": ["anything"]}, event)


@given(scalars, st.lists(scalars, min_size=1, max_size=3))
def test_anything_but_is_the_opposite_of_one_of(value, words):
    event = {"a": value}
    assert matches({"a": words}, event) != matches({"a": [{"anything-but": words}]}, event)
