"""`/aws-audit alerts`: the lists of App Home by keyboard, for the asker alone."""

from datetime import timedelta

import pytest

from bot.alerts import State
from checks.model import Severity
from tests.audit_builders import ANALYST, APPROVER, NOW, OUTSIDER, a_command, a_picket, an_alert, an_answer, an_app
from tests.handlers.conftest import ANA, OTTO, SLOW


@pytest.fixture
def services(tmp_path):
    made = a_picket(tmp_path)
    with made.store.write() as tx:
        an_alert(tx, id="burning", title="burning", severity=Severity.CRITICAL)
        an_alert(tx, id="own", title="own", assigned_to=ANALYST, assigned_at=NOW, assigned_by=APPROVER)
        muted = {"snoozed_until": NOW + timedelta(hours=1), "snoozed_by": "Nadia", "muted": "known scanner"}
        an_alert(tx, id="quiet", title="quiet", state=State.SNOOZED, cards=0, **muted)
        an_alert(tx, id="asleep", title="asleep", state=State.SNOOZED, snoozed_until=NOW + timedelta(hours=1))
    return made


@pytest.mark.parametrize(
    ("words", "there", "absent"),
    [
        ("alerts", {"burning", "own"}, {"asleep"}),
        ("alerts open", {"burning", "own"}, {"asleep"}),
        ("alerts critical", {"burning"}, {"own", "asleep"}),
        ("Alerts Mine", {"own"}, {"burning", "asleep"}),
        ("alerts snoozed", {"asleep"}, {"burning", "own", "quiet"}),
        ("alerts muted", {"quiet"}, {"burning", "own", "asleep"}),
    ],
)
def test_each_word_gives_its_list(services, words, there, absent):
    answer = a_command(an_app(services), words).body

    assert '"response_type": "ephemeral"' in answer
    assert {name for name in there | absent if f"*{name}*" in answer} == there


def test_every_answer_says_how_many_the_other_lists_have(services):
    assert "`critical` 1, `mine` 1, `snoozed` 1, `muted` 1" in an_answer(a_command(an_app(services), "alerts open"))


def test_a_line_says_the_id_by_which_the_other_commands_know_the_alert(services):
    assert "`burning`" in an_answer(a_command(an_app(services), "alerts critical"))


def test_what_the_settings_mute_says_until_when_by_whom_and_why(services):
    answer = an_answer(a_command(an_app(services), "alerts muted"))

    assert "muted until <!date^" in answer
    assert "by Nadia: known scanner" in answer


def test_an_empty_list_says_so(services):
    with services.store.write() as tx:
        tx.execute("update alerts set state = 'resolved', resolved_at = updated_at")
    assert "*Not acknowledged* (0)" in an_answer(a_command(an_app(services), "alerts"))


@pytest.mark.parametrize("words", ["alerts closed", "alerts open mine", "alerts 1 2", "alerts <@U123>"])
def test_another_word_is_refused_with_those_that_there_are(services, words):
    answer = an_answer(a_command(an_app(services), words))

    assert "is no list of alerts. There are `critical`, `mine`, `open`, `snoozed`, `muted`" in answer


def test_it_is_for_those_who_answer_alerts(services):
    assert "You may not" in an_answer(a_command(an_app(services), "alerts", user=OUTSIDER))


def test_a_page_is_turned_in_place_by_its_button_and_reached_by_its_number(desk):
    for number in range(12):
        desk.take(member_id=f"m{number}", resource=f"arn:aws:s3:::bucket-{number:02}")

    def mine(*words):
        seen = desk.workspace.messages("CALERTS01", ANA)
        return next((m for m in seen if m.get("ephemeral_to") and all(w in str(m) for w in words)), None)

    assert desk.workspace.command(ANA, "CALERTS01", "/aws-audit alerts open").ok
    first = desk.workspace.wait_for(lambda: mine("Page 1 of 2", "`/aws-audit alerts open 2` shows the next"))
    assert desk.workspace.messages("CALERTS01", OTTO) != desk.workspace.messages("CALERTS01", ANA)

    assert desk.workspace.click(ANA, "CALERTS01", first["ts"], "alerts:page:next").ok
    desk.workspace.wait_for(lambda: mine("Page 2 of 2"), SLOW)
    assert mine("Page 1 of 2") is None, "it took the place of the first"

    assert "Page 2 of 2" in str(desk.workspace.command(ANA, "CALERTS01", "/aws-audit alerts open 2").payload)


def test_an_alert_of_the_list_opens_its_details(desk):
    id_ = desk.take()
    assert desk.workspace.command(ANA, "CALERTS01", "/aws-audit alerts").ok
    (listed,) = [m for m in desk.workspace.messages("CALERTS01", ANA) if m.get("ephemeral_to")]

    assert desk.workspace.click(ANA, "CALERTS01", listed["ts"], "alert:details", block_id=f"open:{id_}").ok

    desk.modal(ANA, "Timeline")
