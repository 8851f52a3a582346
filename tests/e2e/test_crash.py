"""The bot is killed at any moment: nothing is lost, and nothing is there twice."""

import random
import time
from collections import Counter

import pytest

from sandbox.aws.accounts import DEV, PROD
from sandbox.scenario import ALERTS, CRITICAL, controls
from sandbox.transcript import words

pytestmark = pytest.mark.xdist_group("crash")

KINDS = ("UnauthorizedAccess:EC2/SSHBruteForce", "CryptoCurrency:EC2/BitcoinTool.B!DNS", "Recon:EC2/Portscan")


def cards(acme, channel):
    """The app's messages of a channel that are not replies."""
    bot = acme.workspace.bot_user
    return [m for m in acme.workspace.messages(channel) if m["user"] == bot and m.get("thread_ts", m["ts"]) == m["ts"]]


def finding_cards(acme):
    return Counter(
        (kind, account.name)
        for channel in (ALERTS, CRITICAL)
        for message in cards(acme, channel)
        for kind in KINDS
        for account in (PROD, DEV)
        if kind in words(message) and account.name in words(message)
    )


def test_each_finding_is_one_card_however_often_the_bot_is_killed(acme):
    chance = random.Random(7)  # noqa: S311 - which moments are tried
    sent = [(kind, account) for kind in KINDS for account in (PROD, DEV)]
    for kind, account in sent:
        acme.cloud.guardduty_finding(
            account, "us-east-1" if account is PROD else "eu-west-1", kind, 8.0 if account is PROD else 5.0
        )
        time.sleep(chance.uniform(0, 0.6))
        acme.bot.kill()
        acme.bot.start()

    expected = Counter({(kind, account.name): 1 for kind, account in sent})
    acme.workspace.wait_for(lambda: set(finding_cards(acme)) == set(expected), 90)
    _settle(acme)
    assert finding_cards(acme) == expected


def test_a_click_that_was_answered_survives_a_kill(acme):
    acme.cloud.guardduty_finding(PROD, "us-east-1", "Backdoor:EC2/C&CActivity.B!DNS", 8.0)
    card = acme.workspace.wait_for(lambda: acme.find(CRITICAL, "Backdoor:EC2"), 60)
    acme.workspace.wait_for(lambda: acme.workspace.connections, 30)
    acme.use("UANA00001", CRITICAL, card, "alert:acknowledge")
    acme.bot.kill()
    acme.bot.start()

    acme.workspace.wait_for(lambda: acme.find(CRITICAL, "Backdoor:EC2", "Acknowledged by"), 60)
    acme.workspace.wait_for(lambda: _acknowledgements(acme, card), 60)
    _settle(acme)
    assert len(_acknowledgements(acme, card)) == 1


def _acknowledgements(acme, card):
    return [m for m in acme.workspace.replies(CRITICAL, card["ts"]) if "acknowledged it" in words(m)]


def test_an_audit_that_was_killed_goes_on_in_the_same_message(acme):
    acme.workspace.wait_for(lambda: acme.workspace.connections, 30)
    assert acme.workspace.command("UANA00001", ALERTS, "/aws-audit iam").ok
    acme.workspace.wait_for(lambda: acme.find(ALERTS, "iam"), 30)
    acme.bot.kill()
    acme.bot.start()

    acme.workspace.wait_for(lambda: acme.find(ALERTS, "Audit · iam"), 120)
    _settle(acme)
    assert len([m for m in cards(acme, ALERTS) if "Audit" in words(m) and "iam" in words(m)]) == 1


def test_an_approved_fix_is_made_once_though_the_bot_is_killed_after_the_click(acme):
    ana, priya = "UANA00001", "UPRIYA001"
    acme.workspace.wait_for(lambda: acme.workspace.connections, 30)
    assert acme.workspace.command(ana, ALERTS, "/aws-audit ec2-sg-open-rdp account=111122223333").ok
    audit = acme.workspace.wait_for(lambda: acme.find(ALERTS, "Audit · ec2-sg-open-rdp", "windows-jump"), 120)
    acme.use(ana, ALERTS, audit, "remediation:request")
    preview = acme.workspace.wait_for(lambda: _offering(acme, "remediation:approve"), 60)
    acme.cloud.calls.clear()
    acme.use(priya, ALERTS, preview, "remediation:approve")
    acme.bot.kill()
    acme.bot.start()

    acme.workspace.wait_for(lambda: acme.find(ALERTS, "Close a security group", "passes now"), 120)
    _settle(acme)
    assert acme.cloud.calls.count(role="PicketRemediate")["ec2:RevokeSecurityGroupIngress"] == 1


def _offering(acme, action):
    for message in reversed(acme.workspace.messages(ALERTS)):
        if any(element["action_id"].startswith(action) for _, element, _ in controls(message)):
            return message
    return None


def _settle(acme):
    """Until the bot has been quiet for a while."""
    before = -1
    while before != len(acme.workspace.calls):
        before = len(acme.workspace.calls)
        time.sleep(1.5)
