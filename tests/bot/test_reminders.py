"""Reminders of what was acknowledged and left."""

from datetime import timedelta

import pytest

from bot import alerts, relay, reminders
from checks.model import Severity
from tests.alerting import NOW, Bot, a_signal


@pytest.fixture
def bot(tmp_path):
    bot = Bot.with_alert(tmp_path)
    relay.move(bot.services, bot.alert_id, lambda alert: alerts.acknowledge(alert, "UANALYST", NOW))
    return bot


def reminded(bot):
    reminders.remind_due(bot.services)
    return [row for row in bot.said() if "reminds" in row["text"]]


def test_who_acknowledged_it_is_reminded_when_nothing_happens(bot):
    bot.clock.pass_(hours=23, minutes=59)
    assert reminded(bot) == []

    bot.clock.pass_(minutes=1)
    (said,) = reminded(bot)

    assert said["parent"] == bot.alert.key
    assert "reminds <@UANALYST>" in said["body_json"]
    assert "nothing was done or said for 24 hours" in said["text"]


def test_the_next_reminder_comes_as_long_after_the_first(bot):
    bot.clock.pass_(hours=24)
    assert len(reminded(bot)) == len(reminded(bot)) == 1
    bot.clock.pass_(hours=24)

    assert len(reminded(bot)) == 2


def test_whose_work_it_is_is_reminded_before_who_acknowledged_it(bot):
    relay.move(bot.services, bot.alert_id, lambda alert: alerts.assign(alert, "UANALYST", "USECOND", NOW))
    bot.clock.pass_(hours=24)

    assert "reminds <@USECOND>" in reminded(bot)[0]["body_json"]


def test_a_word_of_a_person_puts_it_off_and_one_of_the_source_does_not(bot):
    bot.clock.pass_(hours=20)
    relay.move(bot.services, bot.alert_id, lambda alert: alerts.note(alert, "U1", "on it", bot.clock.now))
    bot.clock.pass_(hours=10)
    with bot.services.store.write() as tx:
        relay.take(bot.services, tx, a_signal(count=7, at=bot.clock.now))
    assert reminded(bot) == []
    bot.clock.pass_(hours=14)

    assert len(reminded(bot)) == 1


@pytest.mark.parametrize("move", ["resolve", "give back", "snooze"])
def test_what_is_no_longer_acknowledged_needs_no_reminder(bot, move):
    change = {
        "resolve": lambda alert: alerts.resolve(alert, "U1", alerts.Resolution.FIXED, NOW),
        "give back": lambda alert: alerts.unacknowledge(alert, "U1", NOW),
        "snooze": lambda alert: alerts.snooze(alert, "U1", NOW + timedelta(days=9), NOW),
    }[move]
    relay.move(bot.services, bot.alert_id, change)
    bot.clock.pass_(hours=48)

    assert reminded(bot) == []


def test_each_severity_has_its_own_time_and_may_have_none(tmp_path):
    bot = Bot.with_alert(tmp_path, {"reminders": {"low": 0}}, severity=Severity.LOW)
    relay.move(bot.services, bot.alert_id, lambda alert: alerts.acknowledge(alert, "UANALYST", NOW))
    bot.clock.pass_(days=300)

    assert reminded(bot) == []
