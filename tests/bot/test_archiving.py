"""Resolving an alert archives its findings in GuardDuty, region by region; reopening takes them out again."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import relay, remediation
from bot.alerts import Source
from bot.approval import State
from bot.aws.sessions import Sessions
from bot.config import load
from bot.errors import SettingsError
from bot.intake.parse import parse
from bot.remedy import Preview
from bot.rights import Rights
from bot.store import remediations
from sandbox.aws import Cloud, accounts
from sandbox.aws.gaps import guardduty
from tests.alerting import Bot, Clock, Modals, a_key_finding, eventbridge, services, settings
from tests.audit_builders import a_command, an_app

ACCOUNT, HOME = accounts.PROD.id, "eu-north-1"
REGIONS = (HOME, "eu-west-1")
SETTINGS = {
    "aws": {
        "accounts": [{"id": ACCOUNT, "name": "acme-prod"}, {"id": accounts.LOG.id}],
        "read_role": "read",
        "remediation_role": "fix",
    },
    "rights": {"respond": ["UANALYST"], "approve": ["UAPPROVER"]},
    "remediation": {"enabled": ["guardduty-archive-finding"]},
    "guardduty": {"archive_on_resolve": True},
}


@pytest.fixture(scope="module")
def company():
    """Two accounts with GuardDuty in two regions and the roles that Picket takes on."""
    with Cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
                                                         "Action": "sts:AssumeRole"}]}  # fmt: skip
        for account in (accounts.PROD, accounts.LOG):
            for role in ("read", "fix"):
                cloud.client("iam", account).create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
            for region in REGIONS:
                cloud.client("guardduty", account, region).create_detector(Enable=True)
        yield cloud


@pytest.fixture
def cloud(company):
    company.faults.clear()
    return company


class World:
    """A bot, the findings of one problem in AWS and in one alert, and the worker."""

    def __init__(self, cloud: Cloud, folder: Any, held_in: str = ACCOUNT, **changes: Any) -> None:
        self.cloud, self.held_in, self.clock = cloud, held_in, Clock()
        made = services(folder, self.clock, Modals(), **{**SETTINGS, **changes})
        made.aws, made.new_id = Sessions(made.settings.aws, attempts=1), iter("abcdefgh").__next__
        for region in REGIONS:
            guardduty.findings_of(self.backend(region)).clear()
            self.raise_in(made, region)
        with made.store.read() as tx:
            (alert_id,) = [id_ for (id_,) in tx.execute("select id from alerts").fetchall()]
        self.bot = Bot(made, self.clock, an_app(made), alert_id)

    def raise_in(self, made: Any, region: str) -> None:
        finding = a_key_finding(accountId=ACCOUNT, region=region, id=f"f{region.replace('-', '')}")
        guardduty.findings_of(self.backend(region))[finding["id"]] = json.loads(json.dumps(finding))
        self.take(made, finding)

    def tell(self, region: str, *, archived: bool) -> None:
        """A look at GuardDuty brings how the finding of `region` stands."""
        (finding,) = guardduty.findings_of(self.backend(region)).values()
        self.take(self.bot.services, {**finding, "service": {**finding["service"], "archived": archived}})

    def take(self, made: Any, finding: dict[str, Any]) -> None:
        (signal,) = parse(json.dumps(eventbridge(finding)), self.clock())
        with made.store.write() as tx:
            relay.take(made, tx, signal)

    def backend(self, region: str) -> Any:
        from moto.guardduty.models import guardduty_backends

        return guardduty_backends[self.held_in][region]

    @property
    def archived(self) -> list[bool]:
        kept = [each for region in REGIONS for each in guardduty.findings_of(self.backend(region)).values()]
        return [each["service"]["archived"] for each in kept]

    def resolve(self, user: str = "UANALYST") -> None:
        reason = {"selected_option": {"value": "fixed"}}
        response = self.bot.submit("alert:resolve", {"reason": reason, "note": {"value": None}}, user)
        assert response.status == 200

    def work(self) -> None:
        remediation.Worker(self.bot.services, threading.Event(), lambda *_: None, looks=(0.0,)).once()

    def records(self) -> list[Any]:
        with self.bot.services.store.read() as tx:
            ids = [id_ for (id_,) in tx.execute("select id from remediations order by id").fetchall()]
            return [remediations.get(tx, id_) for id_ in ids]

    def said(self, key: str = "remediation:") -> list[str]:
        return [row["body_json"] for row in self.bot.said() if row["key"].startswith(key)]


@pytest.fixture
def world(cloud, tmp_path):
    return World(cloud, tmp_path)


def test_resolving_archives_the_finding_of_each_region_and_says_so_on_one_card_in_the_thread(world):
    world.resolve()
    assert world.bot.alert.state == "resolved"
    assert world.archived == [False, False]
    world.work()

    assert world.archived == [True, True]
    (record,) = world.records()
    assert (record.state, record.approved_by, record.standing) == (State.VERIFIED, None, True)
    cards = {row["key"]: row for row in world.bot.said() if row["key"].startswith("remediation:")}
    (card,) = cards.values()
    assert card["parent"] == world.bot.alert.key
    for words in ("2 findings of GuardDuty", "Because <@UANALYST> resolved the alert", "Undo", "in eu-west-1"):
        assert words in card["body_json"]


def test_reopening_takes_them_out_again(world):
    world.resolve()
    world.work()
    world.bot.click("alert:reopen")
    world.work()

    assert world.archived == [False, False]
    assert [record.state for record in world.records()] == [State.UNDONE]


def test_reopening_before_anything_was_done_leaves_all_as_it_is(world):
    world.resolve()
    world.bot.click("alert:reopen")
    world.work()

    assert world.archived == [False, False]
    assert [record.state for record in world.records()] == [State.CANCELLED]


def test_who_approves_may_undo_it_by_its_button(world):
    world.resolve()
    world.work()
    world.bot.click("remediation:undo", "UANALYST", value=world.records()[0].id)
    world.work()
    assert world.archived == [True, True]

    world.bot.click("remediation:undo", "UAPPROVER", value=world.records()[0].id)
    world.work()
    assert world.archived == [False, False]
    assert world.bot.alert.state == "resolved"


def begun(world):
    """It was cut short after the first region."""
    world.resolve()
    (record,) = world.records()
    before = {"feunorth1 in eu-north-1": "current", "feuwest1 in eu-west-1": "current"}
    look = Preview(name="2 findings of GuardDuty", before=before, after=dict.fromkeys(before, "archived"))
    until = world.clock() + timedelta(minutes=5)
    with world.bot.services.store.write() as tx:
        remediations.save(tx, replace(record, state=State.APPLYING, preview=look, expires_at=until), world.clock())
    guardduty.findings_of(world.backend(HOME))["feunorth1"]["service"]["archived"] = True


def test_a_crash_in_the_middle_of_it_is_finished_at_the_next_start(world):
    begun(world)
    world.work()

    assert world.archived == [True, True]
    assert [record.state for record in world.records()] == [State.VERIFIED]


def test_reopening_in_the_middle_of_it_undoes_it_when_it_is_done(world):
    begun(world)
    world.bot.click("alert:reopen")
    world.work()

    assert world.archived == [False, False]
    assert [record.state for record in world.records()] == [State.UNDONE]


def test_resolving_once_more_archives_once_more(world):
    for _ in range(2):
        world.resolve()
        world.work()
        world.bot.click("alert:reopen")
    world.resolve()
    world.work()

    assert world.archived == [True, True]
    assert [record.state for record in world.records()] == [State.UNDONE, State.UNDONE, State.VERIFIED]


def test_what_guardduty_told_was_archived_is_archived_again_after_it_was_taken_out(world):
    world.resolve()
    world.work()
    for region in REGIONS:
        world.tell(region, archived=True)
    world.bot.click("alert:reopen")
    world.work()
    assert world.archived == [False, False]

    world.resolve()
    world.work()
    assert world.archived == [True, True]


def test_what_somebody_archived_meanwhile_needs_nothing_and_is_not_taken_out(world):
    for region in REGIONS:
        for each in guardduty.findings_of(world.backend(region)).values():
            each["service"]["archived"] = True
    world.resolve()
    world.work()
    world.bot.click("alert:reopen")
    world.work()

    assert world.archived == [True, True]
    assert [record.state for record in world.records()] == [State.ALREADY_DONE]


def test_a_finding_that_is_gone_is_left_out_and_the_others_are_archived(world):
    guardduty.findings_of(world.backend("eu-west-1")).clear()
    world.resolve()
    world.work()

    assert world.archived == [True]
    assert "GuardDuty's finding feunorth1 in eu-north-1" in world.said()[-1]


def test_when_guardduty_has_none_of_them_any_more_the_thread_says_so(world):
    for region in REGIONS:
        guardduty.findings_of(world.backend(region)).clear()
    world.resolve()
    world.work()

    (record,) = world.records()
    assert record.state is State.FAILED
    assert "keeps one for 90 days" in "".join(world.said(f"remediation:{record.id}:"))


def test_a_refusal_of_aws_names_the_permission_and_leaves_the_alert_resolved(world, cloud):
    cloud.faults.deny("guardduty", "ArchiveFindings")
    world.resolve()
    world.work()

    (record,) = world.records()
    assert record.state is State.FAILED
    assert "guardduty:ArchiveFindings" in "".join(world.said(f"remediation:{record.id}:"))
    assert world.bot.alert.state == "resolved"
    assert world.archived == [False, False]


def test_whoever_may_no_longer_respond_archives_nothing(world):
    world.resolve()
    world.bot.services.rights = Rights(settings(rights={"respond": []}).rights, lambda _group: frozenset())
    world.work()

    assert world.archived == [False, False]
    assert "may no longer respond" in world.records()[0].outcome


def test_without_the_setting_nothing_is_archived(cloud, tmp_path):
    world = World(cloud, tmp_path, guardduty={})
    world.resolve()
    world.work()

    assert world.archived == [False, False]
    assert world.records() == []


def test_findings_of_a_member_are_archived_by_the_administrator_of_guardduty(cloud, tmp_path):
    setting = {"archive_on_resolve": True, "administrator": accounts.LOG.id}
    world = World(cloud, tmp_path, held_in=accounts.LOG.id, guardduty=setting)
    world.resolve()
    world.work()

    assert world.archived == [True, True]
    assert world.records()[0].target.account == accounts.LOG.id


def test_what_only_others_tell_of_has_nothing_to_archive(tmp_path):
    bot = Bot.with_alert(tmp_path, SETTINGS, source=Source.CLOUDWATCH, type="alarm")
    reason = {"selected_option": {"value": "fixed"}}
    bot.submit("alert:resolve", {"reason": reason, "note": {"value": None}})
    with bot.services.store.read() as tx:
        assert tx.execute("select count(*) from remediations").fetchone() == (0,)


def test_the_command_archives_as_the_button_does(world):
    a_command(world.bot.app, f"resolve {world.bot.alert_id} fixed", user="UANALYST")
    world.work()
    assert world.archived == [True, True]


def test_the_setting_is_refused_where_nothing_could_be_archived(tmp_path):
    file = tmp_path / "picket.toml"
    file.write_text('[guardduty]\narchive_on_resolve = true\n[[routes]]\nchannel = "#a"\n')
    with pytest.raises(SettingsError, match=r"guardduty\.archive_on_resolve: it needs"):
        load(file, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})


def test_the_day_of_the_undo_is_over_and_the_finding_stays_archived(world):
    world.resolve()
    world.work()
    world.clock.pass_(hours=25)
    world.bot.click("alert:reopen")
    world.work()

    assert world.archived == [True, True]
    assert world.clock() > datetime(2026, 11, 26, tzinfo=UTC)
