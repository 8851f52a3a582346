"""Which accounts are looked after: those of the settings, and those of the organisation."""

import threading
from datetime import UTC, datetime

import pytest

from bot import audit, enrolment, relay, roster
from bot.aws.organization import actions, members
from bot.aws.permissions import read_policy
from bot.aws.sessions import Sessions
from bot.config import Account, Aws, Checks, Group, Offline, Organization
from bot.errors import AwsDenied
from bot.offers import in_scope
from bot.organization import Member, Unit
from bot.routing import route
from bot.standalone import plan
from bot.store import enrolments
from checks.catalog import CATALOG
from sandbox.aws import Cloud
from sandbox.aws.accounts import DEV, EXTERNAL_ID, HUB, LOG, MANAGEMENT, PROD, READ_ROLE
from sandbox.aws.seeds import organization
from tests.alerting import a_signal
from tests.audit_builders import a_command, a_picket, an_app

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ROOT, WORKLOADS = Unit("r-abcd", ""), Unit("ou-abcd-11111111", "Workloads")
PRODUCTION, SANDBOXES = Unit("ou-abcd-22222222", "Workloads/Production"), Unit("ou-abcd-33333333", "Sandboxes")
A, B, C = "111111111111", "222222222222", "333333333333"


def a_member(id_=A, *units, **facts):
    return Member(**{"id": id_, "name": f"acme-{id_[0]}", "active": True, "units": (ROOT, *units), **facts})


MEMBERS = (
    a_member(A, WORKLOADS, PRODUCTION, tags={"Environment": "production", "team": "payments"}),
    a_member(B, WORKLOADS, tags={"Environment": "staging"}),
    a_member(C, SANDBOXES),
)


def enrol(found=MEMBERS, accounts=(), **organization):
    aws = Aws(accounts=accounts, organization=Organization(enabled=True, **organization))
    return enrolment.enrol(aws, found)


def ids(found):
    return [account.id for account in found.accounts]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ((), [A, B, C]),
        (("Workloads",), [A, B]),
        (("Workloads/Production",), [A]),
        (("Production",), []),
        (("ou-abcd-11111111",), [A, B]),
        (("r-abcd",), [A, B, C]),
        (("team=pay*",), [A]),
        (("team=Payments",), []),
        ((C,), [C]),
        (("Sandboxes", "Environment=staging"), [B, C]),
    ],
)
def test_a_unit_means_all_below_it_and_a_tag_or_a_number_the_account(words, meant):
    assert ids(enrol(include=words)) == meant


def test_what_is_left_out_goes_before_and_says_why():
    found = enrol(include=("Workloads",), leave_out=("Workloads/Production",))

    assert ids(found) == [B]
    assert found.left_out == {
        A: "aws.organization.leave_out names Workloads/Production",
        C: "nothing in aws.organization.include means it",
    }


def test_a_closed_account_is_left_out_aloud_even_where_it_is_listed():
    found = enrol([a_member(A, active=False)], accounts=(Account(id=A),))

    assert ids(found) == []
    assert found.left_out == {A: "it is suspended or closed"}


def test_what_is_listed_comes_besides_and_names_itself():
    listed = (Account(id=A, name="payments", environment="live"), Account(id="999999999999", name="bought"))

    found = enrol(accounts=listed, leave_out=("r-abcd",))

    assert [(one.id, one.name, one.environment) for one in found.accounts] == [
        (A, "payments", "live"),
        ("999999999999", "bought", ""),
    ]


def test_the_names_are_the_organisations_and_the_environment_is_a_tags():
    assert [(one.name, one.environment) for one in enrol().accounts] == [
        ("acme-1", "production"),
        ("acme-2", "staging"),
        ("acme-3", ""),
    ]


def test_a_word_that_means_nothing_is_warned_of():
    [warning] = enrol(include=("Workloads", "Wrokloads/Production")).warnings

    assert "Wrokloads/Production" in warning


def test_a_group_has_numbers_of_its_own_and_what_is_listed_goes_before():
    groups = (
        Group(of=("Workloads",), checks=Checks(key_max_age=60, iam_groups=5)),
        Group(of=("Workloads/Production",), environment="live", checks=Checks(key_max_age=30)),
    )
    listed = (Account(id=A, checks=Checks(iam_groups=9)),)
    settings = Offline(aws=Aws(accounts=listed, organization=Organization(enabled=True, groups=groups)))

    found = enrolment.enrol(settings.aws, MEMBERS)
    judging = {one.id: settings.for_judging(one) for one in found.accounts}

    assert (judging[A].key_max_age, judging[A].iam_groups, found.accounts[0].environment) == (30, 9, "live")
    assert (judging[B].key_max_age, judging[B].iam_groups) == (60, 5)
    assert (judging[C].key_max_age, judging[C].iam_groups) == (90, 30)


@pytest.fixture
def cloud(monkeypatch):
    with Cloud() as cloud:
        organization.build(cloud, NOW)
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        yield cloud


def settings_of_acme(**organization):
    table = {"enabled": True, **organization}
    return {"read_role": READ_ROLE, "external_id": EXTERNAL_ID, "organization": table}


def test_acme_is_read_from_its_organisation_by_what_the_policy_allows(cloud):
    aws = Aws.model_validate(settings_of_acme())
    cloud.calls.clear()

    found = enrolment.enrolled(Sessions(aws, attempts=1), aws)

    assert [(one.id, one.name, one.environment) for one in found.accounts] == [
        (PROD.id, PROD.name, "production"),
        (DEV.id, DEV.name, "development"),
        (LOG.id, LOG.name, "security"),
    ]
    called = set(cloud.calls.count()) - {"sts:GetCallerIdentity", "sts:AssumeRole"}
    assert called == set(actions(aws.organization))
    allowed = read_policy(CATALOG.values(), organization=aws.organization)["Statement"][0]["Action"]
    assert called <= set(allowed)
    assert "organizations:ListRoots" not in read_policy(CATALOG.values())["Statement"][0]["Action"]


def test_tags_are_not_asked_for_where_nothing_looks_at_them(cloud):
    aws = Aws.model_validate(settings_of_acme(environment_tag="", include=["Workloads"]))
    cloud.calls.clear()

    found = enrolment.enrolled(Sessions(aws, attempts=1), aws)

    assert ids(found) == [PROD.id, DEV.id]
    assert "organizations:ListTagsForResource" not in {*cloud.calls.count(), *actions(aws.organization)}


def test_every_page_of_a_large_unit_is_read_and_what_is_closed_is_known(cloud):
    client = cloud.client("organizations", MANAGEMENT)
    for number in range(45):
        client.create_account(AccountName=f"team-{number}", Email=f"{number}@acme.example")
    closed = client.create_account(AccountName="old", Email="old@acme.example")["CreateAccountStatus"]["AccountId"]
    client.close_account(AccountId=closed)
    aws = Aws.model_validate(settings_of_acme(environment_tag=""))

    found = members(Sessions(aws, attempts=1), aws.organization)

    assert len(found) == 3 + 46
    assert [one.id for one in found if not one.active] == [closed]


def test_the_management_account_may_be_named_as_the_one_to_ask(cloud):
    aws = Aws.model_validate(settings_of_acme(account=MANAGEMENT.id))

    assert len(members(Sessions(aws, attempts=1), aws.organization)) == 3


def test_on_the_command_line_a_refusal_is_no_answer_and_no_crash(cloud):
    cloud.faults.deny("organizations", "ListRoots")
    settings = Offline.model_validate({"aws": settings_of_acme()})

    planned = plan(settings, ["iam-root-key"], NOW)

    assert planned.tasks == ()
    assert not planned.tally.is_complete
    assert "organizations:ListRoots" in planned.tally.shortcomings()[0]


def test_on_the_command_line_the_organisation_names_the_accounts(cloud):
    settings = Offline.model_validate({"aws": settings_of_acme(leave_out=["Security"])})

    everything = plan(settings, ["iam-root-key"], NOW)
    one = plan(settings, ["iam-root-key", "account=acme-prod"], NOW)

    assert [task.account.name for task in everything.tasks] == ["acme-prod", "acme-dev"]
    assert everything.tally.summary()["accounts"]["left_out"] == {
        LOG.id: "aws.organization.leave_out names Security",
        PROD.id: "not begun",
        DEV.id: "not begun",
    }
    assert [task.account.id for task in one.tasks] == [PROD.id]
    assert one.tally.left_out[DEV.id] == "not asked for"


def test_the_service_works_with_the_accounts_that_the_organisation_has_now(cloud, tmp_path):
    services = a_picket(tmp_path, aws=settings_of_acme(include=["Workloads"]))
    assert not in_scope(PROD.id, services.settings)

    roster.refresh(services)

    assert services.settings.account_name(DEV.id) == "acme-dev"
    assert services.settings.select("account=acme-dev").accounts == ("acme-dev",)
    assert in_scope(PROD.id, services.settings)
    assert not in_scope(LOG.id, services.settings)


def test_the_service_asks_at_its_start_and_starts_without_an_answer(cloud, tmp_path):
    services, stopped = a_picket(tmp_path, aws=settings_of_acme()), threading.Event()
    stopped.set()

    cloud.faults.deny("organizations", "ListRoots")
    audit.work(services, stopped, _Silent())
    before = services.settings.aws.accounts
    cloud.faults.clear()
    audit.work(services, stopped, _Silent())

    assert before == ()
    assert len(services.settings.aws.accounts) == 3


def test_an_alert_goes_where_the_environment_of_its_account_leads(cloud, tmp_path):
    routes = [{"channel": "#production", "environments": ["production"]}, {"channel": "#rest"}]
    services = a_picket(tmp_path, aws=settings_of_acme(), routes=routes)
    roster.refresh(services)

    with services.store.write(timeout=1) as tx:
        for account in (PROD, DEV):
            relay.take(services, tx, a_signal(account=account.id, member_id=account.id))
        channels = dict(tx.execute("select account, channel from alerts"))

    assert channels == {PROD.id: "#production", DEV.id: "#rest"}


def test_routes_know_the_units_and_tags_of_the_organisations_accounts():
    routes = [
        {"channel": "#payments", "accounts": ["team=payments"]},
        {"channel": "#workloads", "accounts": ["Workloads"]},
        {"channel": "#rest"},
    ]
    settings = Offline.model_validate({"aws": {"organization": {"enabled": True}}, "routes": routes})
    enrolled = settings.enrolled(enrol().accounts)

    assert [route(enrolled, a_signal(account=account), NOW).channel for account in (A, B, C)] == [
        "#payments", "#workloads", "#rest"
    ]  # fmt: skip


def test_while_the_organisation_does_not_answer_its_last_answer_stands_and_is_said_to(cloud, tmp_path):
    services = a_picket(tmp_path, aws=settings_of_acme())
    roster.refresh(services)
    cloud.faults.deny("organizations", "ListRoots")

    found = roster.refresh(services)

    assert ids(found) == [PROD.id, DEV.id, LOG.id]
    assert "could not be asked" in found.warnings[0]
    assert "2026-11-25 09:00 UTC" in found.warnings[0]


def test_the_accounts_are_known_again_after_a_restart_before_aws_is_asked(cloud, tmp_path):
    roster.refresh(a_picket(tmp_path, aws=settings_of_acme()))
    cloud.faults.deny("organizations", "ListRoots")

    services = a_picket(tmp_path, aws=settings_of_acme(leave_out=["Security"]))
    roster.restore(services)

    assert [one.id for one in services.settings.aws.accounts] == [PROD.id, DEV.id]


def test_without_any_answer_ever_the_audit_fails_and_says_what_to_allow(cloud, tmp_path):
    cloud.faults.deny("organizations", "ListRoots")
    services = a_picket(tmp_path, aws=settings_of_acme())

    with pytest.raises(AwsDenied, match="organizations:ListRoots"):
        roster.refresh(services)
    with services.store.read() as tx:
        assert "organizations:ListRoots" in enrolments.latest(tx).why


def test_status_says_what_is_enrolled_what_is_not_and_what_went_wrong(cloud, tmp_path):
    services = a_picket(tmp_path, aws=settings_of_acme(leave_out=["Security"], include=["Workloads", "Wrokloads"]))
    roster.refresh(services)

    said = str(a_command(an_app(services), "status").body)

    assert "2 accounts enrolled, as of" in said
    assert f"{HUB.id} is left out" in said
    assert "Wrokloads" in said


def test_an_audit_of_the_service_takes_the_accounts_and_their_own_settings(cloud, tmp_path):
    groups = [{"of": ["Workloads/Development"], "checks": {"disabled": ["iam-root-key"], "key_max_age": 7}}]
    services = a_picket(tmp_path, aws=settings_of_acme(groups=groups))
    tasks = []

    def run(todo, _on_step, _stop):
        tasks.extend(todo)
        return iter(())

    with services.store.write(timeout=1) as tx:
        asked = audit.request(
            tx, "a1", "iam-root-key iam-key-old", requested_by="U1", channel="C1", public=False, now=NOW
        )
    audit.Worker(services, None, _Silent(), run).audit(asked)

    assert {task.account.id: (task.checks, task.settings.key_max_age) for task in tasks} == {
        PROD.id: (("iam-root-key", "iam-key-old"), 90),
        DEV.id: (("iam-key-old",), 7),
        LOG.id: (("iam-root-key", "iam-key-old"), 90),
    }


class _Silent:
    def progress(self, tx, audit):
        pass

    def finished(self, tx, audit):
        pass
