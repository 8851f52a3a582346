"""Several accounts audited together, against the seeded AWS."""

import threading
from datetime import UTC, datetime

import pytest

from bot.config import Account, Aws, Offline
from bot.standalone import findings, plan
from checks.model import Status
from sandbox.aws import Cloud
from sandbox.aws.accounts import DEV, EXTERNAL_ID, LOG, PROD, READ_ROLE

ROWS = ("cloudtrail-bucket-public", "cloudtrail-bucket-no-mfa-delete", "cloudtrail-bucket-no-access-log")


@pytest.fixture
def cloud(monkeypatch):
    with Cloud() as cloud:
        cloud.seed()
        for key, value in cloud.environment().items():
            monkeypatch.setenv(key, value)
        yield cloud


def audit(*accounts):
    named = tuple(Account(id=one.id) for one in accounts)
    aws = Aws(accounts=named, read_role=READ_ROLE, external_id=EXTERNAL_ID, regions=("eu-west-1",))
    planned = plan(Offline(aws=aws), ROWS, datetime.now(UTC))
    found = [f for batch in findings(planned, threading.Event(), lambda _: None) for f in batch]
    return planned.tally, [f for f in found if f.resource.endswith("acme-log-archive")]


def test_a_bucket_of_another_account_is_judged_there_and_no_gap_here(cloud):
    alone, unknown = audit(PROD, DEV)
    together, judged = audit(PROD, LOG, DEV)

    assert {(f.status, f.by_nature) for f in unknown} == {(Status.UNKNOWN, True)}
    assert alone.statuses[Status.UNKNOWN] > 0
    assert {f.account for f in judged} == {LOG.id}
    assert {f.check for f in judged} == set(ROWS)
    assert Status.UNKNOWN not in {f.status for f in judged}
    assert "acme-log-archive" not in str(together.summary()["gaps"] + together.shortcomings())
