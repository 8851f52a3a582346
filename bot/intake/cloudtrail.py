"""CloudTrail's events, as EventBridge brings them: calls and sign-ins that matter at once.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
.../cloudtrail-event-reference-user-identity.html and .../cloudtrail-event-reference-aws-console-sign-in-events.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.alerts import Ignored, Signal, Source
from bot.alerts.resources import account_of, canonical
from bot.intake import cloudtrail_calls, practices
from bot.intake.cloudtrail_calls import Meaning
from bot.intake.facts import Facts
from bot.intake.shapes import Malformed, Node, account, console, digest, is_region
from checks.partitions import partition_of

_TYPES = ("AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail", "AWS Console Action via CloudTrail",
          "AWS Service Event via CloudTrail")  # fmt: skip
_EVERYWHERE = {"iam", "signin", "organizations", "cloudfront", "route53", "sts"}
"""Services whose events are of no region."""
_NAMED = (
    ("name", "AWS::CloudTrail::Trail", "cloudtrail"),
    ("trailName", "AWS::CloudTrail::Trail", "cloudtrail"),
    ("bucketName", "AWS::S3::Bucket", "s3"),
    ("userName", "AWS::IAM::User", "iam"),
    ("roleName", "AWS::IAM::Role", "iam"),
    ("groupName", "AWS::IAM::Group", "iam"),
    ("policyArn", "", "iam"),
    ("keyId", "", "kms"),
    *((name, "", "ec2") for name in (
        "groupId", "networkAclId", "routeTableId", "internetGatewayId", "customerGatewayId", "vpcId", "associationId",
        "vpcPeeringConnectionId",
    )),
)  # fmt: skip
"""Of a call's parameters, those that name what it is about, with its type and service."""


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether it is an event of CloudTrail's, whichever service it is about."""
    return value.get("detail-type") in _TYPES


def is_record(value: Mapping[str, Any]) -> bool:
    """Whether it is CloudTrail's own record, without an envelope."""
    return {"eventVersion", "eventName", "eventSource", "userIdentity"} <= value.keys()


def parse(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal | Ignored:
    """What an event or a bare record says. Raises Malformed."""
    envelope = Node(value)
    event = envelope if is_record(value) else envelope.node("detail")
    if not event:
        raise Malformed("`detail` is missing or no object; it must be CloudTrail's record.")
    name, service = event.need("eventName"), event.need("eventSource").partition(".")[0]
    if id_ := event.text("eventID"):
        event_id = digest(f"cloudtrail {id_}")  # two rules deliver one record under two ids
    refused = event.text("errorCode")
    if service == "signin":
        found = cloudtrail_calls.sign_in(event)
    else:
        found = cloudtrail_calls.meaning(event)
        found = cloudtrail_calls.attempt(found) if found and refused else found
    if found is None:
        return Ignored(event_id=event_id, source=Source.CLOUDTRAIL, why=_why_not(event, service, name))
    owner = event.text("recipientAccountId") or event.node("userIdentity").text("accountId") or envelope.text("account")
    owner = account("recipientAccountId", owner)
    region = event.text("awsRegion") or envelope.text("region")
    if not is_region(region):
        raise Malformed(f"`awsRegion` is {region[:40]!r}, which is no region.")
    at = event.moment("eventTime") or envelope.moment("time") or received_at
    return _signal(value, event, found, event_id, owner, region, at)


def _why_not(event: Node, service: str, name: str) -> str:
    if service == "signin":
        return f"{name} of {_who(event) or 'somebody'}, as it should be"
    return f"the call {service}:{name} is none of those that matter by themselves"


def _signal(
    raw: Mapping[str, Any], event: Node, found: Meaning, event_id: str, owner: str, region: str, at: datetime
) -> Signal:
    service, name = event.text("eventSource").partition(".")[0], event.text("eventName")
    failed = _failed(event, service)
    who = _who(event)
    resource = _resource(event, service, owner, region)
    tried = f" (refused: {event.text('errorCode', 'errorMessage')})" if failed and service != "signin" else ""
    did = f"tried, and was refused: {found.did}" if tried else found.did
    type_ = f"{service}:{name}"
    facts = _facts(event, found, service, owner, region, at)
    facts["what"] = f"{_begin(who)} {did}{f' {_short(resource)}' if found.topic == 'trail' else ''}."
    facts["did"] = f"called {type_}{tried}" if service != "signin" else found.did
    facts["end"] = f"{_begin(who)} {found.did}"
    facts["event_name"] = f"attempted {name}" if failed else name
    return Signal(
        event_id=event_id,
        source=Source.CLOUDTRAIL,
        type=f"{type_} (attempt)" if failed else type_,
        account=owner,
        region="global" if service in _EVERYWHERE else region,
        resource=resource,
        severity=found.severity,
        title=f"{_begin(who)} {did}",
        at=at,
        member_id="\n".join((_topic(event, found, type_), region if found.topic == "guardduty" else "", resource)),
        active=not found.over,
        adds=True,
        facts=dict(facts),
        raw=raw,
    )


def _topic(event: Node, found: Meaning, type_: str) -> str:
    if found.topic == "root key":
        made = event.node("responseElements").node("accessKey").text("accessKeyId")
        return f"root key {made or event.node('requestParameters').text('accessKeyId')}"
    return found.topic or type_


def _failed(event: Node, service: str) -> bool:
    result = event.node("responseElements").text("ConsoleLogin")
    return bool(event.text("errorCode")) or (
        service == "signin" and (result == "Failure" or bool(event.text("errorMessage")))
    )


def _facts(event: Node, found: Meaning, service: str, owner: str, region: str, at: datetime) -> Facts:
    identity, partition, id_ = event.node("userIdentity"), partition_of(region), event.text("eventID")
    check = f"cloudwatch-no-alarm-{found.watch.word}" if found.watch else ""
    lines = [
        ["MFA", _mfa(event)],
        ["User agent", event.text("userAgent")],
        ["Access key", identity.text("accessKeyId")],
        ["Error", ": ".join(text for text in (event.text("errorCode"), event.text("errorMessage")) if text)],
        ["Practice", practices.said(check)],
        ["Seen in", region if service in _EVERYWHERE else ""],
        ["Event", id_],
    ]
    path = f"cloudtrailv2/home?region={region}#/events/{quote(id_, safe='')}"
    facts: Facts = {
        "details": [line for line in lines if line[1]],
        "advice": list(found.advice),
        "first_seen": at.isoformat(),
        "last_seen": at.isoformat(),
        "partition": partition,
        "console": console(partition, region, path) if id_ else "",
    }
    if who := _who(event):
        facts["who"] = who
    if origin := event.text("sourceIPAddress"):
        facts["origin"] = origin
    if kind := identity.text("type"):
        facts["user_type"] = kind
    if kind == "IAMUser" and (user := identity.text("userName")):
        facts["user_name"] = user
        if (key := identity.text("accessKeyId")).startswith("AKIA"):
            facts["access_key_id"] = key
    if principal := identity.text("principalId"):
        facts["principal_id"] = principal
    return facts


def _who(event: Node) -> str:
    identity = event.node("userIdentity")
    kind, issuer = identity.text("type"), identity.node("sessionContext").node("sessionIssuer")
    if kind == "Root":
        return "the root user"
    if kind == "IAMUser":
        return f"IAM user {identity.text('userName') or identity.text('arn').rpartition('/')[2]}".strip()
    if kind == "AssumedRole":
        session = identity.text("arn").rpartition("/")[2] or identity.text("principalId").partition(":")[2]
        role = issuer.text("userName") or "/".join(identity.text("arn").split("/")[1:-1])
        return f"role {role} (session {session})" if session else f"role {role}"
    if service := identity.text("invokedBy"):
        return service
    return " ".join(part for part in (kind, identity.text("userName", "arn", "principalId", "accountId")) if part)


def _begin(who: str) -> str:
    return f"{who[:1].upper()}{who[1:]}" if who else "Somebody"


def _mfa(event: Node) -> str:
    used = event.node("additionalEventData").text("MFAUsed")
    if used:
        return used.lower()
    attributes = event.node("userIdentity").node("sessionContext").node("attributes")
    return {"true": "yes", "false": "no"}.get(attributes.text("mfaAuthenticated"), "")


def _resource(event: Node, service: str, owner: str, region: str) -> str:
    asked, partition = event.node("requestParameters"), partition_of(region)
    root = f"arn:{partition}:iam::{owner}:root"
    if event.node("userIdentity").text("type") == "Root" and service in ("signin", "iam"):
        return root
    if service == "signin":
        return event.node("userIdentity").text("arn") or root
    if service == "guardduty" and (detector := asked.text("detectorId")):
        return f"arn:{partition}:guardduty:{region}:{owner}:detector/{detector}"
    for name, kind, of in _NAMED:
        if of == service and (named := asked.text(name)):
            return canonical(named, owner, region, kind=kind, partition=partition)
    named = next((arn for each in event.nodes("resources") if (arn := each.text("ARN", "arn"))), "")
    return named or account_of(owner)


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
