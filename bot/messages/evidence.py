"""What decided a finding, and the resource it is about, in the words that people use; plain text, unescaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checks.model import Evidence, Finding


def short(resource: str) -> str:
    """The part of an ARN by which people know the resource: `alice`, `sg-0a1b`, a bucket's name."""
    if resource.startswith("AWS::::Account:"):
        return f"account {resource.rsplit(':', 1)[-1]}"
    return resource.split(":", 5)[-1].rsplit("/", 1)[-1] or resource if resource.startswith("arn:") else resource


def named(finding: Finding) -> str:
    """By name where an id is all that the ARN has: `db-legacy (sg-0a1b)`."""
    name, id_ = finding.evidence.get("group"), short(finding.resource)
    return f"{name} ({id_})" if isinstance(name, str) and name else id_


_SAID = frozenset({"cause", "group", "open_to", "ports"})
"""Evidence that the title, the resource's name or the rules say already."""
_DAYS = {"age_days": "old", "days_ago": "ago"}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(?:\+00:00|Z)")


def in_words(facts: Evidence) -> str:
    """What decided it, in one line of plain text."""
    return "; ".join(_fact(key, words(value)) for key, value in facts.items() if key not in _SAID)


def _fact(key: str, said: str) -> str:
    label = key.replace("_", " ")
    if key in _DAYS:
        return f"{said} day{'' if said == '1' else 's'} {_DAYS[key]}"
    said = _MOMENT.sub(r"\1 \2 UTC", said)
    return said if said.startswith((f"{label} ", f"{label}-")) else f"{label}: {said}"


def words(value: Any) -> str:
    """One value of it: yes or no, the first of a list and how many more."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {words(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        more = f" and {len(value) - 3} more" if len(value) > 3 else ""
        return ", ".join(words(item) for item in value[:3]) + more
    return str(value)
