"""Findings as JSON Lines: one object a line, and the summary as the last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checks.model import Check, Finding


def line(finding: Finding, checks: Mapping[str, Check]) -> str:
    """One finding; all that is not ASCII is escaped, so that no name can speak to a terminal."""
    check = checks.get(finding.check)
    return written(
        {
            "check": finding.check,
            "status": str(finding.status),
            "severity": str(finding.severity),
            "account": finding.account,
            "region": finding.region,
            "resource": finding.resource,
            "title": finding.title,
            "evidence": finding.evidence,
            "reason": finding.reason,
            "references": list(check.references) if check else [],
            "finding_id": finding.id,
        }
    )


def written(thing: Mapping[str, Any]) -> str:
    """An object on a line of its own."""
    return json.dumps(thing, default=str) + "\n"
