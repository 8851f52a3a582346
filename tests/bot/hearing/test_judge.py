"""Deafness is judged from facts: what is a sign of it, what is not, and when it is over."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hearing.judge import Backoff, Facts, Limits, Step, deafness, next_step, restored

NOW = 10_000.0
LIMITS = Limits()
seconds = st.floats(0, 3600)


def facts(**more):
    """Two connections that work, in a workspace where something was heard ten seconds ago."""
    frames = more.setdefault("frames", (NOW - 4, NOW - 8))
    return Facts(**{"newest_frame": max(frames, default=NOW - 4), "heard": NOW - 10, "asked": NOW - 300, **more})


def test_two_connections_that_bring_frames_are_no_deafness_and_want_nothing():
    assert deafness(facts(), NOW, LIMITS) == ""
    assert next_step(facts(), NOW, LIMITS) is Step.REST


@pytest.mark.parametrize(
    ("what", "sign"),
    [
        ({"frames": (NOW - 4, NOW - 31)}, "brought nothing for 30 s"),
        ({"frames": (), "newest_frame": NOW - 31}, "brought nothing for 30 s"),
        ({"echo_asked": NOW - 21}, "did not come back in 20 s"),
        ({"echo_asked": NOW - 1, "echo_repeated": True}, "only when it was repeated"),
        ({"excess": 1, "excess_since": NOW - 70, "counted": NOW - 10}, "counts 1 more"),
    ],
)
def test_each_sign_is_named(what, sign):
    assert sign in deafness(facts(**what), NOW, LIMITS)


@pytest.mark.parametrize(
    "what",
    [
        {"frames": (NOW - 29, NOW - 29)},
        {"frames": (NOW,), "newest_frame": NOW},
        {"frames": (), "newest_frame": NOW - 5},
        {"echo_asked": NOW - 19},
        {"excess": 3, "excess_since": NOW - 500, "counted": NOW - 500},
        {"excess": -1, "excess_since": NOW - 500, "counted": NOW},
        {"heard": NOW - 100_000},
    ],
)
def test_what_may_pass_by_itself_is_no_sign(what):
    assert deafness(facts(**what), NOW, LIMITS) == ""


@given(heard=seconds, asked=seconds, frames=st.lists(seconds, min_size=1, max_size=4))
def test_a_quiet_workspace_is_never_deafness_by_itself_and_is_asked_for_one_echo_at_a_time(heard, asked, frames):
    quiet = facts(heard=NOW - heard, asked=NOW - asked, frames=tuple(NOW - age for age in frames))

    assert (deafness(quiet, NOW, LIMITS) != "") == (max(frames) > LIMITS.silence)
    assert (next_step(quiet, NOW, LIMITS) is Step.ASK) == (min(NOW - quiet.heard, NOW - quiet.asked) >= LIMITS.quiet)


@given(frozen=seconds)
def test_deafness_of_any_kind_is_noticed_within_two_minutes(frozen):
    """Pongs come, envelopes do not: after `frozen` seconds an echo was asked for and is lost, or soon will be."""
    last = NOW - frozen
    asked = last + LIMITS.quiet if frozen >= LIMITS.quiet else None
    state = facts(heard=last, echo_asked=asked, asked=asked or 0, frames=(NOW, NOW))

    if frozen > 120:
        assert deafness(state, NOW, LIMITS)
    elif frozen < LIMITS.quiet:
        assert next_step(state, NOW, LIMITS) is Step.REST


def test_connections_that_slack_counts_too_many_are_counted_again_after_a_minute_by_a_new_hello():
    ghost = {"excess": 1, "excess_since": NOW - 61, "counted": NOW - 61}

    assert next_step(facts(**ghost), NOW, LIMITS) is Step.COUNT
    assert next_step(facts(**ghost | {"excess_since": NOW - 59}), NOW, LIMITS) is Step.REST
    assert next_step(facts(**ghost | {"excess": 0}), NOW, LIMITS) is Step.REST


def test_it_is_over_when_both_connections_stand_no_ghost_is_counted_and_something_was_heard_by_them():
    assert restored(facts(heard=NOW - 1), NOW - 2, can_ask=True)
    assert not restored(facts(heard=NOW - 3), NOW - 2, can_ask=True)
    assert restored(facts(heard=NOW - 3), NOW - 2, can_ask=False)
    assert not restored(facts(heard=NOW - 1, excess=1), NOW - 2, can_ask=True)
    assert not restored(facts(heard=NOW - 1, frames=(NOW,)), NOW - 2, can_ask=True)


def test_connections_are_not_asked_for_in_a_storm_and_after_a_calm_at_once():
    backoff, now, tries = Backoff(first=1, longest=60), 0.0, []
    assert backoff.ready(now)
    while now < 3600:
        if backoff.ready(now):
            backoff.tried(now)
            tries.append(now)
        now += 0.25
    gaps = [after - before for before, after in pairwise(tries)]

    assert all(0.5 <= gap <= 60.25 for gap in gaps)
    assert all(gap >= 30 for gap in gaps[7:])
    backoff.tried(now + 1000)
    assert backoff.ready(now + 1001)


def test_slack_may_say_when_it_may_be_asked_again():
    backoff = Backoff()
    backoff.tried(0)
    backoff.hold(45)

    assert not backoff.ready(44)
    assert backoff.ready(45)
