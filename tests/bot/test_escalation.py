"""What happens when nobody acknowledges an alert."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot import alerts, escalation, relay
from bot.config import Escalation
from bot.escalation import is_due, working
from bot.store import alerts as stored
from checks.model import Severity
from tests.alerting import NOW, Bot, a_signal, services

FIRST = {"severity": "high", "after_minutes": 15, "mention": "S0ONCALL"}
SECOND = {"severity": "high", "after_minutes": 60, "channel": "#management", "mention": "@here"}


@pytest.fixture
def bot(tmp_path):
    return Bot.with_alert(tmp_path, {"escalation": [FIRST, SECOND]})


def escalated(bot):
    escalation.escalate_due(bot.services)
    return [row for row in bot.said() if "acknowledged it for" in row["text"]]


def test_each_step_is_taken_once_when_its_time_has_come(bot):
    bot.clock.pass_(minutes=14)
    assert escalated(bot) == []

    bot.clock.pass_(minutes=1)
    (first,) = escalated(bot)
    assert first["parent"] == bot.alert.key
    assert "calls <!subteam^S0ONCALL>" in first["body_json"]
    assert escalated(bot) == [first]

    bot.clock.pass_(minutes=45)
    _, thread, channel = escalated(bot)
    assert (thread["parent"], channel["channel"]) == (bot.alert.key, "#management")
    assert "said it in #management" in thread["text"]
    assert "<!here>" in channel["body_json"]
    assert "alert:acknowledge" in channel["body_json"]


def test_a_restart_takes_no_step_twice(bot, tmp_path):
    bot.clock.pass_(minutes=20)
    before = escalated(bot)
    bot.services = services(tmp_path, bot.clock, escalation=[FIRST, SECOND])

    assert escalated(bot) == before


@pytest.mark.parametrize("move", ["acknowledge", "snooze", "resolve"])
def test_what_somebody_sees_to_is_not_escalated(bot, move):
    change = {
        "acknowledge": lambda alert: alerts.acknowledge(alert, "U1", NOW),
        "snooze": lambda alert: alerts.snooze(alert, "U1", NOW + timedelta(days=2), NOW),
        "resolve": lambda alert: alerts.resolve(alert, "U1", alerts.Resolution.FIXED, NOW),
    }[move]
    relay.move(bot.services, bot.alert_id, change)
    bot.clock.pass_(hours=2)

    assert escalated(bot) == []


def test_the_call_in_another_channel_says_who_sees_to_it_once_somebody_does(bot):
    bot.clock.pass_(minutes=60)
    escalated(bot)

    relay.move(bot.services, bot.alert_id, lambda alert: alerts.acknowledge(alert, "UANALYST", bot.clock.now))

    (call,) = [row for row in bot.said() if row["channel"] == "#management"]
    assert "*Acknowledged* by <@UANALYST>" in call["body_json"]
    assert "alert:acknowledge" not in call["body_json"]


def test_what_is_given_back_begins_anew(bot):
    bot.clock.pass_(minutes=20)
    escalated(bot)
    relay.move(bot.services, bot.alert_id, lambda alert: alerts.acknowledge(alert, "U1", bot.clock.now))
    relay.move(bot.services, bot.alert_id, lambda alert: alerts.unacknowledge(alert, "U1", bot.clock.now))
    bot.clock.pass_(minutes=14)
    assert len(escalated(bot)) == 1
    bot.clock.pass_(minutes=1)

    assert len(escalated(bot)) == 2


def test_what_is_less_severe_waits(tmp_path):
    bot = Bot.with_alert(tmp_path, {"escalation": [FIRST]}, severity=Severity.MEDIUM)
    bot.clock.pass_(minutes=20)
    assert escalated(bot) == []
    with bot.services.store.write() as tx:
        relay.take(bot.services, tx, a_signal(severity=Severity.CRITICAL, at=bot.clock.now))

    assert len(escalated(bot)) == 1, "nobody has acknowledged it since it was opened"


def test_a_step_that_the_settings_did_not_have_then_is_let_go(bot):
    bot.clock.pass_(days=3)

    assert escalated(bot) == []


def test_the_step_stands_in_the_timeline(bot):
    bot.clock.pass_(minutes=15)
    escalated(bot)

    with bot.services.store.read() as tx:
        line = stored.timeline(tx, bot.alert_id)[-1]
    assert (line.who, line.what) == ("picket", "calls S0ONCALL: Nobody has acknowledged it for 15 minutes.")


def a_step(**parts):
    return Escalation.model_validate({"after_minutes": 30, "mention": "@here", **parts})


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-11-25 09:00", "2026-11-25 09:00"),
        ("2026-11-25 05:00", "2026-11-25 06:00"),
        ("2026-11-25 16:00", "2026-11-26 06:00"),
        ("2026-11-27 17:00", "2026-11-30 06:00"),
        ("2026-10-25 12:00", "2026-10-26 06:00"),
        ("2026-10-23 16:00", "2026-10-26 06:00"),
        ("2026-03-27 18:00", "2026-03-30 05:00"),
    ],
)
def test_outside_its_hours_a_step_waits_for_the_next_of_them_where_they_are(at, first):
    step = a_step(days="mon-fri", hours="08:00-18:00", time_zone="Europe/Helsinki")

    assert working(step, utc(at)) == utc(first)


def test_days_may_go_over_the_end_of_the_week():
    assert working(a_step(days="sat-mon"), utc("2026-11-24 09:00")) == utc("2026-11-28 00:00")


def test_a_night_alert_is_escalated_in_the_morning_and_not_again_at_night():
    step, since = a_step(hours="08:00-18:00"), utc("2026-11-25 22:00")

    assert not is_due(step, since, utc("2026-11-25 23:00"))
    assert is_due(step, since, utc("2026-11-26 08:00"))
    assert not is_due(step, since, utc("2026-11-26 19:00"))


def test_hours_may_go_over_midnight():
    step = a_step(days="mon-fri", hours="22:00-06:00")

    assert working(step, utc("2026-11-28 05:00")) == utc("2026-11-28 05:00")
    assert working(step, utc("2026-11-28 06:00")) == utc("2026-11-30 22:00")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"destination": "pagerduty"}, "there is no destination 'pagerduty' yet"),
        ({"mention": ""}, "this step would do nothing"),
        ({"days": "mon-xyz"}, "are no days"),
        ({"hours": "18:00-18:00"}, "are no hours of a day"),
        ({"after_minutes": 0}, "greater than or equal to 1"),
        ({"mention": "@oncall"}, "a name notifies nobody"),
    ],
)
def test_a_step_that_cannot_be_is_refused_in_words(parts, words):
    with pytest.raises(ValidationError, match=words):
        a_step(**parts)
