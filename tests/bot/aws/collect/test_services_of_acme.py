"""The company of the sandbox: what the checks of IAM's policies, databases, CloudFront, Config … find in it."""

from datetime import UTC, datetime

import pytest

from bot.aws.accounts import Regions
from bot.aws.collect import collect
from bot.aws.errors import ACTIONS
from bot.aws.permissions import read_actions
from bot.aws.sessions import Sessions
from bot.config import Account, Aws
from checks import (
    certificates,
    cloudfront,
    config,
    guardduty,
    iam_groups,
    iam_people,
    iam_policies,
    iam_roles,
    rds,
    redshift,
)
from checks.catalog import checks_of
from checks.judge import judge
from checks.model import Status
from checks.settings import CheckSettings
from sandbox.aws import Cloud
from sandbox.aws.accounts import ACCOUNTS, DEV, EXTERNAL_ID, PROD, READ_ROLE, REGIONS
from sandbox.aws.seeds.faults import FAULTS

pytestmark = pytest.mark.xdist_group("acme-services")

MODULES = (
    certificates,
    cloudfront,
    config,
    guardduty,
    iam_groups,
    iam_people,
    iam_policies,
    iam_roles,
    rds,
    redshift,
)
CHECKS = tuple(check for module in MODULES for check in checks_of(module))
MADE = [fault for faults in FAULTS.values() for fault in faults if fault.check in {check.id for check in CHECKS}]

ADMINS = {"legacy-full-access", "unattached-admin", "AdministratorAccess"}
"""Each fails all three questions to a policy."""
TOO = {(check, name) for check in ("iam-policy-service-admin", "iam-privilege-escalation") for name in ADMINS}
TOO |= {("iam-policy-admin", name) for name in ADMINS}
"""What is found besides the faults that were put there one by one."""


@pytest.fixture(scope="module")
def acme():
    """Each account's inventory and findings by the account's name."""
    with Cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        cloud.seed()
        _cluster(cloud.client("rds", DEV, "eu-west-1"))
        _balancer(cloud)
        cloud.client("ec2", DEV, "eu-west-1").create_managed_prefix_list(
            PrefixListName="offices", MaxEntries=1, AddressFamily="IPv4"
        )
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        named = tuple(Account(id=account.id, name=account.name) for account in ACCOUNTS)
        sessions = Sessions(Aws(accounts=named, read_role=READ_ROLE, external_id=EXTERNAL_ID), attempts=1)
        settings = CheckSettings(event_queue=cloud.queue_url)
        inventories = {
            one.name: collect(sessions, one, Regions(enabled=REGIONS), CHECKS, now=datetime.now(UTC)) for one in named
        }
        yield {name: (inventory, list(judge(inventory, CHECKS, settings))) for name, inventory in inventories.items()}


def _cluster(rds_api):
    """A snapshot of a cluster that is not encrypted: to be asked about as one of an instance is."""
    secret = {"MasterUsername": "acme", "MasterUserPassword": "Correct-horse-7"}
    rds_api.create_db_cluster(DBClusterIdentifier="shop", Engine="aurora-mysql", **secret)
    rds_api.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="shop-1", DBClusterIdentifier="shop")


def _balancer(cloud):
    """What serves acme-prod's certificate of IAM."""
    (certificate,) = cloud.client("iam", PROD).list_server_certificates()["ServerCertificateMetadataList"]
    subnets = [subnet["SubnetId"] for subnet in cloud.client("ec2", PROD).describe_subnets()["Subnets"][:2]]
    api = cloud.client("elbv2", PROD)
    balancer = api.create_load_balancer(Name="legacy-elb", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    api.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate["Arn"]}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )


@pytest.fixture(scope="module")
def prod(acme):
    return acme["acme-prod"][1]


def said(finding):
    return f"{finding.resource} {finding.evidence}"


def test_nothing_is_hidden_from_the_role_that_reads(acme):
    assert [inventory.gaps for inventory, _ in acme.values()] == [(), (), ()]


@pytest.mark.parametrize("fault", MADE, ids=lambda fault: f"{fault.check}-{fault.region}-{fault.resource}")
def test_each_fault_of_acme_prod_is_found(prod, fault):
    failed = [f for f in prod if (f.check, f.region, f.status) == (fault.check, fault.region, Status.FAIL)]
    # the account is named by its number, the rest by what people call it
    account = f"AWS::::Account:{next(a.id for a in ACCOUNTS if a.name == 'acme-prod')}"
    name = account if fault.resource == "acme-prod" else fault.resource
    assert any(name in said(f) for f in failed), failed


def test_nothing_else_is_found_in_acme_prod(prod):
    failed = [f for f in prod if f.status is Status.FAIL]
    made = {(fault.check, fault.region) for fault in MADE}
    assert {(f.check, f.region) for f in failed} == made
    besides = {(f.check, f.resource.rpartition("/")[2]) for f in failed if f.check in {check for check, _ in TOO}}
    assert besides == TOO | {
        ("iam-policy-service-admin", "s3-everything"),
        ("iam-privilege-escalation", "developer-tools"),
    }


@pytest.mark.parametrize(
    ("check_id", "name"),
    [
        ("iam-policy-service-admin", "policy/web-assets"),
        ("iam-privilege-escalation", "policy/image-builder"),
        ("iam-policy-admin", "policy/nothing"),
        ("iam-role-trusts-anyone", "role/monitoring-vendor"),
        ("iam-role-trusts-anyone", "role/PicketRead"),
    ],
)
def test_what_is_almost_wrong_in_acme_prod_passes(prod, check_id, name):
    assert [f.status for f in prod if f.check == check_id and f.resource.endswith(f":{name}")] == [Status.PASS]


def test_a_policy_that_nobody_holds_is_low_at_most(prod):
    assert {str(f.severity) for f in prod if f.resource.endswith("/unattached-admin")} == {"low"}


def test_certificates_and_distributions_that_are_almost_wrong_are_not_failed(prod):
    failed = " ".join(said(f) for f in prod if f.status is Status.FAIL)
    for name in ("shop.acme.example", "new.acme.example", "retired.acme.example", "www.acme.example"):
        assert name not in failed


def test_an_expired_certificate_that_is_served_is_critical(prod):
    served = [
        f for f in prod if f.check in ("acm-certificate-expired", "iam-certificate-expired") and f.status == "FAIL"
    ]
    assert {str(f.severity) for f in served} == {"critical"}
    assert all("loadbalancer/app/" in f.evidence["used_by"][0] for f in served)


def test_findings_of_six_days_ago_and_archived_ones_are_not_left_open(prod):
    found = [f for f in prod if f.check == "guardduty-finding-left-open"]
    assert sorted(str(f.status) for f in found) == ["FAIL", "PASS"]


def test_a_public_database_is_critical_with_the_rule_that_opens_it(prod):
    (finding,) = [f for f in prod if f.check == "rds-public" and f.status is Status.FAIL]
    assert str(finding.severity) == "critical"
    assert "tcp 3306 from 0.0.0.0/0" in finding.evidence["open_by"][0]


def test_findings_are_relayed_over_the_hubs_bus_from_each_account(acme):
    for name, (_, findings) in acme.items():
        relayed = {f.region: str(f.status) for f in findings if f.check == "guardduty-not-relayed"}
        missing = {"acme-prod": {"eu-north-1": "FAIL"}}.get(name, {})
        assert relayed == {r: missing.get(r, "PASS") for r in REGIONS if (name, r) != ("acme-prod", "ap-southeast-2")}


def test_configs_bucket_is_judged_where_it_lies_and_unknown_elsewhere(acme):
    judged = {
        name: [(f.resource, str(f.status)) for f in findings if f.check == "config-bucket-public"]
        for name, (_, findings) in acme.items()
    }
    archive = "arn:aws:s3:::acme-log-archive"
    unknown = [(archive, "UNKNOWN")]
    assert judged == {"acme-log": [(archive, "PASS")], "acme-prod": unknown, "acme-dev": unknown}


def test_the_log_account_is_as_it_should_be(acme):
    assert [said(f) for f in acme["acme-log"][1] if f.status is not Status.PASS] == []


def test_what_is_called_is_what_the_read_policy_allows(acme):
    called = {name for inventory, _ in acme.values() for name in inventory.calls}
    actions = {ACTIONS.get(name, name) for name in called}
    assert actions | {"ec2:DescribeRegions"} == set(read_actions(CHECKS))


def test_each_thing_is_read_once(acme):
    calls = acme["acme-prod"][0].calls
    once_a_region = (
        "acm:ListCertificates",
        "config:DescribeConfigurationRecorders",
        "config:DescribeDeliveryChannels",
        "events:ListRules",
        "guardduty:ListDetectors",
        "rds:DescribeDBInstances",
        "rds:DescribeDBClusters",
        "redshift:DescribeClusters",
        "ec2:DescribeSecurityGroups",
    )
    assert {name: calls[name] for name in once_a_region} == dict.fromkeys(once_a_region, len(REGIONS))
    once = ("iam:GetAccountAuthorizationDetails", "iam:ListServerCertificates", "cloudfront:ListDistributions")
    assert {name: calls[name] for name in once} == dict.fromkeys(once, 1)
