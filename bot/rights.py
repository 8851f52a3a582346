"""Who may do what: users and user groups of Slack against the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot import config
from bot.errors import NotAllowed
from bot.messages.text import mention


class Right(StrEnum):
    """What a person may be allowed to do."""

    AUDIT = "audit"
    RESPOND = "respond"
    REQUEST = "request"
    APPROVE = "approve"


_DEED = {
    Right.AUDIT: "start audits",
    Right.RESPOND: "acknowledge, snooze or resolve alerts",
    Right.REQUEST: "ask for a remediation",
    Right.APPROVE: "approve a remediation",
}


@dataclass(frozen=True, slots=True)
class Rights:
    """The settings, and who is in a user group (by id or @handle) now."""

    settings: config.Rights
    members: Callable[[str], frozenset[str]]
    """User ids of a group; empty when it is not known. Must not call the network: listeners ask."""

    def may(self, user: str, right: Right) -> bool:
        """Whether `user` (an id) has `right`."""
        return any(self._is(user, entry) for entry in getattr(self.settings, right))

    def require(self, user: str, right: Right) -> None:
        """Raise NotAllowed, in words and with who may, when `user` does not have `right`."""
        if not self.may(user, right):
            who = " and ".join(mention(entry) for entry in self.allowed(right)) or "Nobody"
            raise NotAllowed(
                f"You may not {_DEED[right]}. {who} may, by the setting `rights.{right}` in Picket's config."
            )

    def allowed(self, right: Right) -> tuple[str, ...]:
        """The entries of the setting, for showing."""
        entries: tuple[str, ...] = getattr(self.settings, right)
        return entries

    def _is(self, user: str, entry: str) -> bool:
        if entry == "*":
            return True
        return user in self.members(entry) if entry[0] in "S@" else user == entry
