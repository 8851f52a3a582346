"""What is wrong, in the same words whichever source noticed."""

import pytest

from bot.alerts import Source, vocabulary
from bot.alerts.problems import known, problem
from bot.alerts.resources import canonical
from tests.alerting import ACCOUNT, a_signal

GROUP = f"arn:aws:ec2:eu-north-1:{ACCOUNT}:security-group/sg-0a1b2c3d"
TRAIL = f"arn:aws:cloudtrail:eu-north-1:{ACCOUNT}:trail/main"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
WHOLE = f"AWS::::Account:{ACCOUNT}"
BUCKET = "arn:aws:s3:::acme-public"
INSTANCE = f"arn:aws:ec2:eu-north-1:{ACCOUNT}:instance/i-0a1b2c3d4e5f60718"


def told(source, type_, resource, region="eu-north-1", **facts):
    return a_signal(source=Source(source), type=type_, resource=resource, region=region, facts=facts)


def an_alarm(metric="CPUUtilization", instance="i-0a1b2c3d4e5f60718", namespace="AWS/EC2"):
    dimensions = [{"Name": "InstanceId", "Value": instance}]
    return {"MetricStat": {"Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}}}


SAME = {
    "cloudtrail-stopped": [
        told("guardduty", "Stealth:IAMUser/CloudTrailLoggingDisabled", f"arn:aws:iam::{ACCOUNT}:user/eve", "global"),
        told("cloudtrail", "StopLogging", TRAIL),
        told("cloudtrail", "DeleteTrail", TRAIL, "us-west-2", event_name="DeleteTrail"),
        told("securityhub", "CloudTrail.1", WHOLE, "us-east-1", control_id="CloudTrail.1"),
        told("config", "cloudtrail-enabled", WHOLE, resource_type="AWS::::Account"),
        told("config", "securityhub-multi-region-cloudtrail-enabled-0a1b2c3d", ACCOUNT),
        told("audit", "cloudtrail-region-uncovered", WHOLE),
        told("cloudwatch", "trail", "arn:aws:cloudwatch:x:1:alarm:trail",
             practice="cloudwatch-no-alarm-cloudtrail-change"),
    ],
    "iam-root-used": [
        told("guardduty", "Policy:IAMUser/RootCredentialUsage", ROOT, "global"),
        told("cloudtrail", "ConsoleLogin", ROOT, "us-east-1", user_type="Root"),
        told("audit", "iam-root-used", ROOT, "global"),
        told("cloudwatch", "root", "arn:aws:cloudwatch:x:1:alarm:root", practice="cloudwatch-no-alarm-root-use"),
    ],
    "ec2-sg-open-ssh": [
        told("audit", "ec2-sg-open-ssh", GROUP),
        told("securityhub", "EC2.13", GROUP, control_id="EC2.13"),
        told("config", "restricted-ssh", "sg-0a1b2c3d", resource_type="AWS::EC2::SecurityGroup"),
        told("config", "INCOMING_SSH_DISABLED", GROUP),
        told("securityhub", "picket", GROUP, check="ec2-sg-open-ssh"),
    ],
    "s3-bucket-public": [
        told("guardduty", "Policy:S3/BucketAnonymousAccessGranted", BUCKET),
        told("securityhub", "S3.2", BUCKET, "us-east-1", control_id="S3.2"),
        told("config", "s3-bucket-public-read-prohibited", "acme-public", resource_type="AWS::S3::Bucket"),
        told("audit", "cloudtrail-bucket-public", BUCKET),
    ],
    "instance-abused": [
        told("guardduty", "CryptoCurrency:EC2/BitcoinTool.B!DNS", INSTANCE),
        told("guardduty", "Backdoor:EC2/DenialOfService.Dns", INSTANCE),
        told("securityhub", "any", INSTANCE, guardduty_type="CryptoCurrency:EC2/BitcoinTool.B!DNS"),
        told("cloudwatch", "busy", f"arn:aws:cloudwatch:eu-north-1:{ACCOUNT}:alarm:busy", metrics=[an_alarm()]),
    ],
    "iam-key-old": [
        told("audit", "iam-key-old", f"arn:aws:iam::{ACCOUNT}:user/alice/access-key/AKIA1", "global"),
        told("securityhub", "IAM.3", f"arn:aws:iam::{ACCOUNT}:user/alice", "us-east-1", control_id="IAM.3"),
        told("config", "access-keys-rotated", "alice", resource_type="AWS::IAM::User"),
    ],
    "rds-public": [
        told("audit", "rds-public", f"arn:aws:rds:eu-north-1:{ACCOUNT}:db:orders"),
        told("securityhub", "RDS.2", f"arn:aws:rds:eu-north-1:{ACCOUNT}:db:orders", control_id="RDS.2"),
        told("config", "rds-instance-public-access-check", "orders", resource_type="AWS::RDS::DBInstance"),
    ],
    "guardduty-off": [
        told("audit", "guardduty-off", WHOLE),
        told("securityhub", "GuardDuty.1", WHOLE, control_id="GuardDuty.1"),
        told("config", "guardduty-enabled-centralized", ACCOUNT),
        told("cloudtrail", "DeleteDetector", f"arn:aws:guardduty:eu-north-1:{ACCOUNT}:detector/d1"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAME))
def test_all_sources_say_the_same_of_the_same(name):
    said = {problem(signal) for signal in SAME[name]}

    assert {each.name for each in said} == {name}
    assert len(said) == 1, "one region, one resource, one reason"


@pytest.mark.parametrize(
    "signal",
    [
        told("cloudtrail", "ConsoleLogin", f"arn:aws:iam::{ACCOUNT}:user/alice", user_type="IAMUser"),
        told("cloudwatch", "busy", "arn:aws:cloudwatch:eu-north-1:1:alarm:busy", metrics=[an_alarm("DiskReadOps")]),
        told("cloudwatch", "busy", "arn:aws:cloudwatch:eu-north-1:1:alarm:busy",
             metrics=[an_alarm(), an_alarm(instance="i-1111111111111111")]),
        told("securityhub", "EC2.18", GROUP, control_id="EC2.18"),
        told("config", "made-by-the-operator", GROUP),
        told("picket", "drill", "the queue of events"),
    ],
    ids=["a user's sign-in", "disks", "two instances", "a control of many checks", "an unknown rule", "Picket"],
)  # fmt: skip
def test_what_no_other_source_tells_of_is_the_sources_own(signal):
    assert problem(signal).name == f"{signal.source}:{signal.type}"


def test_what_security_hub_passes_on_of_guardduty_is_guarddutys():
    kind = "Recon:EC2/PortProbeUnprotectedPort"

    assert problem(told("guardduty", kind, INSTANCE)) == problem(
        told("securityhub", "x", INSTANCE, guardduty_type=kind)
    )


def test_the_tables_name_only_problems_that_are_known():
    tables = (vocabulary.CHECKS, vocabulary.PRACTICES, vocabulary.CONTROLS, vocabulary.RULES, vocabulary.EVENTS,
              vocabulary.ROOT_EVENTS, dict(vocabulary.FINDINGS))  # fmt: skip

    assert [name for table in tables for name in table.values() if not known(name)] == []


@pytest.mark.parametrize(
    ("name", "kind", "region", "arn"),
    [
        ("i-0a1b2c3d4e5f60718", "", "cn-north-1", f"arn:aws-cn:ec2:cn-north-1:{ACCOUNT}:instance/i-0a1b2c3d4e5f60718"),
        ("acme", "AWS::S3::Bucket", "us-gov-west-1", "arn:aws-us-gov:s3:::acme"),
        (ACCOUNT, "", "eu-north-1", WHOLE),
        ("anything", "AWS::::Account", "eu-north-1", WHOLE),
        ("arn:aws:ec2:eu-north-1::snapshot/snap-1", "", "eu-north-1",
         f"arn:aws:ec2:eu-north-1:{ACCOUNT}:snapshot/snap-1"),
        ("the queue of events", "", "global", "the queue of events"),
    ],
)  # fmt: skip
def test_a_resource_has_one_name_in_every_partition(name, kind, region, arn):
    assert canonical(name, ACCOUNT, region, kind=kind) == arn
    assert canonical(arn, ACCOUNT, region) == arn
