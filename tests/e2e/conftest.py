"""The whole: a Slack and an AWS on this machine, the bot as a child process, and a browser."""

import sys
from types import SimpleNamespace

import pytest

from sandbox.aws import Cloud
from sandbox.aws.accounts import PROD
from sandbox.demo import stage
from sandbox.slack import Workspace


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """A seeded company with its bot on watch, shared by the tests of a module."""
    with Cloud() as cloud, Workspace() as workspace:
        cloud.seed()
        stood = stage(cloud, workspace, tmp_path_factory.mktemp("acme"), [sys.executable, "-m", "bot", "run"])
        stood.bot.start()
        try:
            workspace.wait_for(lambda: workspace.connections, 30)
            yield stood
        finally:
            stood.bot.stop()


@pytest.fixture
def page(acme, browser):
    """Opens a place of the workspace as a person; a fault of the page itself fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="Europe/Helsinki")
    faults = []

    def visit(user, place):
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{acme.workspace.url}/#/{user}/{place}")
        return page

    yield visit
    context.close()
    assert faults == []


@pytest.fixture
def people():
    return SimpleNamespace(ana="UANA00001", priya="UPRIYA001", otto="UOTTO0001")


@pytest.fixture(scope="module")
def purposes():
    return iter(("Persistence", "Discovery", "Exfiltration", "Impact", "DefenseEvasion", "InitialAccess", "Stealth"))


@pytest.fixture
def stolen(acme, purposes):
    """A GuardDuty finding of its own that has become a card."""
    kind = f"{next(purposes)}:IAMUser/AnomalousBehavior"
    acme.cloud.guardduty_finding(PROD, "eu-west-1", kind, 8.0, user="ci-deploy")
    return acme.workspace.wait_for(lambda: acme.find("CCRITICAL", kind), 60)
