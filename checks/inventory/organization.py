"""AWS Organizations: the accounts that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from checks.inventory import GLOBAL, Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The organisation that the account belongs to; empty where it belongs to none."""

    arn: str
    """The account's, as a whole."""
    id: str = ""
    accounts: tuple[str, ...] | Gap = ()
    """Ids of its accounts, which most accounts may not list."""

    @property
    def region(self) -> str:
        """Organisations are global."""
        return GLOBAL
