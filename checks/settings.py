"""The numbers and lists that an operator may set; the defaults are those of the practices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """Every number and list of the checks, in days unless named otherwise."""

    key_max_age: int = 90
    key_very_old: int = 365
    key_unused: int = 30
    user_inactive: int = 90
    root_used: int = 90
    password_length: int = 14
    password_max_age: int = 90
    password_remembered: int = 24
    break_glass: tuple[str, ...] = ()
    """Names of users and roles for emergencies, left out of the checks on people."""
    severity: Mapping[str, str] = field(default_factory=dict)
    """Severity by check id, in place of the check's own."""
    disabled: tuple[str, ...] = ()
    """Ids of checks switched off."""
