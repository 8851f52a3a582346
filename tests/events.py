"""Events of AWS Config, CloudTrail and Security Hub with good defaults."""

from __future__ import annotations

from tests.alerting import ACCOUNT, FINDING


def a_verdict(verdict="NON_COMPLIANT", **parts):
    """What AWS Config says of a security group, as its topic is sent it."""
    return {
        "resourceId": "sg-0a1b2c3d4e5f60718",
        "awsRegion": "eu-west-1",
        "awsAccountId": ACCOUNT,
        "configRuleName": "restricted-ssh",
        "recordVersion": "1.0",
        "configRuleARN": f"arn:aws:config:eu-west-1:{ACCOUNT}:config-rule/config-rule-eguym2",
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": {
            "evaluationResultIdentifier": {"evaluationResultQualifier": {"configRuleName": "restricted-ssh"}},
            "complianceType": verdict,
            "resultRecordedTime": "2026-11-25T08:40:00.000Z",
        },
        "notificationCreationTime": "2026-11-25T08:40:01.000Z",
        "resourceType": "AWS::EC2::SecurityGroup",
        **parts,
    }


def a_config_event(detail, kind="Config Rules Compliance Change"):
    return {"version": "0", "id": "e1", "detail-type": kind, "source": "aws.config", "account": ACCOUNT,
            "time": "2026-11-25T08:40:02Z", "region": "eu-west-1", "resources": [], "detail": detail}  # fmt: skip


TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/main"
ROOT = {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT}
ALICE = {
    "type": "IAMUser",
    "principalId": "AIDA1",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "userName": "alice",
    "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
}
DEPLOY = {
    "type": "AssumedRole",
    "principalId": "AROA1:ci",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci",
    "accountId": ACCOUNT,
    "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "deploy"}},
}


def a_call(service, name, asked=None, who=ALICE, **parts):
    detail = {
        "eventVersion": "1.10",
        "userIdentity": who,
        "eventTime": "2026-11-25T08:30:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.23",
        "userAgent": "aws-cli/2.0",
        "requestParameters": asked,
        "responseElements": None,
        "eventID": f"{service}-{name}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
        **parts,
    }
    kind = "AWS Console Sign In via CloudTrail" if service == "signin" else "AWS API Call via CloudTrail"
    return {"version": "0", "id": "e1", "detail-type": kind, "source": f"aws.{service}", "account": ACCOUNT,
            "time": "2026-11-25T08:30:05Z", "region": "eu-west-1", "resources": [], "detail": detail}  # fmt: skip


def a_sign_in(who=ROOT, result="Success", mfa="No", **parts):
    return a_call(
        "signin", "ConsoleLogin", None, who, eventType="AwsConsoleSignIn", awsRegion="us-east-1",
        responseElements={"ConsoleLogin": result}, additionalEventData={"MFAUsed": mfa}, **parts,
    )  # fmt: skip


INSTANCE = f"arn:aws:ec2:eu-north-1:{ACCOUNT}:instance/i-0a1b2c3d4e5f60718"
GROUP = f"arn:aws:ec2:eu-north-1:{ACCOUNT}:security-group/sg-0a1b2c3d4e5f60718"


def an_asff(**parts):
    """A control that fails on a security group."""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:eu-north-1:{ACCOUNT}:security-control/EC2.13/finding/f1",
        "ProductArn": "arn:aws:securityhub:eu-north-1::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": "security-control/EC2.13",
        "AwsAccountId": ACCOUNT,
        "Region": "eu-north-1",
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "FirstObservedAt": "2026-11-25T08:00:00.000Z",
        "LastObservedAt": "2026-11-25T08:40:00.000Z",
        "CreatedAt": "2026-11-25T08:00:00.000Z",
        "UpdatedAt": "2026-11-25T08:40:00.000Z",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Title": "Security groups should not allow ingress from 0.0.0.0/0 to port 22",
        "Description": "This control checks whether a security group allows it.",
        "Remediation": {"Recommendation": {"Text": "See the documentation.",
                                           "Url": "https://docs.aws.amazon.com/console/securityhub/EC2.13/remediation"}},
        "Resources": [{"Type": "AwsEc2SecurityGroup", "Id": GROUP, "Partition": "aws", "Region": "eu-north-1",
                       "Tags": {"Owner": "web"}}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "EC2.13", "RelatedRequirements": ["CIS AWS 5.2"]},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        **parts,
    }  # fmt: skip


def of_guardduty(kind, resource, details=None):
    """What GuardDuty found, as it passes it on."""
    first = {"Type": "AwsEc2Instance", "Id": INSTANCE, "Partition": "aws", "Region": "eu-north-1", **resource}
    return an_asff(
        Id=f"arn:aws:guardduty:eu-north-1:{ACCOUNT}:detector/d1/finding/{FINDING}",
        ProductArn="arn:aws:securityhub:eu-north-1::product/aws/guardduty",
        ProductName="GuardDuty",
        GeneratorId=f"arn:aws:guardduty:eu-north-1:{ACCOUNT}:detector/d1",
        Types=[f"TTPs/Initial Access/{kind}"],
        Resources=[first],
        Compliance=None,
        Title="Somebody guesses SSH passwords.",
    )


def a_hub_event(*findings, kind="Security Hub Findings - Imported"):
    return {"version": "0", "id": "e1", "detail-type": kind, "source": "aws.securityhub", "account": ACCOUNT,
            "time": "2026-11-25T08:41:00Z", "region": "eu-north-1", "resources": [],
            "detail": {"findings": list(findings)}}  # fmt: skip
