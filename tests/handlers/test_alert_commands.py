"""What the buttons do, by keyboard, through the real Bolt app."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt import BoltRequest

from bot.alerts import Ends, Resolution, State
from bot.store import alerts, people
from bot.store.snoozes import Scope
from handlers.alert_commands import COMMANDS
from handlers.audit import SUBCOMMANDS
from tests.alerting import NOW, Bot, a_signal


@pytest.fixture
def bot(tmp_path):
    return Bot.with_alert(tmp_path, {"owners": {"people": {"web": "S0WEB"}}}, facts={"tags": {"Owner": "web"}})


@pytest.fixture
def type_(bot):
    def type_(text, user="UANALYST"):
        body = {
            "command": "/aws-audit",
            "text": text.replace("ID", bot.alert_id),
            "user_id": user,
            "channel_id": "C1",
            "team_id": "T1",
        }
        response = bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        return str(response.body)

    return type_


def test_it_is_acknowledged_given_back_resolved_and_reopened(bot, type_):
    assert "is yours" in type_("ack ID")
    assert bot.alert.acknowledged_by == "UANALYST"
    type_("unack ID", "USECOND")
    assert bot.alert.state is State.OPEN
    type_("resolve ID false-positive a test of ours")
    assert bot.alert.resolution == Resolution.FALSE_POSITIVE
    assert "a test of ours" in bot.said()[-1]["text"]
    type_("reopen ID")
    assert bot.alert.state is State.OPEN


@pytest.mark.parametrize(
    ("who", "whom"),
    [("me", "UANALYST"), ("owner", "S0WEB"), ("<@USECOND|second>", "USECOND"), ("<!subteam^S0OPS|@ops>", "S0OPS")],
)
def test_it_is_assigned(bot, type_, who, whom):
    type_(f"assign ID {who}")

    assert (bot.alert.assigned_to, bot.alert.assigned_by) == (whom, "UANALYST")


def test_a_note_is_kept_as_it_was_typed(bot, type_):
    type_("note ID asked The Team &amp; waiting")

    assert "noted: asked The Team &amp; waiting" in bot.said()[-1]["text"]
    with bot.services.store.read() as tx:
        assert alerts.timeline(tx, bot.alert_id)[-1].what == "noted: asked The Team & waiting"


@pytest.mark.parametrize(
    ("length", "until"),
    [
        ("4h", NOW + timedelta(hours=4)),
        ("90m", NOW + timedelta(minutes=90)),
        ("3d", NOW + timedelta(days=3)),
        ("2026-11-30", datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 11, 26, 7, 0, tzinfo=UTC)),
    ],
)
def test_it_is_snoozed_for_a_length_or_until_a_day(bot, type_, length, until):
    with bot.services.store.write() as tx:
        people.keep(tx, "UANALYST", "Europe/Helsinki", NOW)

    assert f"{until:%Y-%m-%d %H:%M} UTC" in type_(f"snooze ID {length}")
    assert bot.alert.snoozed_until == until


def test_it_is_snoozed_until_something_happens_with_all_of_its_type(bot, type_):
    type_("snooze ID worse type")

    assert (bot.alert.snoozed_ends, bot.alert.state) == (Ends.WORSE, State.SNOOZED)
    with bot.services.store.read() as tx:
        (row,) = tx.query("select scope, value from snoozes")
    assert row == {"scope": Scope.TYPE, "value": bot.alert.type}
    type_("unsnooze ID")
    assert bot.alert.state is State.OPEN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ack", "Type it as `/aws-audit ack ID`"),
        ("ack 000000", "no alert with that id"),
        ("ack a", "no alert with that id"),
        ("assign ID somebody", "is nobody"),
        ("snooze ID sometime", "is no length of a snooze"),
        ("snooze ID 99w", "at most 168 hours"),
        ("snooze ID 0m", "passed"),
        ("snooze ID 9999w", "at most 168 hours"),
        ("resolve ID because", "is no reason"),
        ("note ID", "Type it as"),
        ("unsnooze ID", "not snoozed"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(bot, type_, text, words):
    before = bot.alert

    assert words in type_(text)
    assert bot.alert == before


def test_who_comes_second_is_told_who_was_first(bot, type_):
    type_("ack ID")

    assert "<@UANALYST> acknowledged it" in type_("ack ID", "USECOND")


def test_the_beginning_of_an_id_is_enough_where_it_names_one(bot, type_):
    type_(f"ack {bot.alert_id[:6].upper()}")

    assert bot.alert.state is State.ACKNOWLEDGED


def test_the_beginning_of_two_ids_is_not_enough(bot, type_):
    with bot.services.store.write() as tx:
        other = a_signal(resource="another")
        tx.execute(
            "insert into alerts(id, identity, source, type, account, region, resource, severity, title, facts_json, "
            "state, channel, opened_at, updated_at) select ?, 'x', source, type, account, region, resource, severity, "
            "title, facts_json, state, channel, opened_at, updated_at from alerts",
            (bot.alert_id[:6] + other.alert_id[6:],),
        )

    assert "More than one alert" in type_(f"ack {bot.alert_id[:6]}")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_needs_the_right_to_respond_and_no_other(bot, type_, name):
    assert "You may not acknowledge" in type_(f"{name} ID fixed", "UOUTSIDER")
    assert SUBCOMMANDS[name] is COMMANDS[name]
