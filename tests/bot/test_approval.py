"""A remediation's life, whatever is clicked and seen in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import approval
from bot.approval import LIVE, WORK, Left, Remediation, State
from bot.errors import NotAllowed, Stale, UserError
from bot.remedy import Preview, Risk, Target, between, fingerprint

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WAIT = timedelta(minutes=15)
TARGET = Target(account="111122223333", region="global", resource="r")


def a_preview(**before: str) -> Preview:
    return Preview(name="key", before=before, after=dict.fromkeys(before, "off"))


def a_remediation(**facts: Any) -> Remediation:
    facts = {
        "id": "r1",
        "remedy": "fix",
        "target": TARGET,
        "channel": "C1",
        "requested_by": "UANALYST",
        "requested_at": NOW,
        **facts,
    }
    return Remediation(**facts)


def previewed(**before: str) -> Remediation:
    return approval.show(a_remediation(), a_preview(**(before or {"a": "on"})), NOW, WAIT, runnable=True)


USERS = st.sampled_from(["UANALYST", "UAPPROVER", "USECOND"])
LOOKS = st.sampled_from([a_preview(a="on"), a_preview(a="off"), a_preview(a="on", b="on"), a_preview(a="broken")])


def clicked(r: Remediation, verb: str, user: str, seen: str, now: datetime) -> Remediation:
    """A click, which may come in any state."""
    return {
        "approve": lambda: approval.approve(r, user, seen, Risk.MEDIUM, now, WAIT),
        "decline": lambda: approval.decline(r, user, now),
        "cancel": lambda: approval.cancel(r, user, now),
        "undo": lambda: approval.ask_undo(r, user, now),
    }[verb]()


def worked(r: Remediation, look: Preview, now: datetime) -> Remediation:
    """What the worker does in this state."""
    if approval.expired(r, now) and r.state in (State.PREVIEWED, State.APPROVED):
        return approval.expire(r, now)
    steps = {
        State.REQUESTED: lambda: approval.show(r, look, now, WAIT, runnable=True),
        State.APPROVED: lambda: approval.begin(r, look, now, WAIT),
        State.APPLYING: lambda: approval.applied(r, now),
        State.APPLIED: lambda: approval.verified(r, "done", now, now + timedelta(hours=1)),
        State.UNDO_REQUESTED: lambda: approval.begin_undo(r, look, now),
        State.UNDOING: lambda: approval.undone(r, now),
    }
    return steps.get(r.state, lambda: r)()


@given(st.data())
def test_nothing_is_applied_but_what_another_person_approved_as_they_saw_it_and_in_time(data: st.DataObject) -> None:
    r, now, approved = a_remediation(), NOW, ("", "", NOW)
    for _ in range(data.draw(st.integers(1, 25))):
        what = data.draw(st.sampled_from(["work", "work", "approve", "approve", "decline", "cancel", "undo"]))
        now += data.draw(st.sampled_from([timedelta(0), timedelta(minutes=1), timedelta(minutes=20)]))
        user, look, before = data.draw(USERS), data.draw(LOOKS), r
        seen = data.draw(st.sampled_from([r.fingerprint, "0" * 32, fingerprint("fix", TARGET, {"a": "on"})]))
        try:
            r = worked(r, look, now) if what == "work" else clicked(r, what, user, seen, now)
        except UserError:
            assert r is before
            continue
        if (before.state, r.state) == (State.PREVIEWED, State.APPROVED):
            assert user != r.requested_by
            assert seen == r.fingerprint
            approved = (user, r.fingerprint, now)
        if r.state is State.APPLYING and before.state is State.APPROVED:
            assert approved[:2] == (r.approved_by, r.fingerprint)
            assert now < approved[2] + WAIT
    kinds = [event.kind for event in r.story]
    assert kinds.count("applying") == kinds.count("applied") + (r.state is State.APPLYING)
    assert kinds.count("applying") <= 1


def test_an_approval_holds_as_long_as_a_preview_does() -> None:
    r = approval.approve(previewed(), "UAPPROVER", previewed().fingerprint, Risk.MEDIUM, NOW + WAIT / 2, WAIT)
    assert r.expires_at == NOW + WAIT / 2 + WAIT


def test_drift_asks_again_with_the_new_preview_and_forgets_who_approved() -> None:
    r = approval.approve(previewed(), "UAPPROVER", previewed().fingerprint, Risk.MEDIUM, NOW, WAIT)
    drifted = approval.begin(r, a_preview(a="on", b="on"), NOW, WAIT)
    assert (drifted.state, drifted.approved_by) == (State.PREVIEWED, None)
    with pytest.raises(Stale):
        approval.approve(drifted, "UAPPROVER", r.fingerprint, Risk.MEDIUM, NOW, WAIT)


@pytest.mark.parametrize("risk", [Risk.MEDIUM, Risk.HIGH])
def test_above_low_risk_another_person_approves(risk: Risk) -> None:
    with pytest.raises(NotAllowed):
        approval.approve(previewed(), "UANALYST", previewed().fingerprint, risk, NOW, WAIT)
    assert approval.approve(previewed(), "UANALYST", previewed().fingerprint, Risk.LOW, NOW, WAIT).approved_by


@pytest.mark.parametrize("state", [state for state in State if state is not State.PREVIEWED])
def test_only_what_waits_can_be_approved_or_declined_and_the_refusal_has_words(state: State) -> None:
    r = replace(previewed(), state=state)
    for move in (
        lambda: approval.approve(r, "UAPPROVER", r.fingerprint, Risk.MEDIUM, NOW, WAIT),
        lambda: approval.decline(r, "UAPPROVER", NOW),
    ):
        with pytest.raises(Stale, match=r"\w+ .*\."):
            move()


def test_everything_that_works_or_waits_blocks_a_second_request() -> None:
    assert set(LIVE) == {*WORK, State.PREVIEWED}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"a": "on", "b": "on"}, Left.NOTHING),
        ({"a": "off", "b": "on"}, Left.PART),
        ({"a": "off", "b": "off"}, Left.ALL),
        ({"a": "off"}, Left.OTHER),
        ({"a": "off", "b": "on", "c": "on"}, Left.OTHER),
    ],
)
def test_how_far_a_step_got_is_told_by_how_aws_is(now: dict[str, str], expected: Left) -> None:
    r = replace(previewed(a="on", b="on"), state=State.APPLYING)
    assert approval.left(r, now) is expected
    undoing = replace(r, state=State.UNDOING)
    mirrored = {Left.NOTHING: Left.ALL, Left.ALL: Left.NOTHING}
    assert approval.left(undoing, now) is mirrored.get(expected, expected)


FACTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["on", "off"]))


@given(FACTS, FACTS, st.data())
def test_every_mix_of_before_and_after_lies_between_and_a_foreign_part_does_not(
    before: dict[str, str], after: dict[str, str], data: st.DataObject
) -> None:
    chosen = {part: data.draw(st.sampled_from([before, after])).get(part) for part in {*before, *after}}
    mix = {part: value for part, value in chosen.items() if value is not None}
    assert between(mix, before, after)
    assert not between({**mix, "foreign": "on"}, before, after)


def test_the_fingerprint_covers_remedy_account_region_resource_parameters_and_state() -> None:
    base = fingerprint("fix", TARGET, {"a": "on"})
    others = {
        fingerprint("other", TARGET, {"a": "on"}),
        fingerprint("fix", replace(TARGET, account="999999999999"), {"a": "on"}),
        fingerprint("fix", replace(TARGET, region="eu-west-1"), {"a": "on"}),
        fingerprint("fix", replace(TARGET, resource="s"), {"a": "on"}),
        fingerprint("fix", replace(TARGET, parameters={"user": "alice"}), {"a": "on"}),
        fingerprint("fix", TARGET, {"a": "off"}),
    }
    assert len({base, *others}) == 7
    assert fingerprint("fix", TARGET, {"b": "1", "a": "2"}) == fingerprint("fix", TARGET, {"a": "2", "b": "1"})
