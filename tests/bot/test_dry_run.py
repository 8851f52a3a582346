"""What other settings would have changed in the past."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot import relay
from bot.alerts import Source
from bot.cli import cli
from bot.config import Offline
from bot.dry_run import MUTED, dry_run
from checks.model import Severity
from tests.alerting import NOW, Clock, a_signal, an_alert, services

ALL = {"channel": "#all"}
CRITICAL = {"channel": "#critical", "severity": "critical"}


def of(*routes, **parts):
    return Offline.model_validate({"routes": routes, **parts})


def test_alerts_that_go_elsewhere_are_counted_by_where_from_and_where_to():
    alerts = [an_alert(resource=f"r{n}", severity=Severity.CRITICAL if n < 2 else Severity.HIGH) for n in range(6)]
    found = dry_run(of(ALL), of(CRITICAL, ALL), alerts)

    assert (found.alerts, found.changed) == (6, 2)
    assert found.channels == {"#all": (6, 4), "#critical": (0, 2)}
    ((places, change),) = found.changes.items()
    assert places == ("#all", "#critical")
    assert (change.alerts, change.criticals) == (2, 2)


def test_what_would_have_been_muted_is_a_change_and_who_is_called_is_one_too():
    accepted = {"types": ["*"], "reason": "test", "owner": "me", "until": "2026-12-01"}

    assert dry_run(of(ALL), of(ALL, alert_suppressions=[accepted]), [an_alert()]).channels == {
        "#all": (1, 0), MUTED: (0, 1)
    }  # fmt: skip
    assert list(dry_run(of(ALL), of({**ALL, "mention": "@here"}), [an_alert()]).changes) == [
        ("#all", "#all (calls @here)")
    ]


def test_the_same_settings_change_nothing():
    assert dry_run(of(CRITICAL, ALL), of(CRITICAL, ALL), [an_alert()]).changes == {}


def test_each_alert_counts_at_the_moment_when_it_was_opened():
    night = {"channel": "#night", "hours": "22:00-06:00"}

    assert dry_run(of(ALL), of(night, ALL), [an_alert()]).changed == 0


@pytest.fixture
def compare(tmp_path):
    state = f'[store]\npath = "{tmp_path / "picket.db"}"\n'
    (tmp_path / "picket.toml").write_text(state + '[[routes]]\nchannel = "#all"\n')

    def run(new, *options):
        (tmp_path / "new.toml").write_text(new)
        words = ["--config", str(tmp_path / "picket.toml"), "--at", "2026-11-25T11:00"]
        return CliRunner().invoke(cli, ["route", "--dry", str(tmp_path / "new.toml"), *words, *options])

    return run


@pytest.fixture
def past(tmp_path):
    """An alert of GuardDuty, one of 40 days ago, one that is muted, one that came with its end."""
    old = NOW - timedelta(days=40)
    muted = {"resources": ["quiet"], "reason": "Upgrade", "owner": "dba", "from": old, "until": NOW + timedelta(days=1)}
    picket = services(tmp_path, Clock(), maintenance=[muted])
    signals = [
        a_signal(title="*A* key\x1b[2J"),
        a_signal(resource="old", member_id="2", event_id="2"),
        a_signal(resource="quiet", member_id="3", event_id="3", source=Source.CONFIG),
        a_signal(resource="over", member_id="4", event_id="4", active=False),
    ]
    with picket.store.write() as tx:
        for signal in signals:
            relay.take(picket, tx, signal)
        tx.execute("update alerts set opened_at = ? where resource = 'old'", (old.isoformat(),))
    picket.store.close()


NEW = '[[routes]]\nchannel = "#guardduty"\nsources = ["guardduty"]\n[[routes]]\nchannel = "#all"\n'


@pytest.mark.usefixtures("past")
def test_the_table_tells_counts_and_examples(compare):
    said = compare(NEW).output

    assert "2 alerts opened since 2026-10-26 11:00 UTC: 1 would have gone elsewhere." in said
    assert "1 alert: #all → #guardduty" in said
    assert "*A* key [2J" in said
    assert [line.split() for line in said.splitlines() if line.startswith("#")] == [
        ["#all", "2", "1", "-1"],
        ["#guardduty", "0", "1", "+1"],
    ]


@pytest.mark.usefixtures("past")
def test_it_looks_as_far_back_as_it_is_told(compare):
    assert "3 alerts opened since 2026-09-30" in compare(NEW, "--since", "8w").output
    assert "no length of time; write it as" in str(compare(NEW, "--since", "soon").exception)


@pytest.mark.usefixtures("past")
def test_the_same_as_data(compare):
    said = json.loads(compare(NEW, "--format", "json").output)

    assert (said["alerts"], said["changed"]) == (2, 1)
    assert said["channels"]["#guardduty"] == {"was": 0, "would_be": 1}
    assert said["changes"][0]["examples"][0]["title"].startswith("*A* key")


def test_without_a_state_file_there_is_nothing_to_compare_by(compare, tmp_path):
    assert "There is no state file" in str(compare(NEW).exception)
    assert not (tmp_path / "picket.db").exists()


@pytest.mark.usefixtures("past")
def test_settings_that_would_be_refused_are_refused(compare):
    assert "none of them catches everything" in str(
        compare('[[routes]]\nchannel = "#x"\nseverity = "high"\n').exception
    )


def test_either_events_or_settings_are_named(tmp_path):
    config = tmp_path / "picket.toml"
    config.write_text('[[routes]]\nchannel = "#all"\n')

    said = CliRunner().invoke(cli, ["route", "--config", str(config)])
    assert "Name files with events, or with --dry the settings to compare with" in str(said.exception)
