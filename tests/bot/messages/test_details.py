"""The modals behind a line of a list, whatever stands in them."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts import Source
from bot.messages import alert as cards
from bot.messages.alert import Setting
from bot.messages.alert_list import Around, lines
from bot.messages.details import alert_modal
from bot.store.alerts import Line
from bot.store.home import Page
from sandbox.slack.validate import check_view
from tests.alerting import NOW, an_alert

EVIL = st.text(st.sampled_from("<>&*_~`|\n\t\x00\u202eU0123456789 :#@!é🔥"), max_size=900)
OFFERS = [("iam-deactivate-key", "Deactivate key")]


def shown(alert, timeline=(), *, fixes=True, permalink="https://acme.slack.com/archives/C1/p1"):
    card = cards.card(alert, Setting(account="acme-prod", offers=OFFERS))
    return alert_modal(alert, card, permalink, Page.of(list(timeline)), fixes=fixes)


def last_line(who, what):
    """What the modal says of one line of the timeline."""
    view = shown(an_alert(), [Line(1, NOW, who, what)])
    return view["blocks"][-1]["elements"][0]["text"]


@given(st.lists(st.builds(Line, st.integers(), st.just(NOW), EVIL, EVIL), max_size=30), EVIL, st.booleans())
def test_slack_takes_it_and_nobody_else_is_called_whatever_the_words_are(timeline, title, fixes):
    view = shown(an_alert(title=title or "x", resource=title or "x"), timeline, fixes=fixes)

    check_view(view)
    assert "<!" not in str(view["blocks"]).replace("<!date^", "")


@given(EVIL, EVIL)
def test_a_line_of_a_list_is_taken_whatever_stands_in_it(title, name):
    alert = an_alert(title=title or "x", region=name or "x")
    around = Around(name=lambda _id: name, cards={alert.id: "https://acme.slack.com/archives/C1/p1"})

    check_view({"type": "home", "blocks": lines("open", [alert], around)})


def test_whom_a_person_meant_and_until_when_are_said_as_people_read_them():
    assert last_line("UANALYST1", "assigned it to UPRIYA001").endswith("<@UANALYST1> assigned it to <@UPRIYA001>")
    said = last_line("UANALYST1", "snoozed it until 2026-11-26 09:00 UTC: till UPRIYA001 is back")
    assert "until <!date^1795683600^" in said
    assert said.endswith(": till UPRIYA001 is back"), "a note is left as it was written"


def test_what_a_source_says_names_nobody():
    assert "<@" not in last_line(Source.GUARDDUTY, "was seen with UPRIYA001")
    assert "GuardDuty was seen" in last_line(Source.GUARDDUTY, "was seen with UPRIYA001")


def test_a_fix_is_offered_only_to_those_who_may_ask_for_one():
    assert "remediation:request" in str(shown(an_alert()))
    without = str(shown(an_alert(), fixes=False))
    assert "remediation:request" not in without
    assert "alert:acknowledge" in without


def test_an_alert_without_a_card_says_that_no_channel_tells_of_it():
    assert "No channel tells of it" in str(shown(an_alert(), permalink=""))


def test_the_timeline_begins_with_the_newest_ten():
    lines = [Line(n, NOW + timedelta(minutes=n), "UANALYST1", f"word-{n:02}") for n in range(12)][::-1]
    view = str(shown(an_alert(), lines))

    assert "word-11" in view
    assert "word-01" not in view
    assert "Page 1 of 2" in view
