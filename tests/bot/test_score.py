"""The score over 30 days: asked for by a person, drawn as a chart in their direct messages."""

from datetime import date, timedelta

import pytest

from bot import attachments, score, score_chart
from bot.score_chart import Line
from checks.model import Status
from tests.audit_builders import NOW, a_finding, a_picket, audited, users
from tests.bot.test_chart import size

DAYS = [date(2026, 10, 27) + timedelta(day) for day in range(30)]


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def asked(services):
    with services.store.write() as tx:
        return score.ask(services, tx, "UANNA")


def sent(services):
    with services.store.read() as tx:
        return list(tx.query("select * from outbox where key like 'score:%' order by rowid"))


def test_the_chart_follows_in_the_direct_messages_of_who_asked_with_its_numbers_in_words(services):
    failing, fixed = users(2)
    audited(services, [failing, fixed], at=NOW - timedelta(days=9), id="a1")
    passed = a_finding(resource=fixed.resource, status=Status.PASS, evidence={})
    audited(services, [failing, passed], at=NOW - timedelta(days=2), id="a2")

    answer = asked(services)
    assert attachments.make_pending(services, {score.CHART: score.chart_file}) == 1

    assert "direct messages" in str(answer.blocks)
    lead, file = sent(services)
    assert lead["channel"] == "UANNA"
    assert "of what is judged passes" in lead["text"]
    assert file["parent"] == lead["key"]
    assert size(file["content"]) == (score_chart.WIDTH, score_chart.HEIGHT)
    assert "acme-prod: 0 % on 16 November, 50 % on 25 November." in file["body_json"]


def test_before_the_first_audit_there_is_no_chart(services):
    assert "Nothing was audited yet" in asked(services).text
    assert sent(services) == []


def test_a_name_that_would_be_markup_to_the_drawing_is_drawn_as_it_is():
    lines = [Line(name, (None,) * 20 + (0.5,) * 10) for name in ("_hidden", "a$b$c", r"$\frac", "x" * 300)]

    assert size(score_chart.render(DAYS, lines)) == (score_chart.WIDTH, score_chart.HEIGHT)


def test_the_words_say_what_the_picture_shows_and_a_hundred_means_that_nothing_fails():
    lines = [Line("All accounts", (None,) * 3 + (0.5,) * 26 + (0.9999,)), Line("acme-new", (None,) * 30)]

    assert score_chart.describe(DAYS, lines) == (
        "Share of what is judged that passes, weighted by severity, 30 days to 25 November 2026. "
        "All accounts: 50 % on 30 October, 99.9 % on 25 November. acme-new: not judged in that time."
    )
