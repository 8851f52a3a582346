"""Snoozing from an alert's card, through the real Bolt app."""

import json
from datetime import timedelta

import pytest

from bot.alerts import State
from checks.model import Severity
from tests.alerting import NOW, Bot


@pytest.fixture
def bot(tmp_path):
    return Bot.with_alert(tmp_path)


def until(moment):
    return {"until": {"selected_date_time": moment}}


def fault(response):
    body = response.body if isinstance(response.body, dict) else json.loads(response.body)
    assert body["response_action"] == "errors"
    return body["errors"]["until"]


def test_a_preset_snoozes_for_its_length(bot):
    bot.choose("alert:snooze", "4h")

    assert (bot.alert.state, bot.alert.snoozed_by) == (State.SNOOZED, "UANALYST")
    assert bot.alert.snoozed_until == NOW + timedelta(hours=4)
    assert "snoozed it until 2026-11-25 13:00 UTC" in bot.said()[-1]["text"]


def test_a_date_is_asked_for_in_a_modal_that_says_the_longest(bot):
    bot.choose("alert:snooze", "until")

    (view,) = bot.modals
    assert "At most 7 days" in json.dumps(view)

    response = bot.submit("alert:snooze_until", until(int((NOW + timedelta(days=2)).timestamp())))

    assert (response.status, response.body) == (200, "")
    assert bot.alert.snoozed_until == NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (int((NOW - timedelta(minutes=1)).timestamp()), "passed"),
        (int((NOW + timedelta(days=8)).timestamp()), "at most 168 hours"),
        (None, "choose a date"),
        (10**18, "choose a date"),
        ("soon", "choose a date"),
    ],
)
def test_a_date_that_cannot_be_is_refused_beside_its_field(bot, moment, words):
    assert words in fault(bot.submit("alert:snooze_until", until(moment)))
    assert bot.alert.state is State.OPEN


def test_a_forged_length_that_is_too_long_for_the_severity_is_refused(tmp_path):
    bot = Bot.with_alert(tmp_path, severity=Severity.CRITICAL)

    bot.choose("alert:snooze", "1w")

    assert bot.alert.state is State.OPEN
    assert "at most 24 hours" in bot.whispered()


def test_a_forged_choice_is_refused(bot):
    bot.choose("alert:snooze", "9y")

    assert bot.alert.state is State.OPEN
    assert "no length" in bot.whispered()


@pytest.mark.parametrize("choice", ["1h", "until"])
def test_who_has_not_the_right_is_told_so_and_changes_nothing(bot, choice):
    bot.choose("alert:snooze", choice, "UOUTSIDER")

    assert "You may not" in bot.whispered()
    assert (bot.alert.state, bot.modals) == (State.OPEN, [])


def test_what_is_resolved_cannot_be_snoozed(bot):
    chosen = {"reason": {"selected_option": {"value": "fixed"}}, "note": {"value": None}}
    bot.submit("alert:resolve", chosen)

    bot.choose("alert:snooze", "1h", "USECOND")

    assert "<@UANALYST> resolved it" in bot.whispered()
    assert bot.alert.state is State.RESOLVED


def test_a_choice_of_nothing_is_answered_and_changes_nothing(bot):
    assert bot.click("alert:snooze", type="static_select", selected_option=None).status == 200

    assert "no length of a snooze" in bot.whispered()
    assert bot.alert.state is State.OPEN
