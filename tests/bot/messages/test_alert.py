"""An alert's card, its thread and its modals."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import alerts
from bot.alerts import Entry, Resolution, Source, State
from bot.intake.parse import parse
from bot.messages import limits
from bot.messages.alert import Setting, answered, card, escalated, moved, reply
from bot.messages.alert_modals import assign_modal, note_modal, resolve_modal, snooze_modal
from bot.messages.text import escape
from bot.store.snoozes import Hidden, Scope
from checks.model import Severity
from sandbox.slack import validate
from tests.alerting import ACCOUNT, NOW, a_finding, an_alert, eventbridge

PROD = Setting(account="acme-prod", offers=[("iam-deactivate-key", "Deactivate the key")], longest=timedelta(days=7))


def told(message):
    """All text of the blocks."""
    return json.dumps(message.blocks, ensure_ascii=False)


def buttons(message):
    (row,) = [block for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"]: element for element in row["elements"]}


def check(message):
    validate.check_message(message.text, list(message.blocks), text_limit=limits.TEXT)
    assert validate.text_size(message.blocks) <= limits.MESSAGE
    ids = [
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", ())
        if "action_id" in element
    ]
    assert len(ids) == len(set(ids))


def of(finding):
    (signal,) = parse(json.dumps(eventbridge(finding)), NOW)
    alert, _ = alerts.receive(None, signal, NOW, "C1")
    return alert


def test_a_card_says_what_happened_where_by_whom_and_how_often():
    message = card(of(a_finding()), PROD)

    check(message)
    text = told(message)
    for words in (
        ":red_circle: High", "acme-prod", ACCOUNT, "eu-north-1", "GuardDuty", "brute force", "i-0a1b2c3d4e5f60718",
        "198.51.100.23 (Example Hosting B.V., AS64500, Amsterdam, Netherlands)", "12 times", "What to do",
    ):  # fmt: skip
        assert words in text


def test_a_notification_says_severity_what_happened_and_where():
    assert card(an_alert(), PROD).text == (f"High: A key of alice was used from Tor in acme-prod ({ACCOUNT}), global")


@pytest.mark.parametrize("resolution", [alerts.JOINED, alerts.SPLIT, alerts.OVER, *Resolution])
def test_a_card_that_is_over_is_one_that_slack_takes_with_a_console_to_open_or_without(resolution):
    over = replace(an_alert(), facts={}).resolved("UANA", resolution, NOW)

    check(card(over, PROD))


def test_the_buttons_hold_ids_alone():
    alert = an_alert()
    row = buttons(card(alert, PROD))

    assert row["alert:acknowledge"]["value"] == row["alert:resolve"]["value"] == alert.id
    assert row["remediation:request:iam-deactivate-key"]["value"] == f"iam-deactivate-key:{alert.id}"
    assert [option["value"] for option in row["alert:snooze"]["options"]] == [
        f"{length}:{alert.id}"
        for length in ("1h", "4h", "1d", "1w", "tomorrow", "changes", "worse", "doubles", "until")
    ]


def test_a_snooze_longer_than_allowed_is_not_offered():
    row = buttons(card(an_alert(), replace(PROD, longest=timedelta(hours=24))))

    assert [option["text"]["text"] for option in row["alert:snooze"]["options"]] == [
        "1 hour", "4 hours", "1 day", "Tomorrow at 09:00", "Until it changes", "Until it gets worse",
        "Until it doubles", "Until a date, or more…",
    ]  # fmt: skip


def test_each_state_is_said_with_who_and_until_when():
    alert = an_alert()
    acknowledged, _ = alerts.acknowledge(alert, "U1ABC", NOW)
    snoozed, _ = alerts.snooze(alert, "U1ABC", NOW + timedelta(hours=1), NOW)
    resolved, _ = alerts.resolve(alert, "U1ABC", Resolution.FALSE_POSITIVE, NOW)

    assert "*Open*" in told(card(alert, PROD))
    assert "*Acknowledged* by <@U1ABC>" in told(card(acknowledged, PROD))
    assert "*Snoozed* by <@U1ABC> until <!date^" in told(card(snoozed, PROD))
    assert "as false positive" in told(card(resolved, PROD))


def test_a_resolved_card_offers_nothing_but_to_reopen():
    resolved, _ = alerts.resolve(an_alert(), "U1", Resolution.FIXED, NOW)

    assert list(buttons(card(resolved, PROD))) == ["alert:reopen"]
    assert "Resolved" in card(resolved, PROD).blocks[0]["text"]["text"]


def test_an_acknowledged_card_can_be_given_back():
    acknowledged, _ = alerts.acknowledge(an_alert(), "U1", NOW)

    assert "alert:unacknowledge" in buttons(card(acknowledged, PROD))


def test_a_call_is_made_while_it_is_open_and_not_after():
    setting = replace(PROD, mention="@here")
    acknowledged, _ = alerts.acknowledge(an_alert(), "U1", NOW)

    assert "<!here>" in told(card(an_alert(), setting))
    assert "<!here>" not in told(card(acknowledged, setting))


def test_a_sample_is_said_to_be_one():
    assert "Sample, nothing happened" in told(card(an_alert(sample=True), PROD))


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://eu-west-1.console.aws.amazon.com/guardduty/home?region=eu-west-1#/findings?fId=1", True),
        ("https://console.amazonaws.cn/x", True),
        ("http://console.aws.amazon.com/x", False),
        ("https://console.aws.amazon.com.evil.example/x", False),
        ("https://evil.example/console.aws.amazon.com/", False),
        ("https://evil.example@console.aws.amazon.com/", False),
        (7, False),
    ],
)
def test_links_lead_to_the_consoles_of_aws_alone(url, linked):
    assert ("alert:console" in buttons(card(an_alert(facts={"console": url}), PROD))) is linked


def test_an_audits_evidence_is_shown_by_its_own_names():
    alert = an_alert(source=Source.AUDIT, facts={"last_used_days": 91})

    assert "last used days: `91`" in told(card(alert, PROD))


def test_a_reply_quotes_what_was_noted():
    message = reply([Entry(at=NOW, who="U1ABC", what="resolved it as fixed", note="key *gone*\nsee <http://x>")])

    check(message)
    assert message.blocks[0]["elements"][0]["text"].startswith("<@U1ABC> resolved it as fixed\n>")
    assert "<http" not in told(message)


def test_a_card_that_moved_says_where_to():
    check(moved(an_alert(), "#critical"))
    assert "in #critical" in told(moved(an_alert(), "#critical"))
    assert "further down" in told(moved(an_alert(), ""))


hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from([
        "<!channel>", "<!here|x>", "<@U123ABC>", "<https://evil.example|AWS>", "&" * 5000, "<" * 5000, "*_~`" * 1000,
        "a\n" * 3000, "```\n", "\u202egnp.exe", "x" * 20_000, "{{ 7 * 7 }}", "{% block x %}", "", " ",
    ]),
)  # fmt: skip
facts = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["what", "who", "did", "origin", "purpose", "end", "console"], hostile),
        **dict.fromkeys(["first_seen", "last_seen"], hostile),
        "advice": st.lists(hostile, max_size=12),
        "reported_in": st.lists(hostile, max_size=40),
        "details": st.lists(st.tuples(hostile, hostile).map(list), max_size=30),
    },
)
things = st.builds(
    an_alert,
    type=hostile,
    account=hostile,
    region=hostile,
    resource=hostile,
    title=hostile,
    sample=st.booleans(),
    severity=st.sampled_from(Severity),
    source=st.sampled_from(Source),
    count=st.integers(1, 10**12),
    facts=facts,
)
offered = st.lists(st.tuples(st.just("r-x"), hostile.filter(str.strip)), max_size=1)
LINK = re.compile(r"<(?!!date\^)[^>]*>")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    things,
    hostile,
    st.lists(st.tuples(st.just("r-x"), hostile.filter(str.strip)), max_size=1),
    st.sampled_from(State),
    hostile,
)
def test_whatever_aws_says_messages_keep_to_the_limits_and_call_nobody(alert, name, offers, state, note):
    alert = {
        State.OPEN: lambda: alert,
        State.ACKNOWLEDGED: lambda: alerts.acknowledge(alert, "U1ABC", NOW)[0],
        State.SNOOZED: lambda: alerts.snooze(alert, "U1ABC", NOW + timedelta(1), NOW)[0],
        State.RESOLVED: lambda: alerts.resolve(alert, "U1ABC", Resolution.ACCEPTED, NOW)[0],
    }[state]()
    entries = [Entry(at=NOW, who=Source.GUARDDUTY, what=f"now says: {alert.title}", note=note)] * 12
    for message in (card(alert, Setting(account=name, offers=offers)), moved(alert, "#x"), reply(entries)):
        check(message)
        assert set(LINK.findall(told(message))) <= {"<@U1ABC>"}
        assert not LINK.findall(message.text)
    for message in (escalated(alert, name, "@here", 90), answered(alert, name)):
        check(message)
        assert set(LINK.findall(told(message))) <= {"<@U1ABC>", "<!here>"}
    hidden = {scope: Hidden(alerts=2, updates=3, criticals=1, examples=(alert.title, note)) for scope in Scope}
    views = (resolve_modal(alert), snooze_modal(alert, timedelta(days=7), NOW), assign_modal(alert, "U1ABC"),
             note_modal(alert), snooze_modal(alert, timedelta(days=7), NOW, hidden))  # fmt: skip
    for view in views:
        validate.check_view(view)


def test_words_are_escaped_though_a_template_forgets_it():
    from bot.messages.words import say

    said = say("alert", "fallback", severity="High", title="<!channel>", where="", state="open")

    assert said == f"High: {escape('<!channel>')}"
