"""Whatever comes into a window, in whatever order: nothing is said in it, and nothing that stands is lost after it."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import relay
from bot.alerts import State
from bot.store import alerts
from checks.model import Severity
from tests.alerting import NOW, Clock, a_signal, services

BEGINS, ENDS = 30, 60
WINDOW = {
    "from": NOW + timedelta(minutes=BEGINS),
    "until": NOW + timedelta(minutes=ENDS),
    "reason": "Upgrade",
    "owner": "dba",
}
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.sampled_from(["r1", "r2"]),
        st.booleans(),
        st.sampled_from([Severity.LOW, Severity.HIGH, Severity.CRITICAL]),
    ),
    max_size=10,
)


def known(picket):
    """Every alert as it is, by its id."""
    with picket.store.read() as tx:
        return {alert.id: alert for alert in alerts.select(tx, "1 = 1", ())}


@given(EVENTS)
@settings(max_examples=25, deadline=None)
def test_a_window_hides_all_but_criticals_and_loses_nothing(events):
    with tempfile.TemporaryDirectory() as folder:
        picket = services(Path(folder), Clock(), maintenance=[WINDOW])
        for number, (minute, resource, active, severity) in enumerate(sorted(events, key=lambda each: each[0])):
            picket.now.now = NOW + timedelta(minutes=minute)
            relay.wake_due(picket)
            before = known(picket)
            signal = a_signal(
                event_id=f"e{number}", resource=resource, member_id=resource, active=active, severity=severity,
                at=picket.now() + timedelta(seconds=number),
            )  # fmt: skip
            with picket.store.write() as tx:
                relay.take(picket, tx, signal)
            for id_, after in known(picket).items():
                new = after.cards > (before[id_].cards if id_ in before else 0)
                stood = id_ in before and before[id_].state in (State.OPEN, State.ACKNOWLEDGED)
                if new and BEGINS <= minute < ENDS:
                    assert after.severity is Severity.CRITICAL or stood
                assert after.muted is None or BEGINS <= minute < ENDS
        picket.now.now = NOW + timedelta(minutes=100)
        relay.wake_due(picket)
        for alert in known(picket).values():
            assert alert.muted is None
            assert alert.state is State.RESOLVED or (alert.state is State.OPEN and alert.carded)
        picket.store.close()
