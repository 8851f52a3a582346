"""What an audit answers goes into Security Hub, and what is no longer there is archived."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import audit, security_hub
from bot.aws.permissions import security_hub_policy
from bot.aws.sessions import Sessions
from bot.config import Account, Aws, Offline
from bot.security_hub import Importer
from bot.standalone import findings, plan
from bot.store import audits
from bot.store.audits import Kind
from bot.tasks import AccountResult
from checks.model import Finding, Severity, Status
from checks.selection import Selection
from sandbox.aws import Cloud
from sandbox.aws.accounts import DEV, EXTERNAL_ID, PROD, READ_ROLE
from sandbox.aws.seeds import organization
from tests.audit_builders import a_picket

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ROLE, REGION, HOME = "PicketSecurityHub", "eu-west-1", "us-east-1"
CHECK = "ec2-sg-open-ssh"
GROUP = f"arn:aws:ec2:{REGION}:{PROD.id}:security-group/sg-1"
FAIL = Finding(
    check=CHECK,
    status=Status.FAIL,
    severity=Severity.HIGH,
    account=PROD.id,
    region=REGION,
    resource=GROUP,
    title="SSH is open",
)
OTHER = replace(FAIL, resource=GROUP + "2")
ROOT = replace(FAIL, check="iam-root-no-mfa", region="global", resource=f"AWS::::Account:{PROD.id}")
EVERYTHING = Selection()


@pytest.fixture
def cloud(monkeypatch):
    with Cloud() as cloud:
        organization.build(cloud, NOW)
        for account in (PROD, DEV):
            organization._role(cloud, account, ROLE, ["securityhub:BatchImportFindings", "securityhub:GetFindings"])
        for region in (REGION, HOME):
            cloud.client("securityhub", PROD, region).enable_security_hub()
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        cloud.calls.clear()
        yield cloud


def acme(**aws):
    facts = {"security_hub_role": ROLE, "read_role": READ_ROLE, "external_id": EXTERNAL_ID, "regions": (REGION,), **aws}
    return Offline(aws=Aws(accounts=(Account(id=PROD.id, name="acme-prod"),), **facts))


def an_importer(at=NOW, **aws):
    settings = acme(**aws)
    return Importer.of(settings, Sessions(settings.aws, attempts=1), at)


def in_hub(cloud, region=REGION, account=PROD):
    pages = cloud.client("securityhub", account, region).get_paginator("get_findings").paginate()
    return {one["Resources"][0]["Id"]: one for page in pages for one in page["Findings"]}


def a_result(*found, covered=((CHECK, REGION),)):
    return AccountResult(account=PROD.id, regions=(REGION,), findings=found, covered=frozenset(covered))


def test_each_account_and_region_gets_its_own_and_what_is_global_goes_home(cloud):
    hub = an_importer()

    hub.account(a_result(FAIL, ROOT), [FAIL, ROOT], EVERYTHING)

    assert hub.said() == "Security Hub took 2 findings."
    assert in_hub(cloud)[GROUP]["Compliance"]["Status"] == "FAILED"
    assert in_hub(cloud)[GROUP]["ProductArn"].endswith(f":{REGION}:{PROD.id}:product/{PROD.id}/default")
    assert list(in_hub(cloud, HOME)) == [ROOT.resource]
    assert set(cloud.calls.count()) - {"sts:AssumeRole", "sts:GetCallerIdentity"} == {
        *security_hub_policy()["Statement"][0]["Action"]
    }


def test_what_passes_now_is_the_same_finding_brought_up_to_date(cloud):
    an_importer().take([FAIL])
    an_importer(NOW + timedelta(days=1)).take([replace(FAIL, status=Status.PASS)])

    [finding] = in_hub(cloud).values()
    assert finding["Compliance"]["Status"] == "PASSED"
    assert finding["UpdatedAt"] == "2026-11-26T09:00:00.000Z"


def test_a_finding_keeps_the_day_when_it_was_first_seen(cloud):
    an_importer().take([FAIL])

    an_importer(NOW + timedelta(days=1)).account(a_result(FAIL, OTHER), [FAIL, OTHER], EVERYTHING)

    assert {id_: (one["CreatedAt"], one["UpdatedAt"]) for id_, one in in_hub(cloud).items()} == {
        GROUP: ("2026-11-25T09:00:00.000Z", "2026-11-26T09:00:00.000Z"),
        GROUP + "2": ("2026-11-26T09:00:00.000Z", "2026-11-26T09:00:00.000Z"),
    }


def test_what_is_no_longer_there_is_archived_once_and_the_rest_stays(cloud):
    tomorrow = an_importer(NOW + timedelta(days=1))
    an_importer().take([FAIL, OTHER])

    tomorrow.account(a_result(OTHER), [OTHER], EVERYTHING)

    assert {id_: one["RecordState"] for id_, one in in_hub(cloud).items()} == {GROUP: "ARCHIVED", GROUP + "2": "ACTIVE"}
    assert tomorrow.said() == "Security Hub took 1 finding, and archived 1 of what is no longer there."


@pytest.mark.parametrize(
    ("selection", "covered"),
    [
        (EVERYTHING, ()),
        (EVERYTHING, ((CHECK, "us-west-2"),)),
        (Selection(severity=Severity.HIGH), ((CHECK, REGION),)),
        (Selection(regions=("us-west-2",)), ((CHECK, REGION),)),
    ],
)
def test_nothing_is_archived_of_what_was_not_looked_at_whole(cloud, selection, covered):
    an_importer().take([FAIL])

    an_importer(NOW + timedelta(days=1)).account(a_result(covered=covered), [], selection)

    assert in_hub(cloud)[GROUP]["RecordState"] == "ACTIVE"


def test_the_findings_of_other_products_are_left_alone(cloud):
    item = security_hub.asff.finding_of(FAIL, an_importer().origin)
    cloud.client("securityhub", PROD, REGION).batch_import_findings(Findings=[{**item, "GeneratorId": "other/x"}])

    an_importer(NOW + timedelta(days=1)).account(a_result(), [], EVERYTHING)

    assert in_hub(cloud)[GROUP]["RecordState"] == "ACTIVE"


def test_a_hundred_go_at_once(cloud):
    hub = an_importer()

    hub.take(replace(FAIL, resource=f"{GROUP}{number}") for number in range(250))

    assert hub.imported == 250
    assert len(in_hub(cloud)) == 250
    assert cloud.calls.count()["securityhub:BatchImportFindings"] == 3


def test_a_finding_that_is_too_large_goes_without_its_details(cloud):
    hub = an_importer()

    hub.take([replace(FAIL, evidence={f"key-{number}": "\U0001f512" * 2000 for number in range(60)})])

    assert hub.troubles() == []
    assert "Details" not in in_hub(cloud)[GROUP]["Resources"][0]


def test_where_security_hub_is_not_enabled_all_is_said_once_and_not_asked_again(cloud):
    hub = an_importer()

    hub.take([replace(FAIL, region="eu-north-1", resource=f"{GROUP}{number}") for number in range(150)])

    [trouble] = hub.troubles()
    assert trouble.startswith(f"Security Hub of {PROD.id} in eu-north-1 did not take 150: Security Hub is not enabled")
    assert hub.said().endswith("; 150 could not be imported.")
    assert cloud.calls.count()["securityhub:BatchImportFindings"] == 1


def test_a_refusal_names_the_permission_and_how_to_get_its_policy(cloud):
    cloud.faults.deny("securityhub", "BatchImportFindings")
    hub = an_importer()

    hub.take([FAIL])

    assert "securityhub:BatchImportFindings" in hub.troubles()[0]
    assert "picket policy security-hub" in hub.troubles()[0]


def test_a_finding_that_aws_will_not_have_is_counted_with_its_reason(cloud, monkeypatch):
    made = security_hub.asff.finding_of
    monkeypatch.setattr(security_hub.asff, "finding_of", lambda f, o: {**made(f, o), "Title": "x" * 300})
    hub = an_importer()

    hub.take([FAIL, OTHER])

    assert hub.imported == 0
    assert "did not take 2: InvalidInput" in hub.troubles()[0]


def test_without_a_role_another_account_is_refused_with_the_setting():
    settings = acme(security_hub_role="")
    with Cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        organization.build(cloud, NOW)
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        hub = Importer.of(settings, Sessions(settings.aws, attempts=1), NOW)
        hub.take([FAIL])

    assert "aws.security_hub_role" in hub.troubles()[0]


def test_an_audit_on_the_command_line_imports_what_it_reports(cloud):
    settings = acme()
    planned = plan(settings, ["iam-root-no-mfa", "ebs-no-default-encryption"], NOW)
    hub = Importer.of(settings, Sessions(settings.aws, attempts=1), NOW)

    reported = [f for batch in findings(planned, threading.Event(), lambda _: None, hub) for f in batch]

    assert hub.imported == len(reported) > 0
    assert planned.tally.troubles == []


def test_what_was_not_imported_makes_the_audit_incomplete(cloud):
    cloud.faults.deny("securityhub", "BatchImportFindings")
    settings = acme()
    planned = plan(settings, ["iam-root-no-mfa"], NOW)
    hub = Importer.of(settings, Sessions(settings.aws, attempts=1), NOW)

    list(findings(planned, threading.Event(), lambda _: None, hub))

    assert not planned.tally.is_complete
    assert "securityhub:BatchImportFindings" in planned.tally.shortcomings()[0]


@pytest.mark.parametrize(("kind", "imported"), [(Kind.SCHEDULED, 1), (Kind.ADHOC, 0)])
def test_the_service_imports_after_scheduled_audits_alone(cloud, tmp_path, kind, imported):
    aws = {"accounts": [{"id": PROD.id}], "security_hub_role": ROLE, "external_id": EXTERNAL_ID}
    services = a_picket(tmp_path, aws=aws, security_hub={"enabled": True})
    with services.store.write(timeout=1) as tx:
        asked = audit.request(tx, "a1", CHECK, requested_by="", channel="", public=True, now=NOW, kind=kind)

    audit.Worker(services, threading.Event(), Silent(), lambda *_: iter([a_result(FAIL)])).audit(asked)

    assert len(in_hub(cloud)) == imported
    with services.store.read() as tx:
        assert audits.get(tx, "a1").summary.warnings == ()


class Silent:
    def progress(self, tx, audit):
        pass

    def finished(self, tx, audit):
        pass
