"""Findings as events of the Open Cybersecurity Schema Framework: class Compliance Finding (2003), version 1.5.0.

The attributes and their numbers are those of https://schema.ocsf.io/1.5.0/classes/compliance_finding.
"""

from __future__ import annotations

from typing import Any

from bot.messages.evidence import in_words, named
from bot.reports.origin import Origin, is_suppressed, plain
from checks.model import Check, Finding, Severity, Status

VERSION = "1.5.0"

_SEVERITIES = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_VERDICTS = {
    Status.PASS: (1, "Pass"),
    Status.UNKNOWN: (2, "Warning"),  # "did not yield a result due to missing information"
    Status.FAIL: (3, "Fail"),
    Status.MUTED: (99, "Left out"),
}


def event(finding: Finding, origin: Origin) -> dict[str, Any]:
    """One finding as an event, JSON-able; a suppressed one is a failure whose status is Suppressed."""
    check = origin.checks.get(finding.check)
    milliseconds = int(origin.at.timestamp() * 1000)
    severity_id, severity = _SEVERITIES[finding.severity]
    status_id, status = (3, "Suppressed") if finding.status is Status.MUTED else (1, "New")
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200301,
        "type_name": "Compliance Finding: Create",
        "time": milliseconds,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_code": str(finding.status),
        "status_detail": finding.reason,
        "message": f"{named(finding)}: {finding.title}",
        "metadata": _metadata(finding, origin),
        "cloud": _cloud(finding, origin),
        "compliance": _compliance(finding, check),
        "finding_info": _info(finding, check, milliseconds),
        "remediation": {"desc": check.fix if check else "See the check's own page."},
        "resources": [_resource(finding, origin)],
    }


def _metadata(finding: Finding, origin: Origin) -> dict[str, Any]:
    product = {"name": "Picket", "vendor_name": "Picket", "uid": "picket", "version": origin.version}
    return {"version": VERSION, "product": product, "profiles": ["cloud"], "event_code": finding.check}


def _cloud(finding: Finding, origin: Origin) -> dict[str, Any]:
    account = {"uid": finding.account, "type_id": 10, "type": "AWS Account"}
    if name := origin.account_names.get(finding.account):
        account["name"] = name
    return {
        "provider": "AWS",
        "account": account,
        "region": finding.region,
        "cloud_partition": origin.partition_of(finding),
    }


def _compliance(finding: Finding, check: Check | None) -> dict[str, Any]:
    status_id, status = _VERDICTS[Status.FAIL if is_suppressed(finding) else finding.status]
    references = check.references if check else ()
    said: dict[str, Any] = {
        "control": finding.check,
        "standards": list(dict.fromkeys(reference.split("/")[0] for reference in references)),
        "requirements": list(references),
        "status_id": status_id,
        "status": status,
    }
    if finding.reason:
        said["status_details"] = [finding.reason]
    return said


def _info(finding: Finding, check: Check | None, milliseconds: int) -> dict[str, Any]:
    return {
        "uid": finding.id,
        "title": finding.title,
        "desc": in_words(plain(finding.evidence)) or (check.why if check else finding.title),
        "types": ["Software and Configuration Checks"],
        "created_time": milliseconds,
        "analytic": {"uid": finding.check, "name": finding.title, "type_id": 1, "type": "Rule"},
    }


def _resource(finding: Finding, origin: Origin) -> dict[str, Any]:
    return {
        "uid": finding.resource,
        "name": named(finding),
        "region": finding.region,
        "cloud_partition": origin.partition_of(finding),
        "data": plain(finding.evidence),
    }
