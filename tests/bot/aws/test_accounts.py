"""Which regions of an account an audit looks at."""

import pytest

from bot.aws import accounts
from bot.aws.sessions import Sessions
from bot.config import Aws
from bot.errors import AwsDenied, AwsError
from sandbox.aws.accounts import HUB
from sandbox.aws.gaps import regions as sandbox_regions

ENABLED = ("eu-west-1", "us-east-1")


@pytest.fixture
def enabled(cloud, monkeypatch):
    monkeypatch.setitem(sandbox_regions.enabled, HUB.id, ENABLED)


@pytest.mark.usefixtures("enabled")
def test_regions_that_are_not_enabled_are_left_out_and_named(sessions):
    regions = accounts.regions(sessions, HUB.id)

    assert regions.enabled == ENABLED
    assert regions.left_out["ap-south-1"] == "not enabled in this account"


@pytest.mark.usefixtures("enabled")
def test_the_setting_and_what_was_asked_for_narrow_the_regions():
    sessions = Sessions(Aws(regions=("eu-west-1",)))

    assert accounts.regions(sessions, HUB.id).enabled == ("eu-west-1",)
    assert accounts.regions(sessions, HUB.id).left_out["us-east-1"] == "not in the setting aws.regions"
    assert accounts.regions(Sessions(Aws()), HUB.id, ["us-east-1"]).left_out == {}


@pytest.mark.usefixtures("enabled")
@pytest.mark.parametrize("asked", ["ap-south-1", "eu-nowhere-9"])
def test_an_audit_of_no_region_at_all_is_refused(sessions, asked):
    with pytest.raises(AwsError, match=asked):
        accounts.regions(sessions, HUB.id, [asked])


def test_regions_that_may_not_be_listed_are_no_empty_list(cloud, sessions):
    cloud.faults.deny("ec2", "DescribeRegions")

    with pytest.raises(AwsDenied) as refused:
        accounts.regions(sessions, HUB.id)

    assert refused.value.permission == "ec2:DescribeRegions"
