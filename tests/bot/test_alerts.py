"""An alert's life."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import alerts
from bot.alerts import Ends, Resolution, Source, State, receive
from bot.errors import Stale, UserError
from checks.model import Severity
from tests.alerting import FINDING, NOW, a_signal, an_alert

LATER = NOW + timedelta(hours=1)


def words(entries):
    return [entry.text for entry in entries]


def test_a_first_signal_opens_an_alert_in_the_channel_of_its_route():
    alert, entries = receive(None, a_signal(), NOW, "C1")

    assert (alert.state, alert.channel, alert.count, alert.key) == (State.OPEN, "C1", 1, f"alert:{alert.id}")
    assert words(entries) == ["raised it"]


def test_the_same_signal_again_changes_nothing():
    alert = an_alert()

    assert receive(alert, a_signal(), LATER, "C1") == (alert, [])


def test_a_higher_count_is_said_on_the_same_card():
    alert, entries = receive(an_alert(count=2), a_signal(count=5, at=LATER), LATER, "C1")

    assert (alert.count, alert.cards) == (5, 1)
    assert words(entries) == ["seen 3 times more, 5 times in all"]


def test_an_older_update_of_the_same_finding_undoes_nothing_newer():
    alert = an_alert(count=5, title="newer", at=LATER)

    assert receive(alert, a_signal(count=2, title="older", at=NOW), LATER, "C1") == (alert, [])


def test_a_problem_reported_from_two_regions_is_over_when_both_say_so():
    alert, _ = receive(an_alert(), a_signal(member_id="f2", at=LATER), LATER, "C1")
    alert, said = receive(alert, a_signal(active=False, at=LATER), LATER, "C1")
    assert alert.state is State.OPEN
    assert words(said) == ["says that one of 2 reports is over; 1 still stand"]

    alert, said = receive(alert, a_signal(member_id="f2", active=False, at=LATER), LATER, "C1")

    assert (alert.state, alert.resolved_by, alert.resolution) == (State.RESOLVED, Source.GUARDDUTY, alerts.OVER)
    assert words(said) == ["says that it is over"]


def test_what_was_resolved_and_is_active_again_comes_back_on_a_new_card():
    alert, _ = alerts.resolve(an_alert(), "U1", Resolution.FIXED, NOW)

    alert, said = receive(alert, a_signal(count=2, at=LATER), LATER, "C1")

    assert (alert.state, alert.cards, alert.resolved_by) == (State.OPEN, 2, None)
    assert words(said) == ["says that it came back", "seen once more, twice in all"]


@pytest.mark.parametrize("reason", [Resolution.ACCEPTED, Resolution.FALSE_POSITIVE])
def test_what_was_accepted_stays_quiet_while_it_is_the_same(reason):
    alert, _ = alerts.resolve(an_alert(), "U1", reason, NOW)

    alert, _ = receive(alert, a_signal(count=2, at=LATER), LATER, "C1")

    assert alert.state is State.RESOLVED


@pytest.mark.parametrize("reason", Resolution)
def test_a_source_that_can_no_longer_tell_opens_nothing_that_somebody_resolved(reason):
    alert, _ = alerts.resolve(an_alert(), "U1", reason, NOW)

    alert, _ = receive(alert, a_signal(facts={"unsure": True}, at=LATER), LATER, "C1")

    assert (alert.state, alert.cards, alert.resolved_by) == (State.RESOLVED, 1, "U1")


def test_what_was_accepted_comes_back_when_it_gets_worse():
    alert, _ = alerts.resolve(an_alert(), "U1", Resolution.ACCEPTED, NOW)

    alert, _ = receive(alert, a_signal(severity=Severity.CRITICAL, at=LATER), LATER, "C1")

    assert alert.state is State.OPEN


def test_a_rise_of_severity_is_said_and_moves_the_card_where_its_route_leads():
    alert, said = receive(an_alert(), a_signal(severity=Severity.CRITICAL, at=LATER), LATER, "C2")

    assert (alert.severity, alert.channel, alert.cards) == (Severity.CRITICAL, "C2", 2)
    assert words(said) == ["severity rose from high to critical"]


def test_an_end_that_nobody_saw_begin_is_known_but_not_shown():
    alert, said = receive(None, a_signal(active=False, at=LATER), LATER, "C1")

    assert (alert.state, alert.cards, said) == (State.RESOLVED, 0, [])


def test_the_beginning_that_comes_after_the_end_is_shown_as_over():
    alert, _ = receive(None, a_signal(active=False, at=LATER), LATER, "C1")

    alert, said = receive(alert, a_signal(at=NOW), LATER, "C1")

    assert (alert.state, alert.cards) == (State.RESOLVED, 1)
    assert words(said) == ["raised it; it is over already"]


def alarm(minute, active=True):
    at = NOW + timedelta(minutes=minute)
    turns = [at.isoformat()] if active else []
    facts = {"turns": turns, "flap_limit": [3, 60]}
    return a_signal(source=Source.CLOUDWATCH, active=active, at=at, facts=facts)


def told(signals):
    """The alert after `signals`, each taken at its time, and what was said of each."""
    alert, said = None, []
    for signal in signals:
        alert, entries = receive(alert, signal, signal.at, "C1")
        said.append(words(entries))
    return alert, said


FLAPS = [alarm(0), alarm(5, False), alarm(10), alarm(15, False), alarm(20), alarm(25, False), alarm(30)]


def test_what_flaps_keeps_its_card_and_says_so_once():
    alert, said = told(FLAPS)

    begins = "is flapping: 3 changes into ALARM in the last hour; until it is quiet only the card tells of more"
    assert said[4:] == [[begins], [], []]
    assert (alert.state, alert.cards) == (State.OPEN, 2)
    assert alerts.flapping(alert) == "flapping: 4 changes into ALARM in the last hour, to 2026-11-25 09:30 UTC"


def test_after_a_quiet_hour_it_speaks_again_on_a_new_card():
    alert, said = told([*FLAPS, alarm(35, False), alarm(200)])

    assert said[-1] == ["says that it came back"]
    assert (alert.cards, alerts.flapping(alert)) == (3, "")


def test_what_somebody_resolved_while_it_flapped_comes_back_on_a_new_card():
    alert, _ = told(FLAPS)
    alert, _ = alerts.resolve(alert, "U1", Resolution.FIXED, NOW)

    for signal in (alarm(35, False), alarm(40)):
        alert, _ = receive(alert, signal, signal.at, "C1")

    assert (alert.state, alert.cards) == (State.OPEN, 3)


def test_an_older_turn_that_comes_late_opens_nothing_that_somebody_resolved():
    alert, _ = told([alarm(10)])
    alert, _ = alerts.resolve(alert, "U1", Resolution.FIXED, NOW)

    alert, said = receive(alert, alarm(0), LATER, "C1")

    assert (alert.state, alert.cards, said) == (State.RESOLVED, 1, [])


@given(st.permutations(FLAPS))
def test_that_it_flaps_is_known_and_said_once_in_any_order(came):
    alert, said = told(came)

    assert (alert.members, alerts.flapping(alert)) == (told(FLAPS)[0].members, alerts.flapping(told(FLAPS)[0]))
    assert sum("flapping" in line for lines in said for line in lines) == 1


def test_a_source_without_a_count_is_counted():
    alert = an_alert(adds=True)
    for number in range(3):
        alert, _ = receive(alert, a_signal(adds=True, at=NOW - timedelta(minutes=number)), LATER, "C1")

    assert alert.count == 4


def test_who_comes_second_is_told_who_was_first():
    alert, _ = alerts.acknowledge(an_alert(), "U1", NOW)

    with pytest.raises(Stale, match="<@U1> acknowledged it"):
        alerts.acknowledge(alert, "U2", LATER)


def test_a_resolved_alert_says_who_resolved_it_whatever_is_tried():
    alert, _ = alerts.resolve(an_alert(), "U1", Resolution.FIXED, NOW)

    for move in (
        lambda: alerts.acknowledge(alert, "U2", LATER),
        lambda: alerts.snooze(alert, "U2", LATER, NOW),
        lambda: alerts.resolve(alert, "U2", Resolution.FIXED, LATER),
        lambda: alerts.unacknowledge(alert, "U2", LATER),
    ):
        with pytest.raises(Stale, match="<@U1> resolved it"):
            move()


def test_a_snooze_ends_when_its_time_has_come_and_not_before():
    alert, _ = alerts.snooze(an_alert(), "U1", LATER, NOW)

    assert alerts.wake(alert, LATER - timedelta(seconds=1)) == (alert, [])
    woken, said = alerts.wake(alert, LATER)
    assert (woken.state, woken.cards, woken.snoozed_until) == (State.OPEN, 2, None)
    assert words(said) == ["ended the snooze: its time has come"]


def test_a_snooze_cannot_end_in_the_past_or_too_late():
    with pytest.raises(alerts.Unfit, match="passed"):
        alerts.snooze(an_alert(), "U1", NOW, NOW)
    with pytest.raises(alerts.Unfit, match="at most 24 hours"):
        alerts.snooze(an_alert(), "U1", NOW + timedelta(hours=25), NOW, timedelta(hours=24))


def test_an_end_comes_through_a_snooze():
    alert, _ = alerts.snooze(an_alert(), "U1", LATER, NOW)

    alert, _ = receive(alert, a_signal(active=False, at=LATER), NOW, "C1")

    assert (alert.state, alert.snoozed_until) == (State.RESOLVED, None)


def test_a_rise_to_critical_comes_through_a_snooze_and_no_other_update_does():
    alert, _ = alerts.snooze(an_alert(severity=Severity.MEDIUM), "U1", LATER, NOW)
    alert, _ = receive(alert, a_signal(severity=Severity.HIGH, count=9, at=LATER), NOW, "C1")
    assert alert.state is State.SNOOZED

    alert, said = receive(alert, a_signal(severity=Severity.CRITICAL, count=9, at=LATER + timedelta(1)), NOW, "C2")

    assert (alert.state, alert.channel) == (State.OPEN, "C2")
    assert words(said)[0] == "ended the snooze: it rose to critical"


@pytest.mark.parametrize(
    ("ends", "signal", "why"),
    [
        (Ends.CHANGE, {"count": 5}, "it changed"),
        (Ends.CHANGE, {"title": "another"}, "it changed"),
        (Ends.WORSE, {"severity": Severity.HIGH}, "it got worse"),
        (Ends.DOUBLE, {"count": 8}, "it was seen twice as often as then"),
        (None, {"severity": Severity.CRITICAL}, "it rose to critical"),
        (None, {"severity": Severity.CRITICAL, "member_id": "f2"}, "it rose to critical"),
    ],
    ids=["seen again", "new words", "worse", "twice as often", "critical", "another that is critical"],
)
def test_a_snooze_ends_on_what_it_waits_for(ends, signal, why):
    alert = an_alert(severity=Severity.MEDIUM, count=4)
    alert, _ = alerts.snooze(alert, "U1", NOW + timedelta(days=2), NOW, ends=ends)

    alert, said = receive(
        alert, a_signal(**{"severity": Severity.MEDIUM, "count": 4, "at": LATER, **signal}), LATER, "C1"
    )

    assert (alert.state, alert.cards, alert.snoozed_ends) == (State.OPEN, 2, None)
    assert words(said)[0] == f"ended the snooze: {why}"


@pytest.mark.parametrize(
    ("ends", "signal"),
    [
        (Ends.WORSE, {"count": 99}),
        (Ends.WORSE, {"severity": Severity.LOW}),
        (Ends.DOUBLE, {"count": 7, "severity": Severity.HIGH}),
        (None, {"count": 99, "severity": Severity.HIGH, "title": "another"}),
    ],
    ids=["only more", "better", "not yet twice", "a snooze by time"],
)
def test_a_snooze_sleeps_through_all_else(ends, signal):
    alert = an_alert(severity=Severity.MEDIUM, count=4)
    alert, _ = alerts.snooze(alert, "U1", NOW + timedelta(days=2), NOW, ends=ends)

    alert, _ = receive(alert, a_signal(**{"severity": Severity.MEDIUM, "at": LATER, **signal}), LATER, "C1")

    assert alert.state is State.SNOOZED


def test_another_critical_within_a_critical_alert_comes_through_its_snooze():
    alert, _ = alerts.snooze(an_alert(severity=Severity.CRITICAL), "U1", LATER + timedelta(hours=1), NOW)
    more, _ = receive(alert, a_signal(severity=Severity.CRITICAL, count=2, at=LATER), LATER, "C1")
    assert more.state is State.SNOOZED, "the same once more is nothing new"

    alert, said = receive(alert, a_signal(severity=Severity.CRITICAL, member_id="f2", at=LATER), LATER, "C1")

    assert alert.state is State.OPEN
    assert words(said)[0] == "ended the snooze: something critical is new in it"


def test_who_claims_what_is_somebodys_already_is_told_whose_and_by_whom():
    alert, said = alerts.assign(an_alert(), "U1ABC", "U2ABC", NOW)
    assert words(said) == ["assigned it to U2ABC"]

    with pytest.raises(Stale, match="<@U1ABC> assigned it to <@U2ABC>"):
        alerts.claim(alert, "U3", LATER)
    alert, _ = alerts.assign(alert, "U3", "U3", LATER)
    assert alert.assigned_to == "U3"


def test_whose_work_it_is_stays_when_it_comes_back():
    alert, _ = alerts.claim(an_alert(), "U1", NOW)
    alert, _ = alerts.resolve(alert, "U1", Resolution.FIXED, NOW)

    alert, _ = receive(alert, a_signal(count=2, at=LATER), LATER, "C1")

    assert (alert.state, alert.assigned_to) == (State.OPEN, "U1")


signals = st.builds(
    a_signal,
    member_id=st.sampled_from([FINDING, "f2", "f3"]),
    severity=st.sampled_from(Severity),
    count=st.integers(1, 5),
    active=st.booleans(),
    at=st.integers(-50, 50).map(lambda hours: NOW + timedelta(hours=hours)),
    adds=st.booleans(),
)
moves = st.one_of(
    signals.map(lambda signal: lambda alert, now: receive(alert, signal, now, "C2")),
    st.just(lambda alert, now: alerts.acknowledge(alert, "U1", now)),
    st.just(lambda alert, now: alerts.unacknowledge(alert, "U1", now)),
    st.just(lambda alert, now: alerts.reopen(alert, "U1", now)),
    st.just(alerts.wake),
    st.sampled_from(Resolution).map(lambda why: lambda alert, now: alerts.resolve(alert, "U1", why, now)),
    st.integers(-2, 9).map(lambda h: lambda alert, now: alerts.snooze(alert, "U1", now + timedelta(hours=h), now)),
)


@given(signals, st.lists(moves, max_size=20))
def test_whatever_happens_an_alert_holds_together(first, happens):
    alert, _ = receive(None, first, NOW, "C1")
    now = NOW
    for move in happens:
        now += timedelta(hours=1)
        try:
            after, said = move(alert, now)
        except UserError:
            continue
        assert after == alert or after.updated_at == now or after == replace(alert, cards=after.cards)
        assert (after.state is alert.state) or said, "a change of state is always said"
        assert after.cards >= alert.cards
        alert = after
        assert (alert.state is State.SNOOZED) == (alert.snoozed_until is not None)
        assert (alert.state is State.RESOLVED) == (alert.resolved_by is not None) == (alert.resolution is not None)
        assert alert.state is not State.ACKNOWLEDGED or alert.acknowledged_by
        assert alert.cards or alert.state is not State.SNOOZED
        assert len({member.source_id for member in alert.members}) == len(alert.members)


@given(st.lists(signals.filter(lambda s: not s.adds), min_size=1, max_size=5), st.data())
def test_the_order_of_arrival_does_not_matter_to_what_is_known(came, data):
    def known(order):
        alert = None
        for signal in order:
            alert, _ = receive(alert, signal, NOW, "C1")
        return alert.members, alert.title, any(member.active for member in alert.members)

    assert known(came) == known(data.draw(st.permutations(came)))


def test_what_a_source_says_anew_is_quoted():
    second = a_signal(adds=True, at=LATER, facts={"what": "the second event"})

    _, said = receive(an_alert(adds=True), second, LATER, "C1")

    assert words(said) == ["seen once more, twice in all: the second event"]
