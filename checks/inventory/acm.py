"""ACM: certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate of ACM, issued or imported."""

    arn: str
    region: str
    domain: str
    status: str
    """`ISSUED`, `EXPIRED`, `PENDING_VALIDATION` …"""
    expires: datetime | None
    """None for one that was never issued."""
    kind: str = ""
    """`AMAZON_ISSUED`, `IMPORTED` or `PRIVATE`."""
    renewal: str = ""
    """How its renewal goes, as AWS says it; empty: nothing is under way."""
    used_by: tuple[str, ...] = ()
    """ARNs."""
