"""`picket route`: where events would go, and why, from the command line."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli_route import _settings
from bot.config import load_offline
from bot.organization import Member, Unit
from bot.store import Store, enrolments
from tests.alerting import ACCOUNT, NOW, a_finding, a_key_finding, an_alarm_event, eventbridge, in_sns

SETTINGS = f"""
[aws]
accounts = [{{ id = "{ACCOUNT}", name = "acme-prod", environment = "production" }}]
[[routes]]
channel = "#critical"
severity = "critical"
mention = "@here"
[[routes]]
channel = "#team"
environments = ["production"]
sources = ["guardduty"]
hours = "08:00-18:00"
continue = true
[[routes]]
channel = "#rest"
[[maintenance]]
types = ["root-*"]
schedule = "0 10 * * *"
minutes = 120
reason = "Upgrade"
owner = "dba"
[[escalation]]
severity = "high"
after_minutes = 15
mention = "@here"
hours = "22:00-06:00"
"""


@pytest.fixture
def route(tmp_path):
    (tmp_path / "picket.toml").write_text(SETTINGS)

    def run(content, *options, settings=SETTINGS):
        (tmp_path / "picket.toml").write_text(settings)
        event = tmp_path / "event.json"
        event.write_text(content if isinstance(content, str) else json.dumps(content))
        words = ["route", str(event), "--config", str(tmp_path / "picket.toml"), "--at", "2026-11-25T11:00", *options]
        return CliRunner().invoke(cli, words)

    return run


def test_it_says_of_each_route_whether_it_matches_and_who_is_called(route):
    said = route(eventbridge(a_finding())).output

    assert "High · GuardDuty · UnauthorizedAccess:EC2/SSHBruteForce · acme-prod (111122223333) · eu-north-1" in said
    assert "#team, with a copy in #rest" in said
    assert "1. #critical: no: severity is high, not critical or worse" in said
    assert "2. #team: matches, and those below are looked at too" in said
    assert "3. #rest: matches" in said
    assert "maintenance window 1 (Upgrade): no: type is UnauthorizedAccess:EC2/SSHBruteForce, not root-*" in said
    assert "after 15 min, mon-sun 22:00-06:00 in UTC: calls @here" in said


def test_it_says_what_is_muted_and_where_that_goes_afterwards(route):
    said = route(an_alarm_event()).output

    assert "nowhere until 2026-11-25 12:00 UTC, for it is muted by maintenance window 1" in said
    assert "if it is still active then: #rest" in said
    assert "maintenance window 1 (Upgrade): mutes it" in said


def test_another_moment_gives_another_answer(route):
    assert "2. #team: no: the time is not mon-sun 08:00-18:00 in UTC" in (
        route(a_finding(), "--at", "2026-11-25T18:00").output
    )


def test_what_says_that_something_is_over_has_no_card_of_its_own(route):
    assert "no new card, for it says that this is over" in route(an_alarm_event("OK", "ALARM")).output


@pytest.mark.parametrize(
    "event", [a_key_finding(), eventbridge(a_key_finding()), in_sns(eventbridge(a_key_finding())), [a_key_finding()]]
)
def test_every_shape_of_an_event_gives_the_same_answer_as_data(route, event):
    said = json.loads(route(event, "--format", "json").output)

    assert {name: said[name] for name in ("channel", "copies", "muted_until")} == {
        "channel": "#team", "copies": {"#rest": ""}, "muted_until": None
    }  # fmt: skip
    assert said["routes"][0] == {
        "route": 1, "channel": "#critical", "failed": ["severity is medium, not critical or worse"]
    }  # fmt: skip


def test_what_cannot_be_read_is_said_and_the_exit_tells_it(route):
    done = route("nonsense")

    assert done.exit_code == 1
    assert "event.json: " in done.output
    assert "JSON" in done.output


def test_settings_without_routes_are_refused_in_words(route):
    done = route(a_finding(), settings="")

    assert "has no [[routes]], so nothing goes anywhere" in str(done.exception)


def test_hostile_text_moves_no_cursor(route):
    event = a_finding(type="Recon:EC2/\x1b[2J\u202eX")

    assert "\x1b" not in route(event).output
    assert "\u202e" not in route(event).output


def test_units_of_the_organisation_are_those_that_it_last_told(tmp_path):
    config = tmp_path / "picket.toml"
    config.write_text(
        f'[store]\npath = "{tmp_path / "picket.db"}"\n[aws.organization]\nenabled = true\n'
        '[[routes]]\nchannel = "#prod"\naccounts = ["Workloads/Production"]\n[[routes]]\nchannel = "#rest"\n'
    )
    assert _settings(config).account(ACCOUNT).units == ()

    unit = Unit("ou-ab12-12345678", "Workloads/Production")
    store = Store(load_offline(config).store.path)
    with store.write() as tx:
        enrolments.keep(tx, [Member(id=ACCOUNT, name="acme", active=True, units=(unit,))], NOW)
    store.close()
    assert _settings(config).account(ACCOUNT).units == ("ou-ab12-12345678", "Workloads/Production")
