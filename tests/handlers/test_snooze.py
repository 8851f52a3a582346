"""Snoozing from an alert's card, through the real Bolt app."""

import json
import queue
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot import alerts as life
from bot import relay, snoozing
from bot.alerts import State
from bot.messages.alert_actions import ENDINGS
from bot.store import alerts, people
from checks.model import Severity
from tests.alerting import NOW, Bot, a_signal


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


def choose_in_modal(ends="nothing", scope="alert", days=2):
    moment = int((NOW + timedelta(days=days)).timestamp())
    chosen = {"ends": ends, "scope": scope}
    return until(moment) | {name: {"selected_option": {"value": value}} for name, value in chosen.items()}


def take(bot, **facts):
    signal = a_signal(**facts)
    with bot.services.store.write() as tx:
        relay.take(bot.services, tx, signal)
    return signal.alert_id


def alert_of(bot, id_):
    with bot.services.store.read() as tx:
        return relay.find(tx, id_)


def test_tomorrow_is_nine_in_the_morning_where_the_person_is(bot):
    with bot.services.store.write() as tx:
        people.keep(tx, "UANALYST", "America/New_York", NOW)

    bot.choose("alert:snooze", "tomorrow")

    assert bot.alert.snoozed_until == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def test_tomorrow_is_in_utc_and_says_so_where_the_zone_is_not_known(bot):
    bot.choose("alert:snooze", "tomorrow")

    assert bot.alert.snoozed_until == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert "in UTC, for Slack did not tell" in bot.said()[-1]["text"]


@pytest.mark.parametrize("choice", ["changes", "worse", "doubles"])
def test_it_may_sleep_until_something_happens_for_as_long_as_its_severity_allows(bot, choice):
    bot.choose("alert:snooze", choice)

    assert bot.alert.snoozed_ends == ENDINGS[choice][1]
    assert bot.alert.snoozed_until == NOW + timedelta(days=7)
    assert f"or until it {bot.alert.snoozed_ends}" in bot.said()[0]["body_json"]


def test_a_snooze_until_it_doubles_ends_aloud_when_it_does(bot):
    bot.choose("alert:snooze", "doubles")
    take(bot, count=2, at=NOW + timedelta(hours=1))

    assert (bot.alert.state, bot.alert.cards) == (State.OPEN, 2)
    assert "seen twice as often" in bot.said()[-1]["text"]


def test_the_modal_opens_at_once_and_says_then_what_it_would_have_kept_quiet(bot):
    take(bot, member_id="f2", resource="another")
    take(bot, member_id="f3", resource="third", severity=Severity.CRITICAL)

    bot.choose("alert:snooze", "until")

    (skeleton,) = bot.modals
    assert "Looking…" in json.dumps(skeleton, ensure_ascii=False)
    preview = bot.services.slack.filled.get(timeout=10)["blocks"][-1]["text"]["text"]
    assert "*This alert*: 1 message" in preview
    assert "*This type*: 2 alerts, 2 messages; 1 critical would have come through" in preview


def test_a_modal_that_was_closed_before_it_was_filled_is_no_fault(bot, monkeypatch):
    asked = queue.Queue()

    def closed(**given):
        asked.put(given)
        raise SlackApiError("no", {"error": "not_found"})

    monkeypatch.setattr(bot.services.slack, "views_update", closed)
    assert bot.choose("alert:snooze", "until").status == 200

    assert asked.get(timeout=10)
    assert bot.said() == []


def test_a_snooze_of_a_type_covers_what_is_open_and_what_is_new_but_no_critical(bot):
    other = take(bot, member_id="f2", resource="another", account="444455556666")
    critical = take(bot, member_id="f3", resource="third", severity=Severity.CRITICAL)
    assert bot.submit("alert:snooze_until", choose_in_modal(scope="type")).body == ""
    before = len(bot.said())

    new = take(bot, member_id="f4", resource="fourth")
    loud = take(bot, member_id="f5", resource="fifth", severity=Severity.CRITICAL)
    elsewhere = take(bot, member_id="f6", resource="sixth", type="Recon:EC2/Portscan")

    states = {name: alert_of(bot, id_).state for name, id_ in locals().items() if isinstance(id_, str)}
    assert states == {"other": State.SNOOZED, "critical": State.OPEN, "new": State.SNOOZED, "loud": State.OPEN,
                      "elsewhere": State.OPEN}  # fmt: skip
    assert alert_of(bot, new).cards == 0, "no card for what is raised into a snooze"
    assert [row["key"] for row in bot.said()[before:]] == [f"alert:{loud}", f"alert:{elsewhere}"]
    with bot.services.store.read() as tx:
        assert new in {alert.id for alert in alerts.find(tx, [State.SNOOZED])}, "and yet it is listed"


def test_a_snooze_of_a_resource_is_of_that_in_its_account_alone(bot):
    bot.submit("alert:snooze_until", choose_in_modal(scope="resource"))

    same = take(bot, type="Recon:IAMUser/TorIPCaller")
    namesake = take(bot, type="Recon:IAMUser/TorIPCaller", account="444455556666")

    assert (alert_of(bot, same).state, alert_of(bot, namesake).state) == (State.SNOOZED, State.OPEN)


def test_what_was_raised_into_a_snooze_comes_aloud_when_it_ends(bot):
    bot.submit("alert:snooze_until", choose_in_modal(scope="account"))
    new = take(bot, member_id="f4", resource="fourth")
    bot.clock.pass_(days=2)

    snoozing.end_due(bot.services)
    relay.wake_due(bot.services)
    snoozing.end_due(bot.services)

    assert (alert_of(bot, new).state, alert_of(bot, new).cards) == (State.OPEN, 1)
    assert f"alert:{new}" in [row["key"] for row in bot.said()]
    assert sum("ended the snooze of all of this account: 2 alerts wake" in row["text"] for row in bot.said()) == 1


def test_a_resolve_comes_through_a_snooze_of_more_than_one(bot):
    other = take(bot, member_id="f2", resource="another")
    bot.submit("alert:snooze_until", choose_in_modal(scope="type"))

    take(bot, member_id="f2", resource="another", active=False, at=NOW + timedelta(hours=1))

    assert alert_of(bot, other).state is State.RESOLVED
    assert "says that it is over" in bot.said()[-1]["text"]


def test_what_comes_back_into_a_snooze_gets_no_new_card(bot):
    bot.submit("alert:snooze_until", choose_in_modal(scope="account"))
    other = take(bot, member_id="f2", resource="another")
    take(bot, member_id="f2", resource="another", active=False, at=NOW + timedelta(hours=1))
    take(bot, member_id="f2", resource="another", at=NOW + timedelta(hours=2))

    assert (alert_of(bot, other).state, alert_of(bot, other).cards) == (State.SNOOZED, 0)


def test_ending_a_snooze_of_more_than_one_ends_it_for_all(bot):
    other = take(bot, member_id="f2", resource="another")
    bot.submit("alert:snooze_until", choose_in_modal(scope="type"))

    value = {"value": f"wake:{bot.alert_id}"}
    bot.click("alert:more", "USECOND", type="overflow", selected_option=value)
    new = take(bot, member_id="f4", resource="fourth")

    assert {alert_of(bot, id_).state for id_ in (bot.alert_id, other, new)} == {State.OPEN}
    assert any("ended the snooze of all of this type: 2 alerts wake" in row["text"] for row in bot.said())


def test_each_alert_sleeps_no_longer_than_its_severity_allows(tmp_path):
    bot = Bot.with_alert(tmp_path, severity=Severity.LOW)
    other = take(bot, member_id="f2", resource="another", severity=Severity.HIGH)

    bot.submit("alert:snooze_until", choose_in_modal(scope="account", days=30))

    assert bot.alert.snoozed_until == NOW + timedelta(days=30)
    assert alert_of(bot, other).snoozed_until == NOW + timedelta(days=7)


@pytest.mark.parametrize("move", ["acknowledge", "resolve", "rouse"])
def test_what_was_raised_into_a_snooze_gets_its_card_when_somebody_takes_it_up(bot, move):
    bot.submit("alert:snooze_until", choose_in_modal(scope="account"))
    new = take(bot, member_id="f4", resource="fourth")
    change = {
        "acknowledge": lambda alert: life.acknowledge(alert, "UANALYST", NOW),
        "resolve": lambda alert: life.resolve(alert, "UANALYST", life.Resolution.FIXED, NOW),
        "rouse": lambda alert: life.rouse(alert, "UANALYST", NOW),
    }[move]

    relay.move(bot.services, new, change)

    assert alert_of(bot, new).cards == 1
    assert f"alert:{new}" in [row["key"] for row in bot.said()]


def test_what_is_over_before_its_snooze_ends_was_never_shown(bot):
    bot.submit("alert:snooze_until", choose_in_modal(scope="account"))
    new = take(bot, member_id="f4", resource="fourth")
    take(bot, member_id="f4", resource="fourth", active=False, at=NOW + timedelta(hours=1))

    assert (alert_of(bot, new).state, alert_of(bot, new).cards) == (State.RESOLVED, 0)
    assert f"alert:{new}" not in [row["key"] for row in bot.said()]
