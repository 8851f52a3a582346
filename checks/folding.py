"""What people read of many findings: one line for one cause on one resource, one for one reason of not knowing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checks.model import Finding, Status


@dataclass(frozen=True, slots=True)
class Line:
    """The worst finding of a cause, and the others that the same cause made."""

    worst: Finding
    folded: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class GapLine:
    """What could not be judged in one place, for one reason."""

    account: str
    region: str
    reason: str
    checks: tuple[str, ...]


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


def fold_gaps(findings: Iterable[Finding]) -> list[GapLine]:
    """One line for each account, region and reason among the findings that are UNKNOWN, in that order."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for finding in findings:
        if finding.status is Status.UNKNOWN:
            found.setdefault((finding.account, finding.region, finding.reason), set()).add(finding.check)
    return [GapLine(*where, tuple(sorted(checks))) for where, checks in sorted(found.items())]


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
