"""Where EventBridge carries an event."""

from hypothesis import given
from hypothesis import strategies as st

from checks import relay
from tests.builders import a_gap
from tests.service_builders import QUEUE_ARN, STRANGER, a_bus_target, a_rule, a_target

EVENT = {"source": "aws.guardduty"}
OTHER = f"arn:aws:sqs:eu-west-1:{STRANGER}:other"


def heard(target):
    return "" if target.arn == QUEUE_ARN else "it is another queue"


def test_what_becomes_of_an_event_is_told_step_by_step():
    onward = a_rule(None, a_target(OTHER), name="onward")
    bus = a_bus_target(onward)
    found = relay.trace([a_rule(None, bus)], EVENT, heard)
    assert found.heard == found.unread == ()
    assert found.lost == (f"rule relay → {bus.arn} → rule onward → {OTHER}: it is another queue",)


def test_every_way_is_followed():
    gap = a_gap(type(a_rule()), reason="the bus may not be read")
    rules = [a_rule(), a_rule(None, a_target(OTHER), name="lost"), a_rule(None, a_bus_target(rules=gap), name="dark")]
    found = relay.trace(rules, EVENT, heard)
    assert found.heard == (f"rule relay → {QUEUE_ARN}",)
    assert (found.unread, len(found.lost)) == ((gap,), 1)


def test_a_pattern_that_is_none_is_said_so():
    found = relay.trace([a_rule("nonsense")], EVENT, heard)
    assert found.lost[0].startswith("rule relay: the event pattern is not JSON")


ends = st.sampled_from([QUEUE_ARN, OTHER])
passing, stopping = st.just(None), st.just({"source": ["aws.config"]})


def rules(targets):
    """Rules that let the event through or not, enabled or not, to up to two of these targets."""
    return st.lists(
        st.builds(
            lambda pattern, enabled, to: a_rule(pattern, enabled=enabled, targets=tuple(to)),
            passing | stopping,
            st.booleans(),
            st.lists(targets, max_size=2),
        ),
        max_size=3,
    )


leaves = ends.map(a_target)
trees = st.recursive(leaves, lambda inner: leaves | rules(inner).map(lambda found: a_bus_target(*found)), max_leaves=8)


def reaches(found):
    """By hand: whether one of these rules is on, lets the event through, and leads to the queue."""
    return any(
        rule.enabled
        and "aws.guardduty" in rule.pattern
        and any(reaches(target.bus.rules) if target.bus else target.arn == QUEUE_ARN for target in rule.targets)
        for rule in found
    )


@given(rules(trees))
def test_an_event_is_heard_exactly_where_a_way_of_open_rules_leads_there(found):
    assert bool(relay.trace(found, EVENT, heard).heard) == reaches(found)
