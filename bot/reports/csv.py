"""Findings as CSV that is safe to open in a spreadsheet (RFC 4180)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence

from bot.reports import rank
from checks.model import Finding

COLUMNS = (
    "status",
    "severity",
    "check",
    "title",
    "account",
    "account_name",
    "region",
    "resource",
    "evidence",
    "reason",
    "finding_id",
)

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%]|[\t\r\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def render(findings: Iterable[Finding], account_name: Callable[[str], str]) -> bytes:
    """All findings, the worst first, in UTF-8 with a line of headings."""
    return (heading() + lines(sorted(findings, key=rank), account_name)).encode(errors="replace")


def heading() -> str:
    """The line of headings."""
    return _written([COLUMNS])


def lines(findings: Iterable[Finding], account_name: Callable[[str], str]) -> str:
    """A line for each finding."""
    return _written([safe(cell) for cell in _cells(finding, account_name)] for finding in findings)


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Any table with these headings, each cell safe, in UTF-8."""
    cells = ([safe("" if cell is None else str(cell)) for cell in row] for row in rows)
    return (_written([names]) + _written(cells)).encode(errors="replace")


def _written(rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue()


def safe(cell: str) -> str:
    """`cell` as text for any spreadsheet: what could begin a formula gets an apostrophe before it.

    After https://owasp.org/www-community/attacks/CSV_Injection, with full-width signs and leading spaces too.
    """
    clean = _CONTROL.sub(" ", cell)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def _cells(finding: Finding, account_name: Callable[[str], str]) -> tuple[str, ...]:
    evidence = json.dumps(finding.evidence, ensure_ascii=False, sort_keys=True, default=str)
    return (
        finding.status,
        str(finding.severity),
        finding.check,
        finding.title,
        finding.account,
        account_name(finding.account),
        finding.region,
        finding.resource,
        evidence if finding.evidence else "",
        finding.reason,
        finding.id,
    )
