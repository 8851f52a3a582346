"""The company's accounts: each row of the checks has its fault, as any AWS client sees it, and its near miss."""

import base64
import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from sandbox.aws import Cloud, accounts
from sandbox.aws.accounts import ACCOUNTS, DEV, LOG, PROD, REGIONS
from sandbox.aws.seeds import alarms, relay
from sandbox.aws.seeds.faults import FAULTS, NEAR_MISSES

pytestmark = pytest.mark.xdist_group("sandbox-aws-seeds")
WORLD = "0.0.0.0/0"
Proof = Callable[["View"], object]


class View:
    """acme-prod as a reader finds it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.report = cache(self._report)

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return self.cloud.client(service, PROD, region)

    def _report(self) -> dict[str, dict[str, str]]:
        iam = self.client("iam")
        iam.generate_credential_report()
        text = iam.get_credential_report()["Content"].decode()
        return {row["user"]: row for row in csv.DictReader(io.StringIO(text))}

    def days(self, user: str, column: str) -> int:
        moment = datetime.fromisoformat(self.report()[user][column])
        return (datetime.now(UTC) - moment).days

    def group(self, name: str) -> Any:
        wanted = [{"Name": "group-name", "Values": [name]}]
        return self.client("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"][0]

    def ports_from(self, group: str, source: str) -> set[tuple[str, int | None, int | None]]:
        return {
            (each["IpProtocol"], each.get("FromPort"), each.get("ToPort"))
            for each in self.group(group)["IpPermissions"]
            if source in {one["CidrIp"] for one in each["IpRanges"]}
        }

    def instance(self, name: str) -> Any:
        found = self.client("ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": [name]}])
        return found["Reservations"][0]["Instances"][0]

    def interfaces_of(self, group: str) -> Any:
        wanted = [{"Name": "group-id", "Values": [self.group(group)["GroupId"]]}]
        return self.client("ec2").describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]

    def vpc(self, name: str) -> Any:
        return self.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [name]}])["Vpcs"][0]

    def trail(self, name: str, region: str = "us-east-1") -> Any:
        trails = self.client("cloudtrail", region).describe_trails(includeShadowTrails=False)["trailList"]
        return next(each for each in trails if each["Name"] == name)

    def tags(self, name: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.instance(name)["Tags"]}

    def document(self, policy: str) -> Any:
        iam = self.client("iam")
        arn = f"arn:aws:iam::{PROD.id}:policy/{policy}"
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


@pytest.fixture(scope="module")
def prod(company: Cloud) -> View:
    return View(company)


def trails_that_read(prod: View, region: str) -> list[str]:
    trails = prod.client("cloudtrail", region).describe_trails(includeShadowTrails=True)["trailList"]
    reading = []
    for trail in trails:
        home = prod.client("cloudtrail", trail["HomeRegion"])
        selectors = home.get_event_selectors(TrailName=trail["TrailARN"])["EventSelectors"]
        if home.get_trail_status(Name=trail["TrailARN"])["IsLogging"]:
            reading += [trail["Name"] for each in selectors if each["ReadWriteType"] != "WriteOnly"]
    return reading


def alarm_chains(prod: View) -> set[str]:
    """The alarms whose whole chain works."""
    filters = prod.client("logs").describe_metric_filters(logGroupName="/acme/cloudtrail")["metricFilters"]
    whole = {each["filterName"] for each in filters if each["filterPattern"] == alarms.PATTERNS[each["filterName"]]}
    working = set()
    for alarm in prod.client("cloudwatch").describe_alarms()["MetricAlarms"]:
        if alarm["MetricName"] in whole and alarm["ActionsEnabled"] and alarm["AlarmActions"]:
            topic = alarm["AlarmActions"][0]
            heard = prod.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
            if any(each["SubscriptionArn"].startswith("arn:") for each in heard):
                working.add(alarm["MetricName"])
    return working


def config_rules(prod: View, region: str) -> list[str]:
    return [rule["Name"] for rule in prod.client("events", region).list_rules()["Rules"]]


def old_open_findings(prod: View) -> list[str]:
    guardduty = prod.client("guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    criteria = {"Criterion": {"severity": {"Gte": 7}, "service.archived": {"Eq": ["false"]}}}
    ids = guardduty.list_findings(DetectorId=detector, FindingCriteria=criteria)["FindingIds"]
    found = guardduty.get_findings(DetectorId=detector, FindingIds=ids)["Findings"]
    return [one["Type"] for one in found if (datetime.now(UTC) - datetime.fromisoformat(one["CreatedAt"])).days > 7]


def distribution(prod: View, name: str) -> Any:
    listed = prod.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    return next(each for each in listed if each["Comment"] == name)


def certificates(prod: View) -> dict[str, Any]:
    acm = prod.client("acm")
    listed = acm.list_certificates(Includes={"keyTypes": ["EC_prime256v1", "RSA_2048"]})
    arns = [each["CertificateArn"] for each in listed["CertificateSummaryList"]]
    described = [acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    return {each["DomainName"]: each for each in described}


def image_permissions(prod: View, name: str) -> Any:
    ec2 = prod.client("ec2")
    wanted = [{"Name": "name", "Values": [name]}]
    image = ec2.describe_images(Owners=["self"], Filters=wanted)["Images"][0]["ImageId"]
    return ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"]


def key_pair_age(prod: View, name: str) -> int:
    (pair,) = prod.client("ec2").describe_key_pairs(KeyNames=[name])["KeyPairs"]
    return int((datetime.now(UTC) - pair["CreateTime"]).days)


def ssh_keys(prod: View, user: str) -> list[tuple[str, int]]:
    keys = prod.client("iam").list_ssh_public_keys(UserName=user)["SSHPublicKeys"]
    return [(each["Status"], (datetime.now(UTC) - each["UploadDate"]).days) for each in keys]


def snapshot_attributes(prod: View) -> Any:
    answer = prod.client("rds").describe_db_snapshot_attributes(DBSnapshotIdentifier="orders-legacy-final")
    return answer["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]


def database(prod: View, name: str) -> Any:
    return prod.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def warehouse(prod: View, name: str) -> Any:
    return prod.client("redshift").describe_clusters(ClusterIdentifier=name)["Clusters"][0]


def public_snapshots(prod: View) -> list[str]:
    ec2 = prod.client("ec2")
    return [
        each["Description"]
        for each in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
        if ec2.describe_snapshot_attribute(SnapshotId=each["SnapshotId"], Attribute="createVolumePermission")[
            "CreateVolumePermissions"
        ]
    ]


def environments_in(prod: View, vpc: str) -> set[str]:
    wanted = [{"Name": "vpc-id", "Values": [prod.vpc(vpc)["VpcId"]]}]
    return {
        tag["Value"]
        for reservation in prod.client("ec2").describe_instances(Filters=wanted)["Reservations"]
        for instance in reservation["Instances"]
        for tag in instance["Tags"]
        if tag["Key"] == "Environment"
    }


def s3_public(prod: View) -> bool:
    s3 = prod.client("s3")
    return bool(s3.get_bucket_policy_status(Bucket="acme-prod-trail-2019")["PolicyStatus"]["IsPublic"])


def user_data(prod: View, name: str) -> str:
    identity = prod.instance(name)["InstanceId"]
    answer = prod.client("ec2").describe_instance_attribute(InstanceId=identity, Attribute="userData")
    return base64.b64decode(answer["UserData"]["Value"]).decode()


PASSWORDS: Callable[[View], Any] = lambda prod: (  # noqa: E731
    prod.client("iam").get_account_password_policy()["PasswordPolicy"]
)

PROOFS: dict[int, Proof] = {
    1: lambda prod: [bool(trails_that_read(prod, region)) for region in REGIONS] == [True, True, False, False],
    2: lambda prod: (
        not prod.trail("audit-eu-west-1", "eu-west-1")["LogFileValidationEnabled"]
        and prod.trail("audit-us-east-1")["LogFileValidationEnabled"]
    ),
    3: lambda prod: (
        set(alarms.PATTERNS) - alarm_chains(prod) == {"vpc-change", "unauthorized-api", "root-use", "nacl-change"}
        and "CloudWatchLogsLogGroupArn" not in prod.trail("audit-eu-west-1", "eu-west-1")
    ),
    4: lambda prod: "LoggingEnabled" not in prod.client("s3").get_bucket_logging(Bucket="acme-prod-trail-2019"),
    5: lambda prod: (
        [each["ResourceId"] for each in prod.client("ec2").describe_flow_logs()["FlowLogs"]]
        == [prod.vpc("main")["VpcId"]]
    ),
    6: lambda prod: prod.report()["team-ops"]["password_enabled"] == "true",
    7: lambda prod: (
        [prod.report()[name]["mfa_active"] for name in ("contractor-marek", "team-ops", "anna.kivinen")]
        == ["false", "false", "true"]
    ),
    8: lambda prod: "MFADelete" not in prod.client("s3").get_bucket_versioning(Bucket="acme-prod-trail-2019"),
    9: lambda prod: (
        prod.report()["jonas.berg"]["password_enabled"] == "true"
        and prod.report()["jonas.berg"]["access_key_1_active"] == "true"
    ),
    10: lambda prod: (
        prod.client("iam").list_user_policies(UserName="contractor-marek")["PolicyNames"]
        and prod.client("iam").list_attached_user_policies(UserName="jonas.berg")["AttachedPolicies"]
    ),
    11: lambda prod: (
        [prod.days(name, "access_key_1_last_rotated") for name in ("ci-deploy", "metrics-export")] == [417, 90]
    ),
    12: lambda prod: (
        prod.document("legacy-full-access")["Statement"][0]["Action"] == "*"
        and prod.document("s3-everything")["Statement"][0]["Action"] == "s3:*"
        and "iam:PassRole" in prod.document("developer-tools")["Statement"][0]["Action"]
        and "Condition"
        not in prod.client("iam").get_role(RoleName="partner-import")["Role"]["AssumeRolePolicyDocument"]["Statement"][
            0
        ]
    ),
    13: lambda prod: PASSWORDS(prod)["MinimumPasswordLength"] == 10,
    14: lambda prod: not PASSWORDS(prod)["ExpirePasswords"] and PASSWORDS(prod)["PasswordReusePrevention"] == 5,
    15: lambda prod: (
        certificates(prod)["old.acme.example"]["NotAfter"] < datetime.now(UTC)
        and (certificates(prod)["api.acme.example"]["NotAfter"] - datetime.now(UTC)).days == 12
        and (certificates(prod)["shop.acme.example"]["NotAfter"] - datetime.now(UTC)).days == 45
        and certificates(prod)["old.acme.example"]["Status"] == "EXPIRED"
    ),
    16: lambda prod: (
        distribution(prod, "downloads.acme.example")["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "allow-all"
        and not distribution(prod, "retired.acme.example")["Enabled"]
        and distribution(prod, "downloads.acme.example")["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1"
    ),
    17: s3_public,
    18: lambda prod: (
        "KmsKeyId" not in prod.trail("audit-eu-west-1", "eu-west-1") and prod.trail("acme-global")["KmsKeyId"]
    ),
    19: lambda prod: (
        public_snapshots(prod) == ["handed to the auditors in 2024"]
        and [prod.client("ec2", region).get_ebs_encryption_by_default()["EbsEncryptionByDefault"] for region in REGIONS]
        == [True, False, True, True]
    ),
    20: lambda prod: (
        "IamInstanceProfile" not in prod.instance("db-legacy-1")
        and "AWS_SECRET_ACCESS_KEY=" in user_data(prod, "batch-worker")
    ),
    21: lambda prod: environments_in(prod, "legacy") == {"prod", "staging"} and prod.instance("quick-test")["VpcId"],
    22: lambda prod: ("tcp", 30000, 31000) in prod.ports_from("ftp-passive", "203.0.113.64/28"),
    23: lambda prod: prod.ports_from("partners", "198.18.0.0/15") and prod.interfaces_of("partners"),
    24: lambda prod: prod.days("<root_account>", "password_last_used") == 12,
    25: lambda prod: prod.ports_from("app-ssh", "10.0.0.0/16") == {("tcp", 22, 22)} and prod.interfaces_of("app-ssh"),
    26: lambda prod: (
        "Owner" not in prod.tags("batch-worker")
        and prod.tags("search-1")["Environment"] == "prd1"
        and prod.instance("_app 2!")
    ),
    27: lambda prod: (
        not database(prod, "orders-legacy")["StorageEncrypted"]
        and not warehouse(prod, "analytics")["Encrypted"]
        and "all" in snapshot_attributes(prod)[0]["AttributeValues"]
    ),
    28: lambda prod: prod.client("iam").get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1,
    29: lambda prod: key_pair_age(prod, "ops-2023") == 1100 and ssh_keys(prod, "jonas.berg") == [("Active", 400)],
    30: lambda prod: (
        not prod.interfaces_of("old-jenkins")
        and prod.ports_from("web-public", WORLD) == prod.ports_from("web-public-copy", WORLD)
    ),
    31: lambda prod: (
        not prod.client("iam").get_group(GroupName="interns")["Users"]
        and not prod.client("iam").list_attached_group_policies(GroupName="readers")["AttachedPolicies"]
    ),
    32: lambda prod: (
        [prod.days(name, "access_key_1_last_used_date") for name in ("legacy-backup", "invoice-sync")] == [212, 30]
    ),
    33: lambda prod: (
        prod.report()["legacy-backup"]["password_enabled"] == "false"
        and prod.days("sara.haddad", "password_last_used") == 90
    ),
    34: lambda prod: ssh_keys(prod, "ci-deploy") == [("Inactive", 200)] and key_pair_age(prod, "marek-laptop") == 80,
    35: lambda prod: (
        image_permissions(prod, "acme-base-2021") == [{"Group": "all"}]
        and image_permissions(prod, "acme-app") == [{"UserId": "999988887777"}]
        and image_permissions(prod, "acme-base-2026") == [{"UserId": DEV.id}]
    ),
    36: lambda prod: prod.ports_from("search-nodes", WORLD) == {("tcp", 9200, 9200)},
    37: lambda prod: prod.ports_from("everything-open", WORLD) == {("-1", None, None)},
    38: lambda prod: (
        database(prod, "orders-legacy")["PubliclyAccessible"]
        and warehouse(prod, "analytics")["PubliclyAccessible"]
        and not database(prod, "orders")["PubliclyAccessible"]
    ),
    39: lambda prod: (
        prod.group("worker")["IpPermissionsEgress"][0]["IpProtocol"] == "-1" and prod.interfaces_of("worker")
    ),
    40: lambda prod: (
        prod.ports_from("db-legacy", WORLD) == {("tcp", 22, 22), ("tcp", 3306, 3306)}
        and prod.interfaces_of("db-legacy")[0]["Association"]["PublicIp"]
    ),
    41: lambda prod: (
        [
            [each["recording"] for each in answer["ConfigurationRecordersStatus"]]
            for answer in (prod.client("config", region).describe_configuration_recorder_status() for region in REGIONS)
        ]
        == [[True], [True], [True], []]
    ),
    42: lambda prod: (
        not prod.client("config", "eu-west-1").describe_configuration_recorders()["ConfigurationRecorders"][0][
            "recordingGroup"
        ]["allSupported"]
    ),
    43: lambda prod: (
        "config-changes" in config_rules(prod, "us-east-1") and "config-changes" not in config_rules(prod, "eu-north-1")
    ),
    44: lambda prod: (
        "configSnapshotDeliveryProperties"
        not in prod.client("config", "eu-north-1").describe_delivery_channels()["DeliveryChannels"][0]
    ),
    45: lambda prod: (
        old_open_findings(prod) == ["CryptoCurrency:EC2/BitcoinTool.B!DNS"]
        and [len(prod.client("guardduty", region).list_detectors()["DetectorIds"]) for region in REGIONS]
        == [1, 1, 1, 0]
    ),
    46: lambda prod: [relay.RULE in config_rules(prod, region) for region in REGIONS] == [True, True, False, True],
}


@pytest.mark.parametrize("row", range(1, 47))
def test_each_row_of_the_checks_has_its_fault_in_acme_prod(prod: View, row: int) -> None:
    assert FAULTS[row]
    assert PROOFS[row](prod)


def test_the_table_names_each_row_once_and_near_misses_beside_faults() -> None:
    assert list(FAULTS) == list(range(1, 47))
    assert set(NEAR_MISSES) <= set(FAULTS)


def test_the_accounts_are_one_organisation_that_the_hub_can_list(company: Cloud, as_bot: Any) -> None:
    listed = as_bot(company, "organizations").list_accounts()["Accounts"]
    assert {(each["Id"], each["Name"]) for each in listed} == {(each.id, each.name) for each in ACCOUNTS}


def test_each_account_has_four_regions_and_refuses_calls_elsewhere(company: Cloud, as_bot: Any) -> None:
    role = accounts.role_arn(PROD, accounts.READ_ROLE)
    regions = as_bot(company, "ec2", role).describe_regions(AllRegions=True)["Regions"]
    enabled = {each["RegionName"] for each in regions if each["OptInStatus"] != "not-opted-in"}
    assert enabled == set(REGIONS)
    with pytest.raises(Exception, match="AuthFailure"):
        as_bot(company, "ec2", role, region_name="us-west-2").describe_vpcs()


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.name)
def test_the_read_role_reads_and_the_remediation_role_changes_little(
    company: Cloud, as_bot: Any, account: accounts.Account
) -> None:
    read = as_bot(company, "iam", accounts.role_arn(account, accounts.READ_ROLE))
    assert read.list_users()["Users"] is not None
    with pytest.raises(Exception, match="AccessDenied"):
        read.update_access_key(UserName="nobody", AccessKeyId="AKIA0000000000000000", Status="Inactive")
    fix = as_bot(company, "iam", accounts.role_arn(account, accounts.REMEDIATION_ROLE))
    with pytest.raises(Exception, match="AccessDenied"):
        fix.create_user(UserName="mallory")
    with pytest.raises(Exception, match="AccessDenied"):
        as_bot(company, "iam").list_users()
    assert company.calls.count(account.id, accounts.READ_ROLE)["iam:ListUsers"]


def test_the_log_archive_is_as_it_should_be(company: Cloud) -> None:
    s3 = company.client("s3", LOG)
    assert s3.get_bucket_versioning(Bucket="acme-log-archive")["MFADelete"] == "Enabled"
    assert s3.get_bucket_logging(Bucket="acme-log-archive")["LoggingEnabled"]
    (trail,) = company.client("cloudtrail", LOG).describe_trails()["trailList"]
    assert trail["IsMultiRegionTrail"]
    assert trail["KmsKeyId"]


# the story's doors


def take(company: Cloud) -> list[dict[str, Any]]:
    sqs = company.client("sqs", accounts.HUB)
    events = []
    while messages := sqs.receive_message(QueueUrl=company.queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            events.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=company.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return events


@pytest.mark.parametrize(
    ("kind", "parts", "resource"),
    [
        (
            "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
            {"user": "ci-deploy", "ip": "198.51.100.77"},
            "AccessKey",
        ),
        ("UnauthorizedAccess:EC2/SSHBruteForce", {"instance": "db-legacy-1"}, "Instance"),
        ("CryptoCurrency:EC2/BitcoinTool.B!DNS", {"instance": "old-demo"}, "Instance"),
        ("Policy:S3/BucketAnonymousAccessGranted", {"bucket": "acme-prod-exports"}, "S3Bucket"),
    ],
)
def test_a_finding_of_the_story_reaches_the_hub_s_queue_and_can_be_read(
    company: Cloud, as_bot: Any, kind: str, parts: dict[str, str], resource: str
) -> None:
    take(company)
    identity = company.guardduty_finding(PROD, "us-east-1", type=kind, severity=8, **parts)

    (event,) = take(company)
    detail = event["detail"]
    assert (event["account"], detail["id"], detail["severity"]) == (PROD.id, identity, 8)
    assert detail["resource"]["resourceType"] == resource
    assert set(parts.values()) <= set(_texts(detail))

    guardduty = as_bot(company, "guardduty", accounts.role_arn(PROD, accounts.READ_ROLE))
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    (read,) = guardduty.get_findings(DetectorId=detector, FindingIds=[identity])["Findings"]
    assert (read["Type"], read["Resource"]["ResourceType"]) == (kind, resource)


def _texts(node: Any) -> list[str]:
    if isinstance(node, dict | list):
        return [text for each in (node.values() if isinstance(node, dict) else node) for text in _texts(each)]
    return [str(node)]


def test_events_of_other_accounts_and_regions_reach_the_queue_too(company: Cloud) -> None:
    take(company)
    company.guardduty_finding(DEV, "eu-west-1", type="UnauthorizedAccess:EC2/SSHBruteForce", instance="dev-1")
    company.guardduty_finding(LOG, "ap-southeast-2", type="Backdoor:Lambda/C&CActivity.B")
    company.guardduty_finding(PROD, "eu-north-1", type="Backdoor:Lambda/C&CActivity.B")  # row 46
    assert [(event["account"], event["region"]) for event in take(company)] == [
        (DEV.id, "eu-west-1"),
        (LOG.id, "ap-southeast-2"),
    ]


def test_an_alarm_of_the_story_reaches_the_queue(company: Cloud) -> None:
    take(company)
    company.alarm(PROD, "us-east-1", "orders-api-latency", "ALARM", "2.4 > 1.0")
    (event,) = take(company)
    assert event["detail"]["alarmName"] == "orders-api-latency"
    assert (event["account"], event["detail"]["state"]["value"]) == (PROD.id, "ALARM")


def test_a_finding_about_nothing_that_exists_is_an_error(company: Cloud) -> None:
    with pytest.raises(LookupError, match="no IAM user 'nobody'"):
        company.guardduty_finding(PROD, "us-east-1", type="Recon:IAMUser/TorIPCaller", user="nobody")


def test_the_queue_sends_poison_to_the_dead_letter_queue_after_five_receipts(company: Cloud) -> None:
    sqs = company.client("sqs", accounts.HUB)
    attributes = sqs.get_queue_attributes(QueueUrl=company.queue_url, AttributeNames=["RedrivePolicy"])
    redrive = json.loads(attributes["Attributes"]["RedrivePolicy"])
    dead = sqs.get_queue_attributes(QueueUrl=company.dead_letter_url, AttributeNames=["QueueArn"])
    assert redrive == {
        "deadLetterTargetArn": dead["Attributes"]["QueueArn"],
        "maxReceiveCount": 5,
    }
