"""One check explained: why it is there, how it stands now, how to fix what it finds, and where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from bot.messages.blocks import context, header, section
from bot.messages.evidence import in_words, named
from bot.messages.text import Message, count, escape, fit, plain, severity
from checks.model import Check, Finding, Status

_SHOWN = 8


def build(check: Check, findings: Sequence[Finding], name: Callable[[str], str]) -> Message:
    """`findings` are the newest answers of this check, of all accounts; `name` is what people call an account."""
    failing = sorted((f for f in findings if f.status is Status.FAIL), key=lambda f: (-f.severity, f.resource))
    lines = [_line(finding, name) for finding in failing[:_SHOWN]]
    if len(failing) > _SHOWN:
        lines.append(f"… and {len(failing) - _SHOWN:,} more")
    blocks = [
        header(check.id),
        section(f"*{escape(check.title)}* · {severity(check.severity)}"),
        section(f"*Why*\n{plain(check.why)}"),
        section(f"*How to fix it*\n{plain(check.fix)}"),  # so that its commands can be copied as they are
        section("\n".join(["*How it stands*", _stands(findings), *lines])),
        context(f"References: {', '.join(check.references)}. To audit it now: `/aws-audit {check.id}`"),
    ]
    return Message(f"{check.id}: {check.title}. {_stands(findings)}", blocks)


def _stands(findings: Sequence[Finding]) -> str:
    if not findings:
        return "No audit has judged it yet."
    found = Counter(finding.status for finding in findings)
    words = {Status.FAIL: "fail", Status.PASS: "passed", Status.UNKNOWN: "could not be judged", Status.MUTED: "muted"}
    said = [f"{found[status]:,} {word}" for status, word in words.items() if found[status]]
    return f"Of {count(len(findings), 'resource')}: {', '.join(said)}."


def _line(finding: Finding, name: Callable[[str], str]) -> str:
    where = f"{fit(name(finding.account), 60)}, {fit(finding.region, 30)}"
    said = f": {fit(in_words(finding.evidence), 160)}" if finding.evidence else ""
    return f"• {severity(finding.severity)} *{fit(named(finding), 100)}* · {where}{said}"
