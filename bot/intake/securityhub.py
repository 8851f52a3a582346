"""Findings of Security Hub, in the AWS Security Finding Format: its own controls, GuardDuty's, Picket's, others'.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html and
.../securityhub-findings-format-syntax.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.alerts import Ignored, Signal, Source
from bot.alerts.resources import canonical, region_of
from bot.intake.facts import Facts
from bot.intake.shapes import Malformed, Node, account, console, digest, is_region
from checks.model import Severity
from checks.partitions import partition_of

SENDER = "aws.securityhub"
_FINDINGS = ("Security Hub Findings - Imported", "Security Hub Findings - Custom Action")
_INSIGHTS = "Security Hub Insight Results"
_LABELS = {
    "INFORMATIONAL": Severity.INFO,
    "LOW": Severity.LOW,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
    "CRITICAL": Severity.CRITICAL,
}
_BANDS = ((90, Severity.CRITICAL), (70, Severity.HIGH), (40, Severity.MEDIUM), (1, Severity.LOW), (0, Severity.INFO))
_OURS = "picket/"
_CONTROL = re.compile(r"(?:security-control|[a-z0-9-]+/v/[\d.]+)/([A-Za-z0-9]+\.\d+)")
_DOCUMENTS = re.compile(r"https://docs\.(aws\.amazon\.com|amazonaws\.cn)/[\w./#?=&%-]*")
_GLOBAL = ("AwsIam", "AwsCloudFront")
_SHOWN = 5


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether it is an event that this module reads."""
    return value.get("source") == SENDER and value.get("detail-type") in (*_FINDINGS, _INSIGHTS)


def is_finding(value: Mapping[str, Any]) -> bool:
    """Whether it is one finding without an envelope."""
    return {"ProductArn", "AwsAccountId", "Id"} <= value.keys()


def from_event(value: Mapping[str, Any], event_id: str, received_at: datetime) -> list[Signal | Ignored]:
    """What an event says, an element a finding. Raises Malformed."""
    if value.get("detail-type") == _INSIGHTS:
        why = "the results of an insight, which a person sent: they are numbers, no findings"
        return [Ignored(event_id=event_id, source=Source.SECURITYHUB, why=why)]
    event = Node(value)
    findings = event.node("detail").nodes("findings")
    if not findings:
        raise Malformed("`detail.findings` is missing or empty; it must hold the findings.")
    region = event.text("region")
    ids = [event_id, *(digest(f"{event_id}/{number}") for number in range(1, len(findings)))]
    return [_parse(finding, id_, region, received_at) for finding, id_ in zip(findings, ids, strict=True)]


def parse(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal | Ignored:
    """What one finding says. Raises Malformed."""
    return _parse(Node(value), event_id, "", received_at)


def _parse(finding: Node, event_id: str, region: str, received_at: datetime) -> Signal | Ignored:
    owner, id_ = account("AwsAccountId", finding.need("AwsAccountId")), finding.need("Id")
    title = finding.need("Title")
    verdict = finding.node("Compliance").text("Status")
    if verdict == "NOT_AVAILABLE" and finding.text("RecordState") != "ARCHIVED":
        why = f"Security Hub could not judge “{title}”, which says neither that it is wrong nor that it is right"
        return Ignored(event_id=event_id, source=Source.SECURITYHUB, why=why)
    region = _region(finding, region)
    kind, resource, where = _resource(finding, owner, region)
    end = _end(finding, verdict)
    type_, told = _type(finding)
    control = told.get("control_id", "")
    at = finding.moment("UpdatedAt", "LastObservedAt", "CreatedAt") or received_at
    return Signal(
        event_id=event_id,
        source=Source.SECURITYHUB,
        type=type_,
        account=owner,
        region=where,
        resource=resource,
        severity=_severity(finding.node("Severity")),
        title=f"{control} {'passes' if end else 'fails'}: {title}" if control else title.rstrip(". "),
        at=at,
        member_id=id_,
        active=not end,
        sample=finding.flag("Sample"),
        facts={**_facts(finding, id_, region, end, at, kind, resource), **told},
        raw=finding.value,
    )


def _region(finding: Node, region: str) -> str:
    """Where it was found: said, or in the product's ARN."""
    named = finding.text("ProductArn").split(":")
    found = finding.text("Region") or region or (named[3] if len(named) > 3 else "")
    if not is_region(found):
        raise Malformed(f"`Region` is {found[:40]!r}, which is no region.")
    return found


def _resource(finding: Node, owner: str, region: str) -> tuple[str, str, str]:
    """The first resource: its type, its name as all sources write it, and where it is."""
    first = next(iter(finding.nodes("Resources")), Node({}))
    kind, name = first.text("Type"), first.text("Id")
    partition = first.text("Partition") or partition_of(region)
    place = first.text("Region") if is_region(first.text("Region")) else region
    if kind == "AwsIamAccessKey":
        return kind, _principal(first.node("Details").node(kind), name, partition, owner), "global"
    resource = canonical(name or owner, owner, place, kind=_aws_type(kind), partition=partition)
    if kind.startswith(_GLOBAL):
        return kind, resource, "global"
    return kind, resource, place if kind == "AwsS3Bucket" else region_of(resource, place)


def _aws_type(kind: str) -> str:
    """`AwsS3Bucket` as AWS Config writes it."""
    if kind == "AwsAccount":
        return "AWS::::Account"
    found = re.fullmatch(r"Aws(S3|Rds|Ec2|Iam|CloudTrail|CloudFront|Lambda|Redshift)([A-Z]\w*)", kind)
    upper = {"Rds": "RDS", "Ec2": "EC2", "Iam": "IAM"}
    return f"AWS::{upper.get(found[1], found[1])}::{found[2].replace('Db', 'DB', 1)}" if found else ""


def _principal(key: Node, name: str, partition: str, owner: str) -> str:
    """Whose key it is, as GuardDuty's own findings are of the user or role."""
    kind, who = key.text("PrincipalType"), key.text("PrincipalName", "UserName")
    if kind == "Root":
        return f"arn:{partition}:iam::{owner}:root"
    form = {"IAMUser": "user", "AssumedRole": "role", "Role": "role"}.get(kind)
    return f"arn:{partition}:iam::{owner}:{form}/{who}" if form and who else name


def _end(finding: Node, verdict: str) -> str:
    """Why it is over; empty when it is not."""
    workflow = finding.node("Workflow").text("Status")
    if finding.text("RecordState") == "ARCHIVED":
        return "Security Hub archived the finding"
    if workflow in ("RESOLVED", "SUPPRESSED"):
        return f"the finding was {workflow.lower()} in Security Hub"
    return "the control passes" if verdict == "PASSED" else ""


def _severity(severity: Node) -> Severity:
    label = severity.text("Label").upper()
    if label in _LABELS:
        return _LABELS[label]
    number = severity.number("Normalized")
    return next((level for least, level in _BANDS if number is not None and number >= least), Severity.MEDIUM)


def _type(finding: Node) -> tuple[str, Facts]:
    """What it is about, in the words of whoever found it."""
    generator, product = finding.text("GeneratorId"), finding.text("ProductArn")
    if generator.startswith(_OURS):
        check = generator.removeprefix(_OURS)
        return check, {"check": check}
    types = finding.texts("Types")
    if product.endswith("product/aws/guardduty") and types:
        purpose, _, rest = types[0].rpartition("/")[2].partition(":")
        kind = f"{purpose}:{rest.replace('-', '/', 1)}"  # ASFF's types know no more slashes
        return kind, {"guardduty_type": kind}
    control = finding.node("Compliance").text("SecurityControlId")
    if not control and (found := _CONTROL.search(generator)):
        control = found[1]
    if control and product.endswith(("product/aws/securityhub", "product/aws/config")):
        return control, {"control_id": control}
    return (types[0] if types else generator or finding.text("ProductName") or "a finding"), {}


def _facts(finding: Node, id_: str, region: str, end: str, at: datetime, kind: str, resource: str) -> Facts:
    partition = partition_of(region)
    advice = finding.node("Remediation").node("Recommendation")
    url = advice.text("Url")
    more = f" {url}" if _DOCUMENTS.fullmatch(url) else ""
    first = next(iter(finding.nodes("Resources")), Node({}))
    search = quote(quote(f"\\operator\\:EQUALS\\:{id_}", safe=""), safe="")
    facts: Facts = {
        "what": finding.text("Description") or finding.text("Title"),
        "details": [line for line in _details(finding, first, kind) if line[1]],
        "advice": [f"{advice.text('Text')}{more}".strip()] if advice.text("Text") or more else [],
        "first_seen": (finding.moment("FirstObservedAt", "CreatedAt") or at).isoformat(),
        "last_seen": (finding.moment("LastObservedAt") or at).isoformat(),
        "reported_in": [region],
        "partition": partition,
        "console": console(partition, region, f"securityhub/home?region={region}#/findings?search=Id%3D{search}"),
        "resource_type": _aws_type(kind),
    }
    if end:
        facts["end"] = end
    tags = {key: value for key, value in first.node("Tags").value.items() if isinstance(value, str)}
    if tags:
        facts["tags"] = tags
    if found := re.search(r":instance/(i-[0-9a-f]+)$", resource):
        facts["instance_id"] = found[1]
    return facts


def _details(finding: Node, first: Node, kind: str) -> Iterator[list[str]]:
    compliance = finding.node("Compliance")
    yield ["Found by", finding.text("ProductName")]
    yield ["Control", compliance.text("SecurityControlId")]
    yield ["Compliance", compliance.text("Status").lower()]
    yield ["Requirements", ", ".join(compliance.texts("RelatedRequirements")[:_SHOWN])]
    yield ["Resource type", kind]
    others = [one.text("Id") for one in finding.nodes("Resources")[1 : _SHOWN + 1]]
    yield ["Other resources", ", ".join(text for text in others if text)]
    yield ["Workflow", finding.node("Workflow").text("Status").lower()]
    yield ["Note", finding.node("Note").text("Text")]
    yield ["Access key", first.text("Id").rpartition(":")[2] if kind == "AwsIamAccessKey" else ""]
