"""What people and time may do to an alert, in any order: never an invalid state, and each entry says who."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot import alerts
from bot.alerts import Ends, Resolution, Source, State, receive
from bot.errors import UserError
from checks.model import Severity
from tests.alerting import FINDING, NOW, a_signal

USERS = st.sampled_from(["U1", "U2"])
LONGEST = timedelta(hours=24)


class Life(RuleBasedStateMachine):
    """One alert, two people, its source, and time."""

    @initialize(severity=st.sampled_from(Severity), active=st.booleans())
    def begin(self, severity, active):
        self.now = NOW
        self.alert, _ = receive(None, a_signal(severity=severity, active=active), NOW, "C1")

    def move(self, change, who=None):
        self.now += timedelta(minutes=7)
        before = self.alert
        try:
            after, said = change(before)
        except UserError:
            return
        assert after.cards >= before.cards, "a card is never lost"
        assert said or after.state is before.state, "a change of state is always said"
        for entry in said:
            assert entry.at == self.now
            assert entry.what
            assert entry.who == who if who else entry.who in set(Source)
        self.alert = after

    @rule(user=USERS)
    def acknowledge(self, user):
        self.move(lambda alert: alerts.acknowledge(alert, user, self.now), user)

    @rule(user=USERS)
    def give_back(self, user):
        self.move(lambda alert: alerts.unacknowledge(alert, user, self.now), user)

    @rule(user=USERS, whom=st.sampled_from(["U1", "S1"]))
    def assign(self, user, whom):
        self.move(lambda alert: alerts.assign(alert, user, whom, self.now), user)

    @rule(user=USERS)
    def claim(self, user):
        self.move(lambda alert: alerts.claim(alert, user, self.now), user)

    @rule(user=USERS, words=st.sampled_from(["", "  ", "seen"]))
    def note(self, user, words):
        before = self.alert
        self.move(lambda alert: alerts.note(alert, user, words, self.now), user)
        assert self.alert == before

    @rule(user=USERS, hours=st.integers(-1, 30), ends=st.sampled_from([None, *Ends]))
    def snooze(self, user, hours, ends):
        until = self.now + timedelta(hours=hours)
        self.move(lambda alert: alerts.snooze(alert, user, until, self.now, LONGEST, ends=ends), user)

    @rule(user=USERS, ends=st.sampled_from([None, *Ends]))
    def cover(self, user, ends):
        until = self.now + timedelta(hours=2)
        self.move(lambda alert: alerts.cover(alert, user, until, self.now, ends, "s1", "this type"), user)

    @rule(user=USERS)
    def rouse(self, user):
        self.move(lambda alert: alerts.rouse(alert, user, self.now), user)

    @rule(user=USERS, why=st.sampled_from(Resolution))
    def resolve(self, user, why):
        self.move(lambda alert: alerts.resolve(alert, user, why, self.now), user)

    @rule(user=USERS)
    def reopen(self, user):
        self.move(lambda alert: alerts.reopen(alert, user, self.now), user)

    @rule(hours=st.integers(0, 30))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        self.move(lambda alert: alerts.wake(alert, self.now))

    @rule(
        severity=st.sampled_from(Severity),
        count=st.integers(1, 9),
        active=st.booleans(),
        member=st.sampled_from([FINDING, "f2"]),
    )
    def the_source_says(self, severity, count, active, member):
        before = self.alert
        signal = a_signal(severity=severity, count=count, active=active, member_id=member, at=self.now)
        self.move(lambda alert: receive(alert, signal, self.now, "C2"))
        if before.state is State.SNOOZED and self.alert.state is State.SNOOZED:
            assert not (before.severity < self.alert.severity == Severity.CRITICAL), "a critical came through"

    @invariant()
    def it_holds_together(self):
        alert = getattr(self, "alert", None)
        if alert is None:
            return
        asleep = alert.state is State.SNOOZED
        assert asleep == (alert.snoozed_until is not None) == (alert.snoozed_by is not None)
        assert asleep == (alert.snoozed_count is not None)
        assert asleep or (alert.snoozed_ends, alert.snooze) == (None, None)
        assert (alert.state is State.RESOLVED) == (alert.resolved_by is not None) == (alert.resolution is not None)
        assert alert.state is not State.ACKNOWLEDGED or alert.acknowledged_by
        assert alert.state is not State.OPEN or alert.acknowledged_by is None
        assert (alert.assigned_to is None) == (alert.assigned_by is None) == (alert.assigned_at is None)
        assert any(member.active for member in alert.members) or alert.state is not State.OPEN or alert.cards


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
