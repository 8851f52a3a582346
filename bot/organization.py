"""What is known of an AWS organisation: its accounts, the units that they are in, and the words that mean them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_ID = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisational unit, or the root."""

    id: str
    path: str
    """Names from below the root, as `Workloads/Production`; empty for the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account of the organisation."""

    id: str
    name: str
    active: bool
    """Whether it can be used: neither closed, suspended nor about to be."""
    units: tuple[Unit, ...]
    """From the root to the one that it is in."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """None where they were not asked for."""

    @property
    def unit_names(self) -> tuple[str, ...]:
        """Ids and paths of its units."""
        return tuple(name for unit in self.units for name in (unit.id, unit.path) if name)


def is_of(word: str, account: str, units: Collection[str], tags: Mapping[str, str]) -> bool:
    """Whether a word of the settings (a number, a unit's id or path, `key=value`) means an account with these."""
    key, equals, value = word.partition("=")
    if equals:
        return any(fnmatchcase(k, key) and fnmatchcase(v, value) for k, v in tags.items())
    return word in (account, *units) or any(fnmatchcase(unit, word) for unit in units if not _ID.fullmatch(unit))
