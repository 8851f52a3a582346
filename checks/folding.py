"""What people read of many findings: those with one cause on one resource are one line, under the worst."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checks.model import Finding


@dataclass(frozen=True, slots=True)
class Line:
    """The worst finding of a cause, and the others that the same cause made."""

    worst: Finding
    folded: tuple[Finding, ...] = ()


def causes(finding: Finding) -> frozenset[str]:
    """What a finding comes from, as its evidence says under `cause` and `rules`."""
    cause = finding.evidence.get("cause")
    return frozenset((*finding.evidence.get("rules", ()), *((cause,) if cause else ())))


def fold(findings: Iterable[Finding]) -> list[Line]:
    """One line for each cause on each resource, the worst first; a finding that names no cause stands alone.

    Only findings of the same status fold, and a finding that shares causes with several lines goes under the
    worst of them.
    """
    lines: list[tuple[Finding, list[Finding], frozenset[str]]] = []
    places: dict[tuple[str, ...], list[int]] = {}
    for finding in sorted(findings, key=_order):
        own = causes(finding)
        place = places.setdefault((finding.status, finding.account, finding.region, finding.resource), [])
        under = next((number for number in place if own & lines[number][2]), None)
        if under is None:
            place.append(len(lines))
            lines.append((finding, [], own))
        else:
            lines[under][1].append(finding)
    return [Line(worst, tuple(folded)) for worst, folded, _ in lines]


def _order(finding: Finding) -> tuple[int, bool, str, str, str, str]:
    """The worst first; of two alike the one with more causes, so that "everything" stands above its parts."""
    return (
        -finding.severity,
        not causes(finding),
        finding.account,
        finding.region,
        finding.resource,
        finding.check,
    )
