"""The fifteen alarms of CIS AWS Foundations 3.0, section 4: filter, metric, alarm, topic, subscription."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import Account
from sandbox.aws.gaps.sns import confirm
from sandbox.aws.seeds.trails import LOG_GROUP

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

NAMESPACE = "Acme/CloudTrail"
TOPIC = "security-alarms"
ADDRESS = "security@acme.example"


def _names(*events: str) -> str:
    return " || ".join(f"($.eventName = {event})" for event in events)


PATTERNS = {
    "unauthorized-api": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    "console-no-mfa": (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
    ),
    "root-use": (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
    ),
    "iam-change": "{ "
    + _names(
        "DeleteGroupPolicy",
        "DeleteRolePolicy",
        "DeleteUserPolicy",
        "PutGroupPolicy",
        "PutRolePolicy",
        "PutUserPolicy",
        "CreatePolicy",
        "DeletePolicy",
        "CreatePolicyVersion",
        "DeletePolicyVersion",
        "AttachRolePolicy",
        "DetachRolePolicy",
        "AttachUserPolicy",
        "DetachUserPolicy",
        "AttachGroupPolicy",
        "DetachGroupPolicy",
    )
    + " }",
    "cloudtrail-change": "{ "
    + _names("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
    + " }",
    "console-failure": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "cmk-disable": (
        "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }"
    ),
    "bucket-policy-change": "{ ($.eventSource = s3.amazonaws.com) && ("
    + _names(
        "PutBucketAcl",
        "PutBucketPolicy",
        "PutBucketCors",
        "PutBucketLifecycle",
        "PutBucketReplication",
        "DeleteBucketPolicy",
        "DeleteBucketCors",
        "DeleteBucketLifecycle",
        "DeleteBucketReplication",
    )
    + ") }",
    "config-change": "{ ($.eventSource = config.amazonaws.com) && ("
    + _names(
        "StopConfigurationRecorder",
        "DeleteDeliveryChannel",
        "PutDeliveryChannel",
        "PutConfigurationRecorder",
    )
    + ") }",
    "security-group-change": "{ "
    + _names(
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
    )
    + " }",
    "nacl-change": "{ "
    + _names(
        "CreateNetworkAcl",
        "CreateNetworkAclEntry",
        "DeleteNetworkAcl",
        "DeleteNetworkAclEntry",
        "ReplaceNetworkAclEntry",
        "ReplaceNetworkAclAssociation",
    )
    + " }",
    "gateway-change": "{ "
    + _names(
        "CreateCustomerGateway",
        "DeleteCustomerGateway",
        "AttachInternetGateway",
        "CreateInternetGateway",
        "DeleteInternetGateway",
        "DetachInternetGateway",
    )
    + " }",
    "route-table-change": "{ ($.eventSource = ec2.amazonaws.com) && ("
    + _names(
        "CreateRoute",
        "CreateRouteTable",
        "ReplaceRoute",
        "ReplaceRouteTableAssociation",
        "DeleteRouteTable",
        "DeleteRoute",
        "DisassociateRouteTable",
    )
    + ") }",
    "vpc-change": "{ "
    + _names(
        "CreateVpc",
        "DeleteVpc",
        "ModifyVpcAttribute",
        "AcceptVpcPeeringConnection",
        "CreateVpcPeeringConnection",
        "DeleteVpcPeeringConnection",
        "RejectVpcPeeringConnection",
        "AttachClassicLinkVpc",
        "DetachClassicLinkVpc",
        "DisableVpcClassicLink",
        "EnableVpcClassicLink",
    )
    + " }",
    "organizations-change": "{ ($.eventSource = organizations.amazonaws.com) && ("
    + _names(
        "AcceptHandshake",
        "AttachPolicy",
        "CreateAccount",
        "CreateOrganizationalUnit",
        "CreatePolicy",
        "DeclineHandshake",
        "DeleteOrganization",
        "DeleteOrganizationalUnit",
        "DeletePolicy",
        "DetachPolicy",
        "DisablePolicyType",
        "EnablePolicyType",
        "InviteAccountToOrganization",
        "LeaveOrganization",
        "MoveAccount",
        "RemoveAccountFromOrganization",
        "UpdatePolicy",
        "UpdateOrganizationalUnit",
    )
    + ") }",
}
"""What each alarm listens for in the trail's log group, by the end of its check's id."""


@dataclass(frozen=True)
class Broken:
    """The alarms whose chain is broken, by the link at which it is."""

    no_filter: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()


def watch(cloud: "Cloud", account: Account, broken: Broken | None = None) -> None:
    """Make every chain in us-east-1, except for what is said to be broken."""
    faults = broken or Broken()
    heard = _topic(cloud, account, TOPIC, confirmed=True)
    unheard = _topic(cloud, account, f"{TOPIC}-old", confirmed=False) if faults.unheard else heard
    logs = cloud.client("logs", account)
    cloudwatch = cloud.client("cloudwatch", account)
    for name, pattern in PATTERNS.items():
        if name not in faults.no_filter:
            _filter(logs, name, _first_half(pattern) if name in faults.narrow else pattern)
        _alarm(cloudwatch, name, unheard if name in faults.unheard else heard, name not in faults.muted)


def _topic(cloud: "Cloud", account: Account, name: str, confirmed: bool) -> str:
    sns = cloud.client("sns", account)
    arn = str(sns.create_topic(Name=name)["TopicArn"])
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ADDRESS)
    if confirmed:
        confirm(account.id, "us-east-1", arn, ADDRESS)
    return arn


def _first_half(pattern: str) -> str:
    return pattern.partition(" || ")[0] + " }"


def _filter(logs: Any, name: str, pattern: str) -> None:
    transformation = {"metricName": name, "metricNamespace": NAMESPACE, "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=LOG_GROUP,
        filterName=name,
        filterPattern=pattern,
        metricTransformations=[transformation],
    )


def _alarm(cloudwatch: Any, name: str, topic: str, enabled: bool) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription=f"CloudTrail saw: {name.replace('-', ' ')}",
        Namespace=NAMESPACE,
        MetricName=name,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        ActionsEnabled=enabled,
        AlarmActions=[topic],
        OKActions=[topic],
    )
