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
from bot.intake.guardduty_place import Where
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
    service, kind = finding.node("service"), finding.need("type")
    owner, region = account("accountId", finding.need("accountId")), finding.need("region")
    partition = finding.text("partition") or _partition(finding.text("arn"))
    member = finding.need("id")
    severity = _severity(finding)
    where = Where(partition, region, owner)
    resource = guardduty_resources.read(finding, where)
    at = finding.moment("updatedAt", "createdAt") or service.moment("eventLastSeen") or received_at
    purpose, _, rest = kind.partition(":")
    facts: Facts = {
        "purpose": advice.purpose(purpose),
        "advice": advice.steps(rest.partition("/")[0], purpose, resource.kind),
        "reported_in": [region],
        "partition": partition,
        "finding_ids": [member],
        "console": console(partition, region, f"guardduty/home?region={region}#/findings?macros=current&fId={member}")
        if member.isalnum()
        else "",
        **guardduty_actions.read(service),  # type: ignore[typeddict-item]
        **guardduty_sequence.told(finding),
    }
    if resource.who and not facts.get("who"):
        facts["who"] = resource.who
    facts["what"] = finding.text("description", "title")
    did, told = facts.get("did", ""), {value for _, value in resource.details}
    seen = [*facts.get("details", []), *guardduty_evidence.read(finding)]
    new = {tuple(line): line for line in seen if line[1] not in told and not did.endswith(line[1])}
    facts["details"] = [*new.values(), *resource.details]
    facts["end"] = "the finding was archived in GuardDuty"
    _seen(facts, service, at)
    return Signal(
        event_id=event_id,
        source=Source.GUARDDUTY,
        type=kind,
        account=owner,
        region="global" if resource.everywhere else region,
        resource=resource.name,
        severity=severity,
        title=finding.text("title").rstrip(". ") or kind,
        at=at,
        member_id=member,
        active=not service.flag("archived"),
        count=max(service.whole("count") or 1, 1),
        sample=_sample(finding, service),
        facts={**facts, **resource.ids, **_detector(service)},
        raw=value,
    )


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


def _detector(service: Node) -> dict[str, str]:
    detector = service.text("detectorId")
    return {"detector_id": detector} if detector else {}


def _seen(facts: Facts, service: Node, at: datetime) -> None:
    first, last = service.moment("eventFirstSeen") or at, service.moment("eventLastSeen") or at
    facts["first_seen"] = first.astimezone(UTC).isoformat()
    facts["last_seen"] = last.astimezone(UTC).isoformat()
