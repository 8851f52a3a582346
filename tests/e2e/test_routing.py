"""Cards in several channels, and what the settings mute, through the whole bot."""

import re
import sys

import pytest

from sandbox.aws import Cloud
from sandbox.aws.accounts import PROD
from sandbox.demo import stage
from sandbox.scenario import ALERTS, CRITICAL
from sandbox.slack import Workspace

pytestmark = pytest.mark.xdist_group("relay")

KIND = "CredentialAccess:IAMUser/AnomalousBehavior"
MUTED = """
[[maintenance]]
types = ["orders-api-*"]
from = 2026-01-01T00:00:00
until = 2099-01-01T00:00:00
reason = "The API is being rebuilt"
owner = "platform team"
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """The demo's company, with criticals copied to all and one alarm muted."""
    with Cloud() as cloud, Workspace() as workspace:
        cloud.seed()
        folder = tmp_path_factory.mktemp("acme")
        stood = stage(cloud, workspace, folder, [sys.executable, "-m", "bot", "run"])
        config = folder / "picket.toml"
        written = config.read_text()
        config.write_text(written.replace('severity = "high"\n', 'severity = "high"\ncontinue = true\n', 1) + MUTED)
        stood.bot.start()
        try:
            workspace.wait_for(lambda: workspace.connections, 30)
            yield stood
        finally:
            stood.bot.stop()


def both(acme, *words):
    """The card and its copy, when both say that."""
    found = [acme.find(channel, KIND, *words) for channel in (CRITICAL, ALERTS)]
    return found if all(found) else None


def test_a_copy_has_the_same_buttons_and_is_edited_with_its_card(acme, people):
    acme.cloud.guardduty_finding(PROD, "eu-west-1", KIND, 8.0, user="ci-deploy")
    card, copy = acme.workspace.wait_for(lambda: both(acme, "nobody has acknowledged it"), 60)
    assert "Copy; its thread is in #security-critical" in str(copy["blocks"])
    assert "Copy;" not in str(card["blocks"])

    assert acme.workspace.click(people.ana, ALERTS, copy["ts"], "alert:acknowledge").ok
    acme.workspace.wait_for(lambda: both(acme, "Acknowledged by"), 30)
    assert not acme.workspace.replies(ALERTS, copy["ts"])
    acme.workspace.wait_for(lambda: "acknowledged it" in str(acme.workspace.replies(CRITICAL, card["ts"])), 30)


def test_what_is_muted_is_on_its_list_and_says_why_and_nowhere_else(acme, people):
    acme.cloud.alarm(PROD, "us-east-1", "orders-api-latency", "ALARM", "Threshold Crossed: 1 datapoint [2.0].")

    def listed():
        answer = acme.workspace.command(people.ana, CRITICAL, "/aws-audit alerts muted")
        return re.search(r"muted until .* by platform team: The API is being rebuilt", str(answer))

    acme.workspace.wait_for(listed, 60)
    assert acme.find(CRITICAL, "orders-api-latency") is None
    assert acme.find(ALERTS, "orders-api-latency") is None

    asked = "/aws-audit route source=cloudwatch severity=high type=orders-api-latency"
    said = str(acme.workspace.command(people.ana, CRITICAL, asked))
    assert "it is muted by maintenance window 1" in said
    assert "with a copy in #security-alerts" in said
