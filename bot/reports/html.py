"""An audit as one HTML file that needs nothing else: searched and filtered in the browser, printed as it stands."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.reports import rank
from checks.folding import fold_gaps
from checks.guide import guide
from checks.model import Check, Finding, Severity, Status

if TYPE_CHECKING:
    from jinja2 import Template


MOST_PASSED = 2000
"""Rows of what passed; a browser is slow with more, and the CSV has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the page shows; all text is unescaped."""

    title: str
    finished_at: datetime
    scope: str
    """What was audited, in words."""
    findings: Sequence[Finding]
    checks: Mapping[str, Check]
    """By id: the why and the fix of each finding."""
    account_names: Mapping[str, str]
    nothing_judged: Sequence[str] = ()
    """Ids of checks that ran and found nothing to judge."""


def render(report: Report) -> bytes:
    """The page, in UTF-8. Its only script is named by hash in its own content policy, so no other can run."""
    template, script, style = _parts()
    passed = sum(f.status is Status.PASS for f in report.findings)
    left_out = max(0, passed - MOST_PASSED)
    shown = sorted(report.findings, key=rank)[: len(report.findings) - left_out]  # what passed comes last
    page = template.render(
        report=report,
        rows=[_row(finding, report) for finding in shown],
        left_out=left_out,
        severities=[(str(s), number) for s, number in _by_severity(report.findings)],
        statuses=Counter(str(f.status) for f in report.findings),
        accounts=sorted({f.account for f in report.findings}),
        regions=sorted({f.region for f in report.findings}),
        gaps=fold_gaps(report.findings),
        fixes=[(check, guide(check.id)) for check in _failing(report)],
        script=script,
        style=style,
        script_hash=_hash(script),
        style_hash=_hash(style),
    )
    return page.encode(errors="replace")


@cache
def _parts() -> tuple[Template, str, str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader("bot.reports")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script, style = (loader.get_source(environment, name)[0] for name in ("audit.js", "audit.css"))
    return environment.get_template("audit.html.j2"), Markup(script), Markup(style)  # noqa: S704 - files of ours


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _by_severity(findings: Iterable[Finding]) -> list[tuple[Severity, int]]:
    counts = Counter(f.severity for f in findings if f.status is Status.FAIL)
    return [(severity, counts[severity]) for severity in sorted(Severity, reverse=True)]


def _failing(report: Report) -> list[Check]:
    """The checks that found something, the worst first: each is told once how to fix, however many rows it has."""
    worst: dict[str, Severity] = {}
    for finding in report.findings:
        if finding.status is Status.FAIL:
            worst[finding.check] = max(finding.severity, worst.get(finding.check, finding.severity))
    ids = sorted(worst.keys() & report.checks.keys(), key=lambda id_: (-worst[id_], id_))
    return [report.checks[id_] for id_ in ids]


def _row(finding: Finding, report: Report) -> dict[str, Any]:
    check = report.checks.get(finding.check) if finding.status is not Status.PASS else None
    return {
        "finding": finding,
        "status": str(finding.status),
        "severity": str(finding.severity),
        "account": report.account_names.get(finding.account, finding.account),
        "evidence": [(key.replace("_", " "), _text(value)) for key, value in finding.evidence.items()],
        "why": check.why if check else "",
        "fix": check.fix if check else "",
        "references": ", ".join(check.references) if check else "",
    }


def _text(value: object) -> str:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
