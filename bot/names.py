"""What people are called: asked of Slack now and then for those who see to alerts, and never in a transaction."""

from __future__ import annotations

from datetime import timedelta

import structlog
from slack_sdk.errors import SlackClientError

from bot import config
from bot.services import Services
from bot.store import Tx, names

log = structlog.get_logger(__name__)

_FRESH, _LATELY = timedelta(days=1), timedelta(hours=1)
_AT_ONCE = 5
"""Asked for in one run, which is once a minute: Slack's limit is not ours alone."""


def learn(services: Services) -> None:
    """Ask Slack for the names of those who have or saw to alerts, once a day each at most."""
    now = services.now()
    with services.store.read() as tx:
        due = names.due(tx, now - _LATELY, now - _FRESH, _AT_ONCE)
    for user in due:
        name = _ask(services, user)
        with services.store.write() as tx:
            names.keep(tx, user, name, now)


def called(tx: Tx, owners: config.Owners) -> dict[str, str]:
    """What people and groups are called, by id: by Slack, or else by the tag's value that names them as owners."""
    tagged = {id_: value for value, id_ in sorted(owners.people.items(), reverse=True)}
    return tagged | names.known(tx)


def _ask(services: Services, user: str) -> str:
    """What Slack says now; empty when it does not."""
    try:
        told = services.slack.users_info(user=user)["user"]
        return str(told.get("profile", {}).get("display_name") or told.get("real_name") or told.get("name") or "")
    except (SlackClientError, OSError, KeyError, AttributeError) as error:
        log.warning("slack did not tell a name; digests show the id", user=user, reason=str(error))
        return ""
