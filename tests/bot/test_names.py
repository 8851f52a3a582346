"""What people are called, from Slack."""

import pytest
from slack_sdk import WebClient

from bot import alerts as life
from bot import config, names, relay
from sandbox.slack import Workspace
from tests.alerting import ACCOUNT, Clock, a_signal, services

ANA, NOBODY = "UANA00001", "UNOBODY01"


@pytest.fixture(scope="module")
def workspace():
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def bot(workspace, tmp_path):
    return services(tmp_path, Clock(), WebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=10))


def of(name):
    return a_signal(event_id=name, member_id=name, resource=f"arn:aws:iam::{ACCOUNT}:user/{name}")


def taken(bot, user, name):
    signal = of(name)
    with bot.store.write() as tx:
        relay.take(bot, tx, signal)
    relay.move(bot, signal.alert_id, lambda alert: life.acknowledge(alert, user, bot.now()))


def asked(workspace):
    return [call.args["user"] for call in workspace.calls if call.method == "users.info"]


def called(bot, **owners):
    with bot.store.read() as tx:
        return names.called(tx, config.Owners(people=owners))


def test_those_who_see_to_alerts_are_asked_for_once_a_day(bot, workspace):
    taken(bot, ANA, "alice")
    before = len(asked(workspace))

    names.learn(bot)
    names.learn(bot)
    assert called(bot) == {ANA: "ana"}
    assert len(asked(workspace)) == before + 1

    bot.now.pass_(days=1, seconds=1)
    names.learn(bot)
    assert len(asked(workspace)) == before + 2


def test_a_name_that_slack_does_not_tell_is_asked_for_again_tomorrow_and_not_lost(bot, workspace):
    taken(bot, NOBODY, "alice")
    taken(bot, ANA, "bob")
    names.learn(bot)
    bot.now.pass_(days=2)
    workspace.faults.fail_next("users.info", error="internal_error", times=2)
    names.learn(bot)
    before = len(asked(workspace))

    bot.now.pass_(hours=1)
    names.learn(bot)

    assert called(bot) == {ANA: "ana"}
    assert len(asked(workspace)) == before


def test_who_has_no_alert_is_not_asked_for(bot, workspace):
    taken(bot, ANA, "alice")
    alert = of("alice").alert_id
    relay.move(bot, alert, lambda one: life.resolve(one, ANA, life.Resolution.FIXED, bot.now()))
    before = len(asked(workspace))

    bot.now.pass_(days=3)
    names.learn(bot)

    assert len(asked(workspace)) == before


def test_groups_are_called_by_the_tag_that_names_them(bot):
    assert called(bot, payments="S0PAYMENTS", billing="S0PAYMENTS") == {"S0PAYMENTS": "billing"}


def test_many_are_asked_for_a_few_at_a_time(bot, workspace):
    for number in range(12):
        taken(bot, f"UNOBODY{number:02}", f"user-{number}")
    before = len(asked(workspace))

    names.learn(bot)

    assert len(asked(workspace)) == before + 5
