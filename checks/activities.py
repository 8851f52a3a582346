"""The activities that CIS AWS Foundations wants alarms on, each as a made-up CloudTrail event.

What an event says where AWS leaves it open (who, from where, in which region) is nobody's, so that a filter which asks
for one user or one region does not match. Source: CIS AWS Foundations Benchmark 3.0, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.metric_filter import Event, Pattern
from checks.partitions import HOMES

_ANYWHERE = "nowhere-1"
_AT_HOME = {"iam.amazonaws.com", "organizations.amazonaws.com"}
"""Services whose events all come from the partition's home: us-east-1 in most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing that a person or a program may do, as CloudTrail tells of it."""

    name: str
    """For the evidence: what a filter that covers less lets through."""
    facts: Mapping[str, Any]

    def event(self, account: str, partition: str = "aws") -> Event:
        """The event, in a trail of `account`."""
        source = self.facts.get("eventSource", "made-up.amazonaws.com")
        return {
            "eventVersion": "1.10",
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": "AROAMADEUP:made-up",
                "arn": f"arn:{partition}:sts::{account}:assumed-role/made-up/made-up",
                "accountId": account,
                "accessKeyId": "ASIAMADEUP",
            },
            "eventTime": "2000-01-01T00:00:00Z",
            "eventSource": source,
            "eventName": "MadeUp",
            "awsRegion": HOMES.get(partition, HOMES["aws"]) if source in _AT_HOME else _ANYWHERE,
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "made-up",
            "requestParameters": {},
            "responseElements": {},
            "requestID": "made-up",
            "eventID": "made-up",
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account,
            "eventCategory": "Management",
            **self.facts,
        }


def missed(pattern: Pattern, activities: tuple[Activity, ...], account: str, partition: str = "aws") -> tuple[str, ...]:
    """The names of those `activities` that a filter's pattern does not match; empty: it covers them all."""
    return tuple(one.name for one in activities if not pattern(one.event(account, partition)))


def _calls(source: str, *names: str) -> tuple[Activity, ...]:
    return tuple(
        Activity(name=name, facts={"eventSource": f"{source}.amazonaws.com", "eventName": name}) for name in names
    )


def _refused(*codes: str) -> tuple[Activity, ...]:
    return tuple(
        Activity(name=f"a call refused with {code}", facts={"errorCode": code, "errorMessage": "made-up"})
        for code in codes
    )


def _sign_in(name: str, who: str, result: str, **facts: Any) -> Activity:
    return Activity(
        name=name,
        facts={
            "eventSource": "signin.amazonaws.com",
            "eventName": "ConsoleLogin",
            "eventType": "AwsConsoleSignIn",
            "userIdentity": {"type": who, "principalId": "made-up", "arn": "made-up", "accountId": "made-up"},
            "responseElements": {"ConsoleLogin": result},
            "additionalEventData": {"MFAUsed": "No", "MobileVersion": "No", "LoginTo": "made-up"},
            **facts,
        },
    )


_ROOT = {"type": "Root", "principalId": "made-up", "arn": "made-up", "accountId": "made-up", "accessKeyId": "made-up"}

UNAUTHORIZED_API = _refused(
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Client.UnauthorizedOperation"
)
CONSOLE_NO_MFA = (_sign_in("a user's sign-in without MFA", "IAMUser", "Success"),)
ROOT_USE = (
    Activity(name="a call by root", facts={"userIdentity": _ROOT}),
    _sign_in("a sign-in by root", "Root", "Success", userIdentity=_ROOT),
)
IAM_CHANGE = _calls(
    "iam",
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
CLOUDTRAIL_CHANGE = _calls("cloudtrail", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
CONSOLE_FAILURE = (_sign_in("a failed sign-in", "IAMUser", "Failure", errorMessage="Failed authentication"),)
CMK_DISABLE = _calls("kms", "DisableKey", "ScheduleKeyDeletion")
BUCKET_POLICY_CHANGE = _calls(
    "s3",
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
CONFIG_CHANGE = _calls(
    "config",
    "StopConfigurationRecorder",
    "DeleteDeliveryChannel",
    "PutDeliveryChannel",
    "PutConfigurationRecorder",
)
SECURITY_GROUP_CHANGE = _calls(
    "ec2",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
NACL_CHANGE = _calls(
    "ec2",
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
)
GATEWAY_CHANGE = _calls(
    "ec2",
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
)
ROUTE_TABLE_CHANGE = _calls(
    "ec2",
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
)
VPC_CHANGE = _calls(
    "ec2",
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
ORGANIZATIONS_CHANGE = _calls(
    "organizations",
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
