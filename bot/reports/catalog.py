"""The checks themselves, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.aws.permissions import read_actions
from bot.aws.remedies import REMEDIES
from bot.reports.table import Screen
from checks.guide import guide
from checks.model import Check
from checks.settings import CheckSettings


def as_json(checks: Iterable[Check]) -> str:
    """An array, one check a line."""
    return "[\n" + ",\n".join(json.dumps(_facts(check)) for check in checks) + "\n]\n"


def _facts(check: Check) -> dict[str, Any]:
    told = guide(check.id)
    return {
        "id": check.id,
        "title": check.title,
        "service": check.services[0],
        "severity": str(check.severity),
        "why": check.why,
        "fix": check.fix,
        "references": list(check.references),
        "permissions": list(read_actions([check])),
        "remedies": remedies(check),
        "judged": told.judged(CheckSettings()),
        "settings": [f"checks.{name}" for name in told.settings],
        "console": list(told.console),
        "cli": told.cli.text,
        "terraform": told.terraform.text,
    }


def remedies(check: Check) -> list[str]:
    """Ids of the remedies that can fix what the check finds."""
    return [id_ for id_, each in REMEDIES.items() if any(fnmatchcase(check.id, pattern) for pattern in each.fixes)]


def as_table(checks: Sequence[Check], screen: Screen) -> str:
    """A row for each check."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("check", "severity", "service", "what it finds", "references"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        row = (check.id, str(check.severity), check.services[0], check.title, " ".join(check.references))
        table.add_row(*(Text(cell) for cell in row))
    return screen.text(table, Text(""), Text("1 check" if len(checks) == 1 else f"{len(checks)} checks"))
