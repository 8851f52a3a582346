"""Alerts as they are kept."""

from datetime import timedelta

import pytest

from bot import alerts as life
from bot.alerts import Entry, Resolution, State
from bot.store import Store, alerts, events
from bot.store.events import Outcome
from checks.model import Severity
from tests.alerting import NOW, a_signal, an_alert

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "picket.db")


def save(store, *made):
    with store.write() as tx:
        for alert in made:
            alerts.save(tx, alert)


@pytest.mark.parametrize(
    "move",
    [
        lambda alert: alert,
        lambda alert: life.acknowledge(alert, "U1", NOW)[0],
        lambda alert: life.snooze(alert, "U1", LATER, NOW)[0],
        lambda alert: life.resolve(alert, "U1", Resolution.ACCEPTED, NOW)[0],
        lambda alert: life.receive(alert, a_signal(member_id="f2", count=3), NOW, "C1")[0],
    ],
)
def test_an_alert_is_read_as_it_was_saved(store, move):
    alert = move(an_alert(sample=True))
    save(store, an_alert(), alert)

    with store.read() as tx:
        assert alerts.get(tx, alert.id) == alert


def test_an_alert_that_is_not_there_is_none(store):
    with store.read() as tx:
        assert alerts.get(tx, "nothing") is None


def test_a_snooze_is_due_at_its_end_and_not_before(store):
    alert, _ = life.snooze(an_alert(), "U1", LATER, NOW)
    save(store, alert)

    with store.read() as tx:
        assert alerts.due(tx, LATER - timedelta(seconds=1)) == []
        assert alerts.due(tx, LATER) == [alert]


def test_the_worst_are_found_first_and_what_was_never_shown_is_not_found(store):
    high, low = an_alert(resource="a"), an_alert(resource="b", severity=Severity.LOW)
    unseen = an_alert(resource="c", active=False)
    save(store, low, high, unseen)

    with store.read() as tx:
        assert alerts.find(tx, list(State)) == [high, low]
        assert alerts.find(tx, [State.OPEN], severity=Severity.HIGH) == [high]
        assert alerts.find(tx, list(State), limit=1, offset=1) == [low]


def test_a_timeline_is_in_order_and_in_plain_words(store):
    entries = [
        Entry(at=NOW, who="U1", what="snoozed it", until=LATER),
        Entry(at=LATER, who="U2", what="noted", note="x"),
    ]
    save(store, an_alert())
    with store.write() as tx:
        last = alerts.note(tx, an_alert().id, entries)
        assert alerts.note(tx, an_alert().id, []) == 0

    with store.read() as tx:
        lines = alerts.timeline(tx, an_alert().id)
        assert [line.what for line in lines] == ["snoozed it until 2026-11-25 10:00 UTC", "noted: x"]
        assert lines[-1].id == last
        assert len(alerts.timeline(tx, an_alert().id, since=LATER)) == 1


def test_an_event_is_kept_once(store):
    with store.write() as tx:
        assert not events.known(tx, "e1")
        for body in ("first", "again"):
            events.keep(tx, "e1", body, NOW, source="guardduty", outcome=Outcome.ALERT)
        assert events.known(tx, "e1")
        assert tx.execute("select body from events").fetchall() == [("first",)]
