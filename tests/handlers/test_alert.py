"""Clicks on an alert's card, through the real Bolt app."""

import queue
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from bot.alerts import Resolution, State
from bot.store import alerts
from tests.alerting import Bot


@pytest.fixture
def bot(tmp_path):
    return Bot.with_alert(tmp_path)


def reason(name, note=None):
    return {"reason": {"selected_option": {"value": name}}, "note": {"value": note}}


def test_acknowledging_changes_the_card_and_is_said_in_the_thread(bot):
    assert bot.click("alert:acknowledge").status == 200

    assert (bot.alert.state, bot.alert.acknowledged_by) == (State.ACKNOWLEDGED, "UANALYST")
    card, reply = bot.said()
    assert (card["key"], reply["parent"]) == (bot.alert.key, bot.alert.key)
    assert "acknowledged it" in reply["text"]


def test_the_second_to_acknowledge_is_told_who_was_first_and_sees_the_card_anew(bot):
    bot.click("alert:acknowledge")
    before = len(bot.said())

    assert bot.click("alert:acknowledge", "USECOND").status == 200

    assert bot.alert.acknowledged_by == "UANALYST"
    assert "<@UANALYST> acknowledged it" in bot.whispered()
    assert len(bot.said()) == before + 1, "nothing new but the whisper: the card's row still waits"


def test_a_click_on_an_old_card_has_it_shown_anew(bot):
    bot.click("alert:acknowledge")
    with bot.services.store.write() as tx:
        tx.execute("update outbox set sent_at = created_at")

    bot.click("alert:acknowledge", "USECOND")

    assert [row["key"] for row in bot.said() if row["kind"] == "message"] == [bot.alert.key]


@pytest.mark.parametrize("action", ["alert:acknowledge", "alert:unacknowledge", "alert:resolve", "alert:reopen"])
def test_who_has_not_the_right_is_told_so_and_changes_nothing(bot, action):
    before = bot.alert

    bot.click(action, "UOUTSIDER")

    assert "You may not" in bot.whispered()
    assert bot.alert == before
    assert bot.modals == []


def test_what_was_acknowledged_can_be_given_back(bot):
    bot.click("alert:acknowledge")
    bot.click("alert:unacknowledge", "USECOND")

    assert (bot.alert.state, bot.alert.acknowledged_by) == (State.OPEN, None)


def test_resolving_asks_why_and_keeps_the_note(bot):
    bot.click("alert:resolve")
    (view,) = bot.modals
    assert (view["callback_id"], view["private_metadata"]) == ("alert:resolve", bot.alert_id)

    response = bot.submit("alert:resolve", reason("false_positive", "a <!channel> test"))

    assert (response.status, response.body) == (200, "")
    assert (bot.alert.state, bot.alert.resolution) == (State.RESOLVED, Resolution.FALSE_POSITIVE)
    assert "a &lt;!channel&gt; test" in bot.said()[-1]["text"]


def test_a_modal_of_an_alert_resolved_meanwhile_says_by_whom(bot):
    bot.click("alert:resolve")
    bot.submit("alert:resolve", reason("fixed"))

    response = bot.submit("alert:resolve", reason("accepted"), "USECOND")

    assert "<@UANALYST> resolved it" in str(response.body)
    assert bot.alert.resolution == Resolution.FIXED


def test_no_modal_opens_for_what_is_resolved(bot):
    bot.submit("alert:resolve", reason("fixed"))
    bot.click("alert:resolve", "USECOND")

    assert bot.modals == []
    assert "<@UANALYST> resolved it" in bot.whispered()


def test_a_forged_reason_is_refused(bot):
    bot.submit("alert:resolve", reason("because"))

    assert bot.alert.state is State.OPEN


def test_a_resolved_alert_can_be_reopened(bot):
    bot.submit("alert:resolve", reason("fixed"))
    bot.click("alert:reopen", "USECOND")

    assert (bot.alert.state, bot.alert.cards) == (State.OPEN, 1)


def test_an_alert_that_picket_does_not_know_is_said(bot):
    bot.click("alert:acknowledge", value="nothing")

    assert "knows nothing of this alert" in bot.whispered()


def test_a_link_to_the_console_is_acked(bot):
    assert bot.click("alert:console").status == 200
    assert bot.said() == []


def test_a_click_that_cannot_be_stored_says_so_and_changes_nothing(bot, monkeypatch):
    told = queue.Queue()
    monkeypatch.setattr(bot.services.slack, "chat_postEphemeral", lambda **given: told.put(given["text"]))
    other = sqlite3.connect(bot.services.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    bot.click("alert:acknowledge")
    said = told.get(timeout=30)

    other.execute("ROLLBACK")
    other.close()
    assert "nothing was changed" in said
    assert bot.alert.state is State.OPEN


@pytest.mark.parametrize("given", [{"value": "nonsense"}, {"type": "button"}], ids=["an unknown alert", "no value"])
@pytest.mark.parametrize("action", ["alert:acknowledge", "alert:unacknowledge", "alert:resolve", "alert:reopen"])
def test_a_payload_that_names_no_alert_is_answered_and_changes_nothing(bot, action, given):
    before = bot.alert

    assert bot.click(action, **given).status == 200

    assert "knows nothing of this alert" in bot.whispered()
    assert bot.alert == before


def test_a_button_of_another_version_is_answered_where_it_was_clicked(bot):
    assert bot.click("alert:escalate").status == 200

    assert "does not know that (any more)" in bot.whispered()


@pytest.mark.parametrize(
    "error",
    [SlackApiError("no", {"error": "expired_trigger_id"}), URLError("timed out")],
    ids=["too late", "no answer"],
)
def test_a_modal_that_slack_does_not_open_is_excused_in_words(bot, monkeypatch, error):
    def fail(**_):
        raise error

    monkeypatch.setattr(bot.services.slack, "views_open", fail)

    assert bot.click("alert:resolve").status == 200

    assert "Slack did not take Picket's answer in time" in bot.whispered()
    assert bot.alert.state is State.OPEN


def more(bot, choice, user="UANALYST"):
    return bot.click("alert:more", user, type="overflow", selected_option={"value": f"{choice}:{bot.alert_id}"})


def test_of_two_who_click_at_once_one_wins_and_the_other_is_told_who(bot):
    users, ready = ["UANALYST", "USECOND"], threading.Barrier(2)

    def click(user):
        ready.wait()
        return bot.click("alert:acknowledge", user).status

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, users)) == [200, 200]

    winner = bot.alert.acknowledged_by
    (loser,) = set(users) - {winner}
    (whisper,) = [row for row in bot.said() if row["kind"] == "ephemeral"]
    assert whisper["user"] == loser
    assert f"<@{winner}> acknowledged it" in whisper["text"]
    assert sum("acknowledged it" in row["text"] for row in bot.said() if row["kind"] == "message") == 1


def test_of_two_who_take_it_on_at_once_one_wins_and_the_other_is_told_who(bot):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: more(bot, "claim", user), ["UANALYST", "USECOND"]))

    assert f"<@{bot.alert.assigned_to}> took it on" in bot.whispered()


def test_it_is_assigned_to_somebody_who_is_called_in_the_thread(bot):
    more(bot, "assign")
    (view,) = bot.modals
    assert view["callback_id"] == "alert:assign"

    response = bot.submit("alert:assign", {"whom": {"selected_user": "USECOND"}})

    assert (response.status, response.body) == (200, "")
    assert (bot.alert.assigned_to, bot.alert.assigned_by) == ("USECOND", "UANALYST")
    card, reply = bot.said()
    assert "assigned it to <@USECOND>" in reply["body_json"]
    assert "*Assigned* to <@USECOND>" in card["body_json"]


def test_assigning_to_nobody_is_refused_beside_the_field(bot):
    assert "choose somebody" in str(bot.submit("alert:assign", {"whom": {"selected_user": None}}).body)


def test_it_goes_to_the_owner_that_a_tag_names(tmp_path):
    owners = {"people": {"payments": "S0PAYMENTS"}}
    bot = Bot.with_alert(tmp_path, {"owners": owners}, facts={"tags": {"Name": "web", "Team": "payments"}})

    more(bot, "owner")

    assert bot.alert.assigned_to == "S0PAYMENTS"
    assert "<!subteam^S0PAYMENTS>" in bot.said()[-1]["body_json"]


def test_without_a_tag_there_is_no_owner_to_assign_it_to(bot):
    more(bot, "owner")

    assert "owners.people" in bot.whispered()
    assert bot.alert.assigned_to is None


def test_a_note_goes_to_the_thread_and_the_timeline_and_changes_nothing_else(bot):
    before = bot.alert
    more(bot, "note")
    response = bot.submit("alert:note", {"note": {"value": "asked the <team>"}}, "USECOND")

    assert (response.status, response.body) == (200, "")
    assert bot.alert == before
    (reply,) = bot.said()
    assert "asked the &lt;team&gt;" in reply["body_json"]
    with bot.services.store.read() as tx:
        assert alerts.timeline(tx, bot.alert_id)[-1].what == "noted: asked the <team>"


def test_an_empty_note_is_refused_beside_its_field(bot):
    assert "nothing in that note" in str(bot.submit("alert:note", {"note": {"value": "  "}}).body)
    assert bot.said() == []


@pytest.mark.parametrize("choice", ["claim", "owner", "wake", "assign", "note"])
def test_the_menu_is_for_those_who_may_respond(bot, choice):
    before = bot.alert
    more(bot, choice, "UOUTSIDER")

    assert "You may not" in bot.whispered()
    assert (bot.alert, bot.modals) == (before, [])


@pytest.mark.parametrize("given", [{"selected_option": None}, {"selected_option": {"value": "x:y"}}], ids=["none", "x"])
def test_a_choice_that_the_menu_does_not_have_is_answered(bot, given):
    bot.click("alert:more", type="overflow", **given)

    assert "does not know that choice" in bot.whispered()
