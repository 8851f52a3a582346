"""What a digest says, whatever there is to say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts import Source
from bot.messages.digest import Digest, Owner, build, period
from bot.messages.digest_lines import Names, span
from bot.period import Change, Mark, Net, Response, Times, Transition, Window
from bot.store.digests import AlertLine, AlertNews, FindingNews, Fix
from checks.folding import GapLine
from checks.model import Finding, Severity, Status
from sandbox.slack.validate import check_message

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = Window(NOW - timedelta(days=1), NOW)
HIGH = Mark("FAIL", Severity.HIGH)
TOLD = [net for net in Net if net is not Net.INITIAL]
hostile = st.text(alphabet=st.sampled_from("<!>&*_`~|@\n\x00\u202eaé🙂 "), max_size=400)


def a_change(net, number, text):
    turn = Transition(id=number, subject=f"s{number}", at=NOW, was=HIGH, became=HIGH, who=text, why=text)
    return Change(subject=f"s{number}", net=net, was=HIGH, became=HIGH, turn=turn, past=turn)


def an_alert_line(text):
    return AlertLine("a", Severity.HIGH, text, text, text, text, NOW, text)


def a_digest(text, many):
    """All that a digest may tell, many times, in those words."""
    each = [(net, number) for net in TOLD for number in range(many)]
    alerts = [
        AlertNews(
            change=a_change(net, n, text), title=text, account=text, region=text, source=Source.GUARDDUTY, tags={}
        )
        for net, n in each
    ]
    found = [
        FindingNews(
            change=a_change(net, n, text),
            finding=Finding(
                check=f"{text}{n}", status=Status.FAIL, severity=Severity.HIGH, account=text, region=text,
                resource=f"{text}{n}{net}", title=text,
            ),
            fix=Fix(text, text),
        )
        for net, n in each
    ]  # fmt: skip
    times = Response(Times(9, timedelta(hours=1), timedelta(days=1)), None)
    return Digest(
        window=DAY,
        alerts=alerts,
        findings=found,
        untouched=[an_alert_line(text)] * many,
        waking=[an_alert_line(text)] * many,
        response=times,
        response_before=times,
        owners=[Owner(f"{text}{n}", {Severity.HIGH: 3}, 2) for n in range(many)],
        gaps=[GapLine(text, text, f"{text}{n}", (text,)) for n in range(many)],
        new_gaps=[GapLine(text, text, f"{text}{n}", (text,)) for n in range(many)],
        warnings=[text] * many,
        audited={f"{text}{n}": NOW for n in range(many)},
    )


def said(message):
    check_message(message.text, [dict(block) for block in message.blocks], text_limit=4000)
    parts = [part for block in message.blocks for part in (block.get("text"), *block.get("elements", ())) if part]
    return "\n".join(part["text"] for part in parts)


@settings(max_examples=30, deadline=None)
@given(text=hostile, many=st.integers(1, 12))
def test_a_digest_fits_slack_and_calls_nobody_whatever_aws_and_people_write(text, many):
    words = said(build(a_digest(text, many), Names(lambda account: account)))

    assert len(words) <= 12_000
    assert "<!" not in words.replace("<!date^", "")


def test_the_longest_that_there_can_be_loses_lines_and_no_list():
    words = said(build(a_digest("&" * 500, 12), Names(lambda account: account)))

    assert len(words) <= 12_000
    for title in ("New alerts", "Findings that got worse", "Who has what", "Fixed"):
        assert f"*{title}*" in words


def test_people_are_called_only_for_what_they_left_lying():
    words = said(build(a_digest("UANNA", 1), Names(str, {"UANNA": "Anna"})))

    assert [line for line in words.splitlines() if "<@UANNA>" in line] == [
        line for line in words.splitlines() if "since <!date" in line
    ]
    assert "• Anna" not in words
    assert "says Anna" in words


def test_lengths_of_time_are_said_as_people_say_them():
    given = {"seconds": 20}, {"minutes": 12}, {"minutes": 100}, {"hours": 6}, {"days": 1}, {"days": 2, "hours": 3}

    assert [span(timedelta(**one)) for one in given] == [
        "a minute", "12 min", "1 h 40 min", "6 h", "1 day", "2 days 3 h",
    ]  # fmt: skip


def test_a_period_is_called_by_its_length():
    hours = (1, 5, 23, 25, 30, 36, 72, 167, 169, 400)

    assert [period(Window(NOW - timedelta(hours=each), NOW)) for each in hours] == [
        "1 hour", "5 hours", "day", "day", "30 hours", "2 days", "3 days", "week", "week", "17 days",
    ]  # fmt: skip
