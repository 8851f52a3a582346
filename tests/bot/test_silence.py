"""What the settings keep quiet: suppressions and maintenance windows, and what becomes of it when they are over."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from pydantic import ValidationError

from bot import alerts as life
from bot import muting, relay
from bot.alerts import Source, State
from bot.aws.queue import QueueMessage
from bot.config import AlertSuppression, Maintenance, Offline
from bot.errors import Stale
from bot.escalation import escalate_due
from bot.intake.consumer import receive
from bot.intake.work import work_off
from bot.silence import ended, judged, quiet
from bot.store import alerts
from checks.model import Severity
from tests.alerting import ACCOUNT, NOW, Clock, a_signal, an_alarm_event, services
from tests.audit_builders import outgoing

ACCEPTED = {"types": ["*:IAMUser/Tor*"], "reason": "We test from Tor", "owner": "red team", "until": "2026-11-30"}
UPGRADE = {"from": NOW - timedelta(hours=1), "until": NOW + timedelta(hours=1), "reason": "Upgrade", "owner": "dba"}
NIGHTLY = {"schedule": "30 2 * * *", "minutes": 90, "time_zone": "Europe/Helsinki", "reason": "Backup", "owner": "dba"}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def until(window, at, **signal):
    found = quiet(Offline.model_validate({"maintenance": [window]}), a_signal(**signal), at)
    return found.until if found else None


def test_a_suppression_lasts_to_the_end_of_its_last_day():
    settings = Offline.model_validate({"alert_suppressions": [ACCEPTED]})

    assert quiet(settings, a_signal(), utc("2026-11-30 23:59"))
    assert quiet(settings, a_signal(), utc("2026-12-01 00:00")) is None
    assert quiet(settings, a_signal(type="Recon:EC2/Portscan"), NOW) is None


def test_what_does_not_cover_says_why():
    settings = Offline.model_validate({"alert_suppressions": [ACCEPTED], "maintenance": [NIGHTLY, UPGRADE]})

    why = [one.failed for one in judged(settings, a_signal(severity=Severity.CRITICAL, type="X"), NOW)]
    assert why == [
        ("critical alerts come through", "type is X, not *:IAMUser/Tor*"),
        ("it is not on then", "critical alerts come through"),
        ("critical alerts come through",),
    ]


def test_of_several_the_one_that_lasts_longest_counts():
    settings = Offline.model_validate({"alert_suppressions": [ACCEPTED], "maintenance": [UPGRADE]})

    assert quiet(settings, a_signal(), NOW).name == "suppression 1"


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-11-25 00:29", False),
        ("2026-11-25 00:30", True),
        ("2026-11-25 01:59:59", True),
        ("2026-11-25 02:00", False),
    ],
)
def test_a_recurring_window_is_on_from_its_beginning_and_not_at_its_end(at, on):
    assert (until(NIGHTLY, utc(at)) == utc("2026-11-25 02:00")) is on


@pytest.mark.parametrize(
    ("window", "ends"),
    [
        # the clock goes from 03:00 to 04:00 on 29 March, and from 04:00 back to 03:00 on 25 October
        ({"schedule": "30 3 29 3 *"}, "2026-03-29 03:00"),
        ({"schedule": "30 2 29 3 *"}, "2026-03-29 02:00"),
        ({"schedule": "30 3 25 10 *"}, "2026-10-25 02:00"),
    ],
)
def test_a_window_lasts_its_minutes_when_clocks_change(window, ends):
    minutes = [utc(ends) + timedelta(minutes=n) for n in range(-200, 200, 5)]
    on = [at for at in minutes if until({**NIGHTLY, **window}, at)]

    assert len(on) == 90 / 5
    assert on[-1] + timedelta(minutes=5) == utc(ends)


def test_a_window_without_an_offset_is_of_its_zone():
    window = {**UPGRADE, "from": "2026-12-01T22:00:00", "until": "2026-12-02T06:00:00", "time_zone": "Europe/Helsinki"}

    assert until(window, utc("2026-12-01 19:59")) is None
    assert until(window, utc("2026-12-01 20:00")) == utc("2026-12-02 04:00")


@pytest.mark.parametrize(
    ("window", "why"),
    [
        ({"schedule": None}, "give it `from` and `until`, or `schedule` and `minutes`"),
        ({"from": NOW, "until": NOW}, "give it `from` and `until`, or `schedule` and `minutes`"),
        ({"minutes": 1440}, "it would never be over"),
        ({"schedule": "* * * * *"}, "it would never be over"),
    ],
)
def test_a_recurring_window_that_cannot_be_is_refused(window, why):
    with pytest.raises(ValidationError, match=why):
        Maintenance.model_validate({**NIGHTLY, **window})


def test_a_window_that_ends_before_it_begins_and_a_suppression_of_everything_are_refused():
    with pytest.raises(ValidationError, match="ends before it begins"):
        Maintenance.model_validate({**UPGRADE, "until": UPGRADE["from"]})
    with pytest.raises(ValidationError, match="it would mute everything"):
        AlertSuppression.model_validate({**ACCEPTED, "types": []})


def test_what_has_ended_for_good_is_warned_of():
    settings = Offline.model_validate({"alert_suppressions": [ACCEPTED], "maintenance": [NIGHTLY, UPGRADE]})

    assert ended(settings, NOW) == []
    first, second = ended(settings, NOW + timedelta(days=30))
    assert "Suppression 1 of alerts has ended (We test from Tor); renew or remove it (owner: red team)" in first
    assert "Maintenance window 2" in second


def a_picket(tmp_path, clock=None, **parts):
    return services(tmp_path, clock or Clock(), **parts)


def take(picket, **facts):
    signal = a_signal(**{"at": picket.now(), **facts})
    with picket.store.write() as tx:
        relay.take(picket, tx, signal)
        return alerts.get(tx, signal.alert_id)


def find(picket, alert):
    with picket.store.read() as tx:
        return alerts.get(tx, alert.id)


def said(picket):
    with picket.store.read() as tx:
        return list(tx.query("select * from outbox order by id"))


def posted(picket):
    """Let Slack have all of it; how many rows that were."""
    with picket.store.write() as tx:
        tx.execute("update outbox set begun_at = created_at, sent_at = created_at")
    return len(said(picket))


def told(picket, alert):
    with picket.store.read() as tx:
        return [line.what for line in alerts.timeline(tx, alert.id)]


def test_a_muted_alert_is_kept_and_says_nothing_until_the_window_is_over(tmp_path):
    picket = a_picket(tmp_path, maintenance=[UPGRADE])
    alert = take(picket)

    assert (alert.state, alert.muted, alert.snoozed_by, alert.snoozed_until) == (
        State.SNOOZED, "Upgrade", "dba", NOW + timedelta(hours=1)
    )  # fmt: skip
    assert said(picket) == []
    assert told(picket, alert)[-1] == "mutes it by its settings until 2026-11-25 10:00 UTC: Upgrade (dba)"

    picket.now.pass_(minutes=59)
    take(picket, event_id="e2", count=7)
    relay.wake_due(picket)
    escalate_due(picket)
    assert said(picket) == []

    picket.now.pass_(minutes=1)
    relay.wake_due(picket)
    raised = find(picket, alert)
    assert (raised.state, raised.muted, raised.cards, raised.waiting_since) == (State.OPEN, None, 1, picket.now())
    assert [(row["channel"], row["parent"]) for row in said(picket)] == [("#alerts", None)]
    assert told(picket, alert)[-1] == "raises it: what muted it is over"


def test_it_is_so_from_the_queue_to_the_card_and_back(tmp_path):
    picket = a_picket(tmp_path, maintenance=[{**UPGRADE, "types": ["root-*"]}])

    def bring(event):
        message = QueueMessage(id=event["id"], receipt="r", body=json.dumps(event))
        receive(picket, Mock(receive=lambda _wait: [message]))
        work_off(picket)

    bring(an_alarm_event(at="09:00:00"))
    assert said(picket) == []
    picket.now.pass_(hours=1)
    relay.wake_due(picket)
    (card,) = outgoing(picket)
    assert "nobody has acknowledged it" in card["body_json"]
    assert "alert:acknowledge" in card["body_json"]

    bring(an_alarm_event("OK", "ALARM", at="10:01:00"))
    assert "Resolved" in outgoing(picket)[0]["body_json"]


def test_what_is_over_before_the_window_is_never_said(tmp_path):
    picket = a_picket(tmp_path, maintenance=[UPGRADE])
    alert = take(picket)
    picket.now.pass_(minutes=30)
    assert take(picket, event_id="e2", active=False).state is State.RESOLVED

    picket.now.pass_(hours=1)
    relay.wake_due(picket)
    assert said(picket) == []
    assert find(picket, alert).state is State.RESOLVED


def test_a_critical_comes_through_unless_the_setting_says_otherwise(tmp_path):
    open_ = a_picket(tmp_path / "1", maintenance=[UPGRADE])
    assert take(open_, severity=Severity.CRITICAL).cards == 1

    shut = a_picket(tmp_path / "2", maintenance=[{**UPGRADE, "criticals": True}])
    assert take(shut, severity=Severity.CRITICAL).muted == "Upgrade"


def test_what_becomes_critical_while_it_is_muted_gets_its_card_at_once(tmp_path):
    picket = a_picket(tmp_path / "1", maintenance=[UPGRADE])
    take(picket)
    risen = take(picket, event_id="e2", severity=Severity.CRITICAL, count=2)
    assert (risen.state, risen.cards, risen.muted, risen.channel) == (State.OPEN, 1, None, "#critical")

    shut = a_picket(tmp_path / "2", maintenance=[{**UPGRADE, "criticals": True}])
    take(shut)
    assert take(shut, event_id="e2", severity=Severity.CRITICAL, count=2).cards == 0
    assert said(shut) == []


def test_what_has_a_card_already_keeps_it_when_a_window_begins(tmp_path):
    later = {**UPGRADE, "from": NOW + timedelta(minutes=10)}
    picket = a_picket(tmp_path, maintenance=[later])
    take(picket)
    picket.now.pass_(minutes=20)

    assert take(picket, event_id="e2", severity=Severity.MEDIUM, count=3).state is State.OPEN


def test_what_comes_back_in_a_window_stays_on_its_old_card(tmp_path):
    later = {**UPGRADE, "from": NOW + timedelta(minutes=10)}
    picket = a_picket(tmp_path, maintenance=[later])
    first = take(picket)
    take(picket, event_id="e2", active=False, at=NOW + timedelta(minutes=1))
    before = posted(picket)
    picket.now.pass_(minutes=20)

    again = take(picket, event_id="e3", count=2)
    assert (again.cards, again.channel, again.muted) == (1, first.channel, "Upgrade")
    (edit,) = outgoing(picket)
    assert edit["key"] == first.key
    assert len(said(picket)) == before + 1
    assert "*Muted* until" in edit["body_json"]

    picket.now.pass_(hours=1)
    relay.wake_due(picket)
    assert find(picket, first).cards == 2


def test_a_snooze_that_ends_in_a_window_goes_on_until_it_is_over(tmp_path):
    later = {**UPGRADE, "from": NOW + timedelta(minutes=10)}
    picket = a_picket(tmp_path, maintenance=[later])
    alert = take(picket)
    relay.move(picket, alert.id, lambda each: life.snooze(each, "U1", NOW + timedelta(minutes=30), NOW))
    before = posted(picket)
    picket.now.pass_(minutes=30)
    relay.wake_due(picket)

    assert find(picket, alert).muted == "Upgrade"
    assert [row["key"] for row in said(picket)[before:]] == [alert.key]
    picket.now.pass_(minutes=30)
    relay.wake_due(picket)
    assert (find(picket, alert).state, find(picket, alert).cards) == (State.OPEN, 2)


def test_when_one_window_follows_another_nothing_is_said_between(tmp_path):
    end = UPGRADE["until"]
    second = {"from": end, "until": end + timedelta(hours=1), "reason": "Then the other one", "owner": "dba"}
    picket = a_picket(tmp_path, maintenance=[UPGRADE, second])
    alert = take(picket)
    picket.now.now = end
    relay.wake_due(picket)

    now = find(picket, alert)
    assert (now.muted, now.snoozed_until, now.cards) == ("Then the other one", end + timedelta(hours=1), 0)
    assert now.snoozed_at == NOW
    assert said(picket) == []


def test_a_person_may_take_up_what_is_muted(tmp_path):
    picket = a_picket(tmp_path, maintenance=[UPGRADE])
    alert = take(picket)
    relay.move(picket, alert.id, lambda each: life.acknowledge(each, "U1", picket.now()))

    taken = find(picket, alert)
    assert (taken.state, taken.cards, taken.muted) == (State.ACKNOWLEDGED, 1, None)
    with pytest.raises(Stale, match="dba snoozed it"):
        life.unacknowledge(alert, "U1", NOW)


def test_what_the_settings_mute_no_more_after_a_restart_is_raised(tmp_path):
    clock = Clock()
    alert = take(a_picket(tmp_path, clock, alert_suppressions=[ACCEPTED]))
    longer = {**ACCEPTED, "until": "2026-12-24"}

    same = a_picket(tmp_path, clock, alert_suppressions=[longer])
    muting.reckon(same)
    relay.wake_due(same)
    assert find(same, alert).snoozed_until.date().isoformat() == "2026-12-24"

    picket = a_picket(tmp_path, clock)
    muting.reckon(picket)
    relay.wake_due(picket)
    assert (find(picket, alert).state, find(picket, alert).cards) == (State.OPEN, 1)


def test_a_snooze_by_a_person_takes_the_place_of_the_settings(tmp_path):
    picket = a_picket(tmp_path, maintenance=[UPGRADE])
    alert = take(picket)
    relay.move(picket, alert.id, lambda each: life.snooze(each, "U1", NOW + timedelta(hours=4), NOW))

    assert (find(picket, alert).muted, find(picket, alert).snoozed_by) == (None, "U1")


def test_what_picket_says_of_itself_is_muted_by_name_alone():
    everything = Offline.model_validate({"maintenance": [UPGRADE]})
    itself = Offline.model_validate({"maintenance": [{**UPGRADE, "sources": ["picket"]}]})
    broken = a_signal(source=Source.PICKET, type="malformed event")

    assert quiet(everything, broken, NOW) is None
    assert quiet(itself, broken, NOW)


def test_another_owner_and_reason_in_the_settings_are_said_after_a_restart(tmp_path):
    clock = Clock()
    alert = take(a_picket(tmp_path, clock, maintenance=[UPGRADE]))
    picket = a_picket(tmp_path, clock, maintenance=[{**UPGRADE, "reason": "Rebuilt", "owner": "web"}])
    muting.reckon(picket)

    assert (find(picket, alert).muted, find(picket, alert).snoozed_by) == ("Rebuilt", "web")


def test_a_muted_alert_is_on_no_list_of_what_is_shown(tmp_path):
    picket = a_picket(tmp_path, alert_suppressions=[{**ACCEPTED, "types": [], "accounts": [ACCOUNT]}])
    take(picket)

    with picket.store.read() as tx:
        assert alerts.find(tx, list(State)) == []
        assert len(alerts.muted(tx)) == 1


def test_the_words_of_an_owner_are_no_markup(tmp_path):
    picket = a_picket(tmp_path, maintenance=[{**UPGRADE, "owner": "<!channel>", "reason": "*<https://x|y>*"}])
    alert = take(picket)

    with picket.store.read() as tx:
        card = str(relay.shown(picket, tx, alert).blocks)
    assert "<!channel>" not in card
    assert "<https://x" not in card
