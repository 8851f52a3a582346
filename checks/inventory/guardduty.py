"""GuardDuty: detectors, and the findings that nobody archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """The detector of a region."""

    id: str
    arn: str
    region: str
    enabled: bool
    """Otherwise it is suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """One finding of high severity or worse that is not archived."""

    id: str
    arn: str
    region: str
    type: str
    title: str
    severity: float
    """AWS's number: high from 7, critical from 9."""
    created: datetime
    count: int = 1
