"""GuardDuty findings: from EventBridge (camelCase) and from GetFindings (PascalCase), which say the same.

The finding's format: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html. Severity bands:
https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.alerts import Signal, Source
from bot.intake import advice, guardduty_actions, guardduty_evidence, guardduty_resources, guardduty_sequence
from bot.intake.facts import Facts
from bot.intake.guardduty_place import Resource, Where
from bot.intake.shapes import Malformed, Node, account, console
from checks.model import Severity

_BANDS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))


def is_finding(value: Mapping[str, Any]) -> bool:
    """Whether it is a finding without an envelope, in either case of letters."""
    low = {name[:1].lower() + name[1:] for name in value}
    return {"accountId", "type", "severity"} <= low and bool({"resource", "service"} & low) and "productArn" not in low


def parse(value: Mapping[str, Any], event_id: str, received_at: datetime) -> Signal:
    """The signal of a finding: an EventBridge event's `detail`, or one of GetFindings' `Findings`.

    `received_at` stands in for a finding without times. Raises Malformed.
    """
    finding = Node(_camel(value))
    service, region, member = finding.node("service"), finding.need("region"), finding.need("id")
    owner = account("accountId", finding.need("accountId"))
    severity = _severity(finding)
    where = Where(finding.text("partition") or _partition(finding.text("arn")), region, owner)
    resource = guardduty_resources.read(finding, where)
    at = finding.moment("updatedAt", "createdAt") or service.moment("eventLastSeen") or received_at
    return Signal(
        event_id=event_id,
        source=Source.GUARDDUTY,
        type=finding.need("type"),
        account=owner,
        region="global" if resource.everywhere else region,
        resource=resource.name,
        severity=severity,
        title=finding.text("title").rstrip(". ") or finding.need("type"),
        at=at,
        member_id=member,
        active=not service.flag("archived"),
        count=max(service.whole("count") or 1, 1),
        sample=_sample(finding, service),
        facts={**_facts(finding, where, resource, at), **resource.ids},
        raw=value,
    )


def _facts(finding: Node, where: Where, resource: Resource, at: datetime) -> Facts:
    service, member = finding.node("service"), finding.need("id")
    purpose, _, rest = finding.need("type").partition(":")
    told = {**guardduty_actions.read(service), **guardduty_sequence.told(finding)}
    facts: Facts = {
        "what": finding.text("description", "title"),
        "purpose": advice.purpose(purpose),
        "advice": advice.steps(rest.partition("/")[0], purpose, resource.kind),
        "reported_in": [where.region],
        "partition": where.partition,
        "finding_ids": [member],
        "console": _console(where, member),
        "end": "the finding was archived in GuardDuty",
        **told,  # type: ignore[typeddict-item]
        "details": _details(finding, told, resource),
    }
    if resource.who and not facts.get("who"):
        facts["who"] = resource.who
    if detector := service.text("detectorId"):
        facts["detector_id"] = detector
    first, last = service.moment("eventFirstSeen") or at, service.moment("eventLastSeen") or at
    facts["first_seen"] = first.astimezone(UTC).isoformat()
    facts["last_seen"] = last.astimezone(UTC).isoformat()
    return facts


def _console(where: Where, member: str) -> str:
    """The finding's page (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html)."""
    path = f"guardduty/home?region={where.region}#/findings?search=id%3D{member}"
    return console(where.partition, where.region, path) if member.isascii() and member.isalnum() else ""


def _details(finding: Node, told: Mapping[str, Any], resource: Resource) -> list[list[str]]:
    """What was done, why that is told of, and with what; nothing twice."""
    seen = [*told.get("details", []), *guardduty_evidence.read(finding)]
    known, did = {value for _, value in resource.details}, told.get("did", "")
    new = {tuple(line): line for line in seen if line[1] not in known and not did.endswith(line[1])}
    return [*new.values(), *resource.details]


def _camel(value: Any) -> Any:
    """GetFindings' names as EventBridge writes them; text that AWS put in as names of its own survives either way."""
    if isinstance(value, Mapping):
        return {name[:1].lower() + name[1:]: _camel(each) for name, each in value.items()}
    return [_camel(each) for each in value] if isinstance(value, list) else value


def _severity(finding: Node) -> Severity:
    number = finding.number("severity")
    if number is None:
        raise Malformed("`severity` is missing or no number.")
    return next((level for least, level in _BANDS if number >= least), Severity.LOW)


def _partition(arn: str) -> str:
    parts = arn.split(":")
    return parts[1] if len(parts) > 2 and parts[0] == "arn" else "aws"


def _sample(finding: Node, service: Node) -> bool:
    return guardduty_evidence.additional(service).flag("sample") or finding.text("title").startswith("[SAMPLE]")
