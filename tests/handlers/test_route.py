"""`/aws-audit route`: where something would go, asked in Slack."""

import json

import pytest
from slack_bolt import BoltRequest

from bot.config import Offline
from bot.messages.route import build
from sandbox.slack import validate
from tests.alerting import ACCOUNT, NOW, Bot, a_signal

TAGGED = {"channel": "#web", "tags": ["team=web"]}
WINDOW = {"from": NOW, "until": NOW.replace(hour=12), "reason": "Upgrade *now*", "owner": "<!channel>"}


@pytest.fixture
def ask(tmp_path):
    critical = {"channel": "#critical", "severity": "critical", "mention": "@here"}
    settings = {"routes": [TAGGED, critical, {"channel": "#all"}], "maintenance": [{**WINDOW, "regions": ["eu-*"]}]}
    bot = Bot.with_alert(tmp_path, settings)

    def ask(text, user="UANALYST"):
        words = text.replace("ID", bot.alert_id)
        body = {"command": "/aws-audit", "text": words, "user_id": user, "channel_id": "C1", "team_id": "T1"}
        answer = json.loads(bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).body)
        if "blocks" in answer:
            validate.check_message(answer["text"], answer["blocks"])
        return str(answer)

    return ask


def test_an_alert_is_asked_about_by_its_id(ask):
    said = ask("route ID")

    assert "It goes to #all." in said
    assert "1. #web: no: tags are not known, not team=web" in said
    assert "open, with its card in #all" in said


def test_something_is_asked_about_by_what_it_would_be(ask):
    assert "It goes to #critical (calls @here)." in ask("route severity=critical region=eu-west-1")
    assert "It goes to #web." in ask("route severity=low tag=team=web account=acme-prod")
    assert "it is muted by maintenance window 1" in ask("route region=eu-west-1")
    assert f"acme-prod ({ACCOUNT})" in ask("route account=acme-prod source=config type=restricted-ssh")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("route", "Type it as `/aws-audit route ID|severity=high"),
        ("route zzzz", "There is no alert with that id"),
        ("route colour=red", "`colour=red` says nothing that I can route by"),
        ("route source=nagios", "`nagios` is no source"),
        ("route severity=bad", "`bad` is no severity"),
    ],
)
def test_what_makes_no_sense_is_answered_with_what_would(ask, text, why):
    assert why in ask(text)


def test_nobody_is_called_by_the_answer_whatever_the_words(ask):
    said = ask("route region=eu-west-1 type=<!channel>")

    assert "<!channel>" not in said


def test_who_may_not_respond_is_not_told(ask):
    assert "You may not" in ask("route ID", user="UOTHER")


def test_a_further_route_is_tried_on_the_alerts_of_30_days_without_a_file(ask):
    said = ask("route dry channel=<#C0WEB|web> source=guardduty account=acme-prod severity=high")

    assert "Of 1 alert opened since then, 1 would have gone elsewhere." in said
    assert "#all: 1 → 0" in said
    assert "#web: 0 → 1" in said
    assert ":red_circle: High: A key of alice was used from Tor" in said
    assert "1 alert opened since then, 0 would" in ask("route dry channel=#web tag=team=web")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "channel: Field required"),
        ("channel=#web severity=bad", "'bad' is no severity"),
        ("channel=#web colour=red", "`colour=red` is nothing of a route"),
        ("channel=<!channel>", "is not a channel's #name or its id"),
    ],
)
def test_a_route_that_the_settings_would_not_take_is_refused_in_words(ask, words, why):
    said = ask(f"route dry {words}")

    assert why in said
    assert "<!channel>" not in said


def test_the_status_names_what_has_ended_and_what_means_nothing(tmp_path):
    ended = {"types": ["x"], "reason": "Once", "owner": "dba", "until": "2026-11-01"}
    lost = {"channel": "#lost", "accounts": ["Workloads/Typo"]}
    settings = {"routes": [lost, {"channel": "#all"}], "alert_suppressions": [ended]}
    bot = Bot.with_alert(tmp_path, {**settings, "aws": {"organization": {"enabled": True}}})
    body = {"command": "/aws-audit", "text": "status", "user_id": "UANALYST", "channel_id": "C1", "team_id": "T1"}
    said = bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).body

    assert "Suppression 1 of alerts has ended (Once); renew or remove it (owner: dba)." in said
    assert "Workloads/Typo in routes.0.accounts means no account" in said


def test_channels_and_groups_are_shown_by_name_though_the_settings_have_ids(tmp_path):
    route = {"channel": "C0123ABCDE", "mention": "S0123ABCDE"}
    answer = build(Offline.model_validate({"routes": [route]}), a_signal(type="U0123ABCDE:x"), NOW)

    said = json.dumps(answer.blocks)
    assert "<#C0123ABCDE> (calls <!subteam^S0123ABCDE>)" in said
    assert "U0123ABCDE:x" in said
    assert answer.text == "It goes to C0123ABCDE (calls S0123ABCDE)."
