"""The company of the sandbox: what the checks of trails and alarms find in it, and what they do not."""

from datetime import UTC, datetime

import pytest

from bot.aws.accounts import Regions
from bot.aws.collect import collect
from bot.aws.permissions import read_actions
from bot.aws.sessions import Sessions
from bot.config import Account, Aws
from checks import cloudtrail, cloudtrail_buckets, cloudwatch_alarms
from checks.catalog import checks_of
from checks.judge import judge
from checks.model import Status
from checks.settings import CheckSettings
from sandbox.aws import Cloud
from sandbox.aws.accounts import DEV, EXTERNAL_ID, LOG, PROD, READ_ROLE, REGIONS
from sandbox.aws.permissions import ACTIONS
from sandbox.aws.seeds.faults import FAULTS

pytestmark = pytest.mark.xdist_group("acme-trails")

CHECKS = tuple(check for module in (cloudtrail, cloudtrail_buckets, cloudwatch_alarms) for check in checks_of(module))
ROWS = (1, 2, 3, 4, 8, 17, 18)
MADE = [fault for row in ROWS for fault in FAULTS[row]]


@pytest.fixture(scope="module")
def acme():
    """Each account's inventory and findings, and the calls that it took to read them."""
    with Cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        cloud.seed()
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        sessions = Sessions(Aws(read_role=READ_ROLE, external_id=EXTERNAL_ID), attempts=1)
        inventories = {}
        for account in (PROD, DEV, LOG):
            me = Account(id=account.id, name=account.name)
            inventories[account.name] = collect(sessions, me, Regions(enabled=REGIONS), CHECKS, now=datetime.now(UTC))
        yield inventories


@pytest.fixture(scope="module")
def found(acme):
    return {name: list(judge(inventory, CHECKS, CheckSettings())) for name, inventory in acme.items()}


def test_nothing_is_hidden_from_the_role_that_reads(acme):
    assert [inventory.gaps for inventory in acme.values()] == [(), (), ()]


@pytest.mark.parametrize("fault", MADE, ids=lambda fault: f"{fault.check}-{fault.region}")
def test_each_fault_of_acme_prod_is_found(found, fault):
    failed = [f for f in found["acme-prod"] if f.check == fault.check and f.status is Status.FAIL]
    # what the account answers for as a whole lies in no region
    here = [f for f in failed if f.region in (fault.region, "global")]
    assert any(fault.resource in f"{f.check} {f.resource} {f.evidence}" for f in here), failed


def test_nothing_else_is_found_in_acme_prod(found):
    failed = {(f.check, f.region) for f in found["acme-prod"] if f.status is Status.FAIL}
    expected = {(fault.check, "global" if "alarm" in fault.check else fault.region) for fault in MADE}
    assert failed == expected


def test_the_log_account_is_as_it_should_be(found):
    assert {f.status for f in found["acme-log"]} == {Status.PASS}
    judged = {f.check for f in found["acme-log"] if f.resource == "arn:aws:s3:::acme-log-archive"}
    assert judged == {check.id for check in checks_of(cloudtrail_buckets)}


def test_the_archive_is_unknown_to_the_others(found):
    for name in ("acme-prod", "acme-dev"):
        unknown = {(f.check, f.resource) for f in found[name] if f.status is Status.UNKNOWN}
        assert unknown == {(check.id, "arn:aws:s3:::acme-log-archive") for check in checks_of(cloudtrail_buckets)}


def test_a_trail_of_one_region_leaves_the_others_uncovered_and_every_alarm_unset(found):
    failed = [f for f in found["acme-dev"] if f.status is Status.FAIL]
    uncovered = {f.region for f in failed if f.check == "cloudtrail-region-uncovered"}
    assert uncovered == set(REGIONS) - {"eu-west-1"}
    alarms = [f for f in failed if f.check.startswith("cloudwatch-no-alarm-")]
    assert len(alarms) == 15
    assert {f.evidence["broken_at"] for f in alarms} == {"trail"}


def test_what_is_called_is_what_the_read_policy_allows(acme):
    called = {name for inventory in acme.values() for name in inventory.calls}
    actions = {ACTIONS.get(name, name) for name in called}
    assert actions | {"ec2:DescribeRegions"} == set(read_actions(CHECKS))


def test_each_thing_is_read_once(acme):
    calls = acme["acme-prod"].calls
    assert calls["cloudtrail:DescribeTrails"] == len(REGIONS)
    assert calls["cloudtrail:GetTrailStatus"] == calls["cloudtrail:GetEventSelectors"] == 3
    assert {name: calls[name] for name in calls if name.startswith(("kms", "logs", "cloudwatch", "s3control"))} == {
        "kms:DescribeKey": 1,
        "logs:DescribeMetricFilters": 1,
        "cloudwatch:DescribeAlarms": 1,
        "s3control:GetPublicAccessBlock": 1,
    }
