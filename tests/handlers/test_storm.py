"""A storm's roll-up, and what people do to it through the real Bolt app."""

import csv
import io

import pytest

from bot import bulk, relay, rollup
from bot.alerts import State
from bot.attachments import make_pending
from bot.store import storms
from tests.alerting import NOW, Bot, a_signal

NUMBER = 12


@pytest.fixture
def bot(tmp_path):
    """Two cards, the first of them told of already, and a roll-up of the rest."""
    bot = Bot.with_alert(tmp_path, {"storms": {"cards": 2}})
    with bot.services.store.write() as tx:
        for number in range(NUMBER + 1):
            relay.take(bot.services, tx, a_signal(member_id=f"f{number}", resource=f"machine-{number}"))
    rollup.tend(bot.services)
    return bot


def storm(bot):
    with bot.services.store.read() as tx:
        (found,) = storms.running(tx)
        return found, storms.tally(tx, found.id)


def test_all_of_it_is_acknowledged_with_one_click(bot):
    assert bot.click("storm:acknowledge", value=storm(bot)[0].id).status == 200
    assert "acknowledges all of it" in bot.said()[-1]["body_json"]

    bulk.go_on(bot.services)

    assert storm(bot)[1].states == {State.ACKNOWLEDGED: NUMBER}
    assert bot.said()[-1]["text"] == f"<@UANALYST> acknowledged {NUMBER} alerts of the roll-up in #alerts"


def test_the_menu_resolves_all_of_it(bot):
    value = {"selected_option": {"value": f"false positive:{storm(bot)[0].id}"}}
    assert bot.click("storm:all", type="static_select", **value).status == 200
    bulk.go_on(bot.services)

    assert storm(bot)[1].states == {State.RESOLVED: NUMBER}


@pytest.mark.parametrize("choice", [None, {"value": "burn:s1"}, {"value": ""}])
def test_a_forged_choice_is_refused(bot, choice):
    bot.click("storm:all", type="static_select", selected_option=choice)

    assert "does not know that choice" in bot.whispered()
    assert storm(bot)[1].states == {State.OPEN: NUMBER}


def test_two_at_once_are_told_who_was_first(bot):
    bot.click("storm:acknowledge", value=storm(bot)[0].id)
    bot.click("storm:acknowledge", "USECOND", value=storm(bot)[0].id)

    assert bot.whispered().startswith("<@UANALYST> acknowledges all of it already")


@pytest.mark.parametrize("action", ["storm:acknowledge", "storm:csv", "storm:all"])
def test_who_has_not_the_right_is_told_so_and_changes_nothing(bot, action):
    bot.click(action, "UOUTSIDER", value=storm(bot)[0].id)

    assert "You may not" in bot.whispered()
    assert storm(bot)[1].states == {State.OPEN: NUMBER}


@pytest.mark.parametrize("action", ["storm:acknowledge", "storm:csv"])
def test_a_forged_roll_up_is_not_known(bot, action):
    bot.click(action, value="'; drop table storms; --")

    assert "knows nothing of this roll-up" in bot.whispered()


def test_a_file_of_all_of_it_as_it_is_now_comes_into_the_thread(bot):
    bot.click("storm:csv", value=storm(bot)[0].id)
    assert make_pending(bot.services, {rollup.CSV: rollup.csv_file}) == 1

    (file,) = [row for row in bot.said() if row["kind"] == "file"]
    rows = list(csv.DictReader(io.StringIO(file["content"].decode())))
    assert (file["parent"], len(rows)) == (storm(bot)[0].key, NUMBER)
    assert {row["opened_at"] for row in rows} == {NOW.isoformat()}
