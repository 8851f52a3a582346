"""An audit's findings as files: for a spreadsheet, a browser, a terminal, and other tools."""

from __future__ import annotations

from enum import StrEnum

from checks.model import Finding, Status


class Format(StrEnum):
    """What a result is written as."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"
    OCSF = "ocsf"
    ASFF = "asff"


_ORDER = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.MUTED: 2, Status.PASS: 3}


def rank(finding: Finding) -> tuple[int, int, str, str, str, str]:
    """Where a finding stands: what fails first and worst, then what is not known, what is muted, what is right."""
    where = (finding.check, finding.account, finding.region, finding.resource)
    return (_ORDER[finding.status], -finding.severity, *where)
