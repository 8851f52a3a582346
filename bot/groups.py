"""Who is in which user group of Slack, read now and then so that a listener never has to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Groups:
    """Members of the user groups that the settings name, by id or @handle."""

    client: WebClient
    wanted: frozenset[str]
    _members: dict[str, frozenset[str]] = field(default_factory=dict)

    def members(self, entry: str) -> frozenset[str]:
        """User ids as of the last refresh; empty for a group that is not known."""
        return self._members.get(entry, frozenset())

    def refresh(self) -> None:
        """Ask Slack again. A failure leaves what was known and is logged; a group that is gone has no members."""
        if not self.wanted:
            return
        try:
            found: dict[str, frozenset[str]] = {}
            for group in self.client.usergroups_list(include_disabled=False)["usergroups"]:
                names = {group["id"], f"@{group['handle']}"} & self.wanted
                if names:
                    users = self.client.usergroups_users_list(usergroup=group["id"])["users"]
                    found |= dict.fromkeys(names, frozenset(users))
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("user groups could not be read; rights stay as they were", reason=str(error))
            return
        for missing in sorted(self.wanted - found.keys()):
            log.warning("a user group in the settings is not in the workspace", group=missing)
        self._members = found


def wanted(entries: Iterable[str]) -> frozenset[str]:
    """The entries that are user groups."""
    return frozenset(entry for entry in entries if entry[0] in "S@")
