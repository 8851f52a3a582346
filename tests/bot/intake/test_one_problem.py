"""Events of one problem as AWS sends them, in every order: one card."""

import json
from itertools import permutations

import pytest

from bot import relay
from bot.alerts.problems import problem
from bot.intake.parse import parse
from bot.store import alerts
from tests.alerting import ACCOUNT, FINDING, NOW, a_finding, a_key_finding, an_alarm_event, eventbridge, services

AT = "2026-11-25T08:00:00Z"
REGION = "eu-north-1"


def an_event(kind, source, detail):
    return {"version": "0", "id": f"{kind}-{source}", "detail-type": kind, "source": source, "account": ACCOUNT,
            "time": AT, "region": REGION, "resources": [], "detail": detail}  # fmt: skip


def a_call(name, service="cloudtrail", who=None, kind="AWS API Call via CloudTrail", **parts):
    """As CloudTrail tells of it; by eve, of the trail, by default."""
    user = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/eve", "accountId": ACCOUNT, "userName": "eve"}
    detail = {"eventVersion": "1.10", "eventSource": f"{service}.amazonaws.com", "eventName": name, "eventTime": AT,
              "awsRegion": REGION, "eventID": f"x-{name}", "sourceIPAddress": "198.51.100.23",
              "userIdentity": who or user, "recipientAccountId": ACCOUNT,
              "requestParameters": {"name": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"}}  # fmt: skip
    return an_event(kind, f"aws.{service}", {**detail, **parts})


def a_judgement(rule, kind="AWS::::Account", id_=ACCOUNT):
    """Of AWS Config: it does not comply."""
    return an_event(
        "Config Rules Compliance Change",
        "aws.config",
        {
            "messageType": "ComplianceChangeNotification",
            "configRuleName": rule,
            "awsAccountId": ACCOUNT,
            "awsRegion": REGION,
            "resourceType": kind,
            "resourceId": id_,
            "newEvaluationResult": {"complianceType": "NON_COMPLIANT", "resultRecordedTime": AT},
            "notificationCreationTime": AT,
        },
    )


def a_control(control, kind="AwsAccount", id_=f"AWS::::Account:{ACCOUNT}", **parts):
    """A finding of Security Hub: it failed."""
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:security-control/{control}/finding/1",
        "ProductArn": f"arn:aws:securityhub:{REGION}::product/aws/securityhub",
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": ACCOUNT,
        "Region": REGION,
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": AT,
        "UpdatedAt": AT,
        "Severity": {"Label": "HIGH"},
        "Title": control,
        "Description": "It failed.",
        "Resources": [{"Type": kind, "Id": id_}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        **parts,
    }
    return an_event("Security Hub Findings - Imported", "aws.securityhub", {"findings": [finding]})


def an_alarm_on(name, namespace="CISBenchmark"):
    event = an_alarm_event()
    metric = {"namespace": namespace, "name": name, "dimensions": {}}
    event["detail"]["configuration"]["metrics"][0]["metricStat"]["metric"] = metric
    event["detail"]["alarmName"] = name
    return event


ROOT = {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT}
GROUP = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-0a1b2c3d"
INSTANCE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0a1b2c3d4e5f60718"
PROBLEMS = {
    "a stopped trail": [
        a_call("StopLogging"),
        eventbridge(a_key_finding(type="Stealth:IAMUser/CloudTrailLoggingDisabled")),
        a_judgement("cloudtrail-enabled"),
        a_control("CloudTrail.1"),
        an_alarm_on("CloudTrailChanges"),
    ],
    "root": [
        a_call("ConsoleLogin", "signin", ROOT, "AWS Console Sign In via CloudTrail", eventType="AwsConsoleSignIn",
               responseElements={"ConsoleLogin": "Success"}),
        an_alarm_on("RootAccountUsage"),
    ],
    "SSH open to the world": [
        a_control("EC2.13", "AwsEc2SecurityGroup", GROUP),
        a_judgement("restricted-ssh", "AWS::EC2::SecurityGroup", "sg-0a1b2c3d"),
    ],
    "GuardDuty's finding, and Security Hub's of it": [
        eventbridge(a_finding()),
        a_control(
            "",
            "AwsEc2Instance",
            INSTANCE,
            Id=f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/d1/finding/{FINDING}",
            ProductArn=f"arn:aws:securityhub:{REGION}::product/aws/guardduty",
            Types=["TTPs/UnauthorizedAccess:EC2-SSHBruteForce"],
            Compliance={},
            Title="198.51.100.23 is guessing SSH passwords of i-0a1b2c3d4e5f60718.",
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_sources_meet_in_one_problem(name):
    said = [problem(signal) for event in PROBLEMS[name] for signal in parse(json.dumps(event), NOW)]

    assert len(said) == len(PROBLEMS[name])
    assert len(set(said)) == 1


def test_a_stopped_trail_is_the_same_card_in_any_of_the_orders_in_which_five_sources_may_tell_of_it(tmp_path):
    bot = services(tmp_path)
    signals = [signal for event in PROBLEMS["a stopped trail"] for signal in parse(json.dumps(event), NOW)]
    cards = set()
    with bot.store.write() as tx:
        for order in permutations(signals):
            for signal in order:
                relay.take(bot, tx, signal)
            (alert,) = alerts.select(tx, "1 = ?", (1,))
            cards.add((json.dumps(relay.shown(bot, tx, alert).blocks), alert.channel))
            for table in ("raised", "storm_members", "storms", "timeline", "members", "outbox", "alerts"):
                tx.execute(f"delete from {table}")  # noqa: S608 - ours

    ((card, channel),) = cards
    assert channel == "#critical"
    for source in ("GuardDuty", "Security Hub", "CloudTrail", "AWS Config", "CloudWatch"):
        assert source in card.partition("*Joined*")[2]
