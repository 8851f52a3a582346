"""Which accounts belong together."""

from bot.aws.collect import organization
from checks.inventory import Gap
from sandbox.aws.accounts import HUB


def test_an_account_without_an_organisation_has_an_empty_one(source):
    (one,) = organization.organization(source())
    assert (one.id, one.accounts, one.arn) == ("", (), f"AWS::::Account:{HUB.id}")


def test_an_organisation_lists_its_accounts_to_those_who_may(cloud, source):
    cloud.client("organizations", HUB).create_organization(FeatureSet="ALL")
    (one,) = organization.organization(source())
    assert one.id.startswith("o-")
    assert one.accounts == (HUB.id,)
    cloud.faults.deny("organizations", "ListAccounts")
    (one,) = organization.organization(source())
    assert isinstance(one.accounts, Gap)
    assert one.accounts.permission == "organizations:ListAccounts"
