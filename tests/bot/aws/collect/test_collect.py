"""Which collectors run, and what their gaps say."""

from datetime import UTC, datetime

import pytest

from bot.aws.accounts import Regions
from bot.aws.collect import COLLECTORS, collect, is_regional, plan
from bot.aws.permissions import read_actions, read_policy
from bot.aws.sessions import Sessions
from bot.config import Account, Aws
from checks.catalog import CATALOG
from checks.inventory import GLOBAL
from checks.inventory.ec2 import NetworkInterface, PrefixList, SecurityGroup
from checks.inventory.iam import AccessKey, Group, PasswordPolicy, Policy, Root, User
from checks.model import Severity, check
from sandbox.aws.accounts import HUB

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ME = Account(id=HUB.id, name="acme-log")
TWO = Regions(enabled=("eu-west-1", "us-east-1"), left_out={"ap-south-1": "not enabled in this account"})


def a_check(judges, *reads):
    make = check(
        id="some-check",
        title="",
        services=("some",),
        severity=Severity.LOW,
        why="",
        fix="",
        references=(),
        judges=judges,
        reads=reads,
    )
    return make(lambda resource, view: None)


EVERYTHING = (
    a_check(AccessKey, User, Group, Policy, Root, PasswordPolicy, SecurityGroup, NetworkInterface, PrefixList),
)


def test_only_what_the_checks_judge_or_read_is_collected():
    assert {collector.record for collector in plan([a_check(SecurityGroup, PrefixList)])} == {SecurityGroup, PrefixList}


def test_every_check_of_the_catalog_can_be_collected_for():
    assert plan(CATALOG.values())


def test_a_check_that_nobody_collects_for_is_refused():
    class Unheard:
        pass

    with pytest.raises(LookupError, match="Unheard"):
        plan([a_check(Unheard)])


def test_a_record_type_has_one_collector():
    assert len({collector.record for collector in COLLECTORS}) == len(COLLECTORS)


def test_global_checks_need_no_regions():
    assert not is_regional([a_check(User)])
    assert is_regional([a_check(User, SecurityGroup)])


def test_an_account_is_read_in_all_its_regions_and_the_rest_is_named(cloud, sessions):
    told = []

    inventory = collect(sessions, ME, TWO, EVERYTHING, now=NOW, progress=told.append)

    assert (inventory.account, inventory.name, inventory.collected_at) == (HUB.id, "acme-log", NOW)
    assert (inventory.regions, dict(inventory.left_out)) == (TWO.enabled, dict(TWO.left_out))
    assert {group.region for group in inventory.of(SecurityGroup)} == set(TWO.enabled)
    assert [user.name for user in inventory.of(User)] == ["picket"]
    assert inventory.gaps == ()
    assert sorted(told) == sorted([GLOBAL, *TWO.enabled])


def test_each_thing_is_asked_once_and_counted(cloud, sessions):
    inventory = collect(sessions, ME, TWO, EVERYTHING, now=NOW)

    counted = cloud.calls.count()
    del counted["sts:GetCallerIdentity"]
    assert inventory.calls == dict(counted)
    assert inventory.calls["ec2:DescribeSecurityGroups"] == 2
    assert inventory.calls["iam:GetAccountAuthorizationDetails"] == 1


def test_what_is_refused_in_one_region_is_a_gap_there_alone(cloud, sessions):
    cloud.faults.deny("ec2", "DescribeSecurityGroups", region="eu-west-1")

    inventory = collect(sessions, ME, TWO, EVERYTHING, now=NOW)

    (gap,) = inventory.gaps
    assert (gap.account, gap.region, gap.record) == (HUB.id, "eu-west-1", "SecurityGroup")
    assert gap.permission == "ec2:DescribeSecurityGroups"
    assert {group.region for group in inventory.of(SecurityGroup)} == {"us-east-1"}


def test_a_refused_reading_is_a_gap_of_every_record_that_needs_it(cloud, sessions):
    cloud.faults.deny("iam", "GetCredentialReport")

    inventory = collect(sessions, ME, TWO, EVERYTHING, now=NOW)

    assert {gap.record for gap in inventory.gaps} == {"AccessKey", "User", "Root"}
    assert inventory.of(User) == ()
    assert inventory.of(Group) == ()
    assert inventory.gap(Group, GLOBAL) is None


def test_a_page_that_fails_leaves_a_gap_and_no_part(canned, sessions):
    first = {"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "g", "OwnerId": HUB.id}], "NextToken": "more"}
    asked = canned("ec2", "DescribeSecurityGroups", first, 500, region="eu-west-1")

    inventory = collect(sessions, ME, Regions(enabled=("eu-west-1",)), [a_check(SecurityGroup)], now=NOW)

    assert len(asked) == 2
    assert inventory.of(SecurityGroup) == ()
    assert [gap.record for gap in inventory.gaps] == ["SecurityGroup"]


def test_a_region_that_does_not_answer_is_a_gap_with_the_reason(cloud, sessions):
    cloud.faults.down("eu-west-1")

    inventory = collect(sessions, ME, TWO, [a_check(SecurityGroup)], now=NOW)

    (gap,) = inventory.gaps
    assert (gap.region, gap.permission) == ("eu-west-1", "")
    assert "did not answer" in gap.reason


def test_a_throttled_call_is_made_again_before_it_is_a_gap(cloud):
    cloud.faults.throttle("ec2", "DescribeSecurityGroups", times=1)

    inventory = collect(Sessions(Aws(), attempts=3), ME, TWO, [a_check(SecurityGroup)], now=NOW)

    assert inventory.gaps == ()


def test_an_account_whose_role_is_missing_is_gaps_and_no_crash(cloud):
    sessions = Sessions(Aws(read_role="Nobody"), attempts=1)

    inventory = collect(sessions, Account(id="111122223333"), TWO, EVERYTHING, now=NOW)

    assert {gap.permission for gap in inventory.gaps} == {"sts:AssumeRole"}
    assert len(inventory.gaps) == 6 + 3 * 2
    assert not any(inventory.records.values())


def test_what_the_progress_raises_ends_the_reading(cloud, sessions):
    class Stop(Exception):
        pass

    def stop(_):
        raise Stop

    with pytest.raises(Stop):
        collect(sessions, ME, TWO, EVERYTHING, now=NOW, progress=stop)


def test_the_read_policy_allows_exactly_what_is_called(cloud, sessions):
    from bot.aws import accounts
    from sandbox.aws.gaps.credential_report import RootUser, set_root

    set_root(HUB.id, RootUser(created=NOW, mfa="virtual"))
    cloud.client("ec2", HUB, "us-east-1").create_managed_prefix_list(
        PrefixListName="own", MaxEntries=1, AddressFamily="IPv4"
    )

    accounts.regions(sessions, HUB.id)
    collect(sessions, ME, TWO, EVERYTHING, now=NOW)

    assert set(cloud.calls.count()) - {"sts:GetCallerIdentity"} == set(read_actions(EVERYTHING))


def test_the_read_policy_is_sorted_and_no_wider_than_its_checks():
    policy = read_policy([a_check(PasswordPolicy)])

    assert policy["Statement"][0]["Action"] == ["iam:GetAccountPasswordPolicy"]
    assert list(read_actions(EVERYTHING)) == sorted(read_actions(EVERYTHING))
