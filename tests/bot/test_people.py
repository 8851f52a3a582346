"""The time zone of a person, from Slack."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot import people
from bot.people import Zone
from sandbox.slack import Workspace
from tests.alerting import Clock, services

ANA = "UANA00001"


@pytest.fixture(scope="module")
def workspace():
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def bot(workspace, tmp_path):
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=10)
    return services(tmp_path, Clock(), client)


def test_slack_is_asked_once_a_day(bot, workspace):
    before = len(asked(workspace))
    assert people.zone(bot, ANA) == people.zone(bot, ANA) == Zone("Europe/Helsinki", known=True)
    assert len(asked(workspace)) == before + 1
    bot.now.pass_(days=1)

    people.zone(bot, ANA)

    assert len(asked(workspace)) == before + 2


def asked(workspace):
    return [call for call in workspace.calls if call.method == "users.info"]


def test_what_is_old_is_better_than_nothing(bot, workspace):
    people.zone(bot, ANA)
    bot.now.pass_(days=2)
    workspace.faults.fail_next("users.info", error="internal_error")

    assert people.zone(bot, ANA) == Zone("Europe/Helsinki", known=True)


def test_where_slack_does_not_say_utc_stands_in_and_that_is_said(bot):
    unknown = people.zone(bot, "UNOBODY")

    assert unknown == people.UNKNOWN
    assert "UTC" in unknown.excuse


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("UTC", "2026-11-25 23:59", "2026-11-26 09:00"),
        ("Australia/Sydney", "2026-11-25 20:00", "2026-11-26 22:00"),
        ("America/New_York", "2026-10-31 12:00", "2026-11-01 14:00"),
        ("Europe/Helsinki", "2026-03-28 12:00", "2026-03-29 06:00"),
    ],
)
def test_tomorrow_is_the_next_day_there(zone, now, morning):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert Zone(zone).morning(at) == datetime.fromisoformat(morning).replace(tzinfo=UTC)
    assert Zone(zone).morning(at) - at < timedelta(hours=48)
