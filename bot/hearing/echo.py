"""The echo: a reaction of Picket's own, for a moment, below a message of its own, which Slack must bring back."""

from __future__ import annotations

import http.client
import time
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.services import Services
from bot.store import hearing
from bot.store.outbox import Place

log = structlog.get_logger(__name__)

EVENT: Final = "reaction_added"
_EMOJI: Final = "ear"
_ELSEWHERE: Final = {
    *("message_not_found", "channel_not_found", "not_in_channel", "is_archived", "thread_locked", "no_access"),
    *("too_many_emoji", "too_many_reactions", "not_reactable", "bad_timestamp"),
}
"""Answers after which another message is tried."""
_PASSING: Final = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
_FAILURES: Final = (SlackApiError, SlackClientError, OSError, http.client.HTTPException)


class Echo:
    """Asks, and hears what comes; `ask`, `tidy` and `forget` are for one thread, `hear` for any.

    Moments are of `time.monotonic`.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._place: Place | None = None
        self._heard = False
        self.tried = time.monotonic()
        """When it was last asked for, or could not be."""
        self.possible = True
        """Whether there was a message to ask below, and leave to do so."""
        self.repeated = False
        """It came, but not at Slack's first attempt: that went where nobody reads."""

    @property
    def pending(self) -> bool:
        """Whether it was asked for and has not come at the first attempt."""
        return self._place is not None and not self._heard

    def ask(self) -> None:
        """React below the newest message that takes it. What Slack refuses is logged, and `possible` tells of it."""
        self.forget()
        with self._services.store.read() as tx:
            places = hearing.newest_messages(tx)
        outcomes = (self._ask_below(place) for place in places)
        self.possible = next((outcome for outcome in outcomes if outcome is not None), False)
        self.tried = time.monotonic()

    def _ask_below(self, place: Place) -> bool | None:
        """Whether echoes are possible; None when this message does not tell."""
        self._heard = self.repeated = False
        self._place = place  # before the call: the echo may be faster than its answer
        try:
            self._react(place)
        except SlackApiError as error:
            self._place = None
            code = str(error.response.get("error", ""))
            if code in _ELSEWHERE:
                return None
            log.warning("slack refused the reaction by which picket hears itself", reason=_advice(code))
            return code in _PASSING
        except _FAILURES as error:
            self._place = None
            log.warning("slack was not reached for an echo", reason=str(error))
        return True

    def _react(self, place: Place) -> None:
        client = self._services.slack
        try:
            client.reactions_add(channel=place.channel, timestamp=place.ts, name=_EMOJI)
        except SlackApiError as error:
            if error.response.get("error") != "already_reacted":
                raise
            # left there when Picket was killed
            client.reactions_remove(channel=place.channel, timestamp=place.ts, name=_EMOJI)
            client.reactions_add(channel=place.channel, timestamp=place.ts, name=_EMOJI)

    def hear(self, event: dict[str, Any], attempt: int) -> None:
        """A `reaction_added` came, at Slack's attempt number `attempt`, from 0."""
        item, place = event.get("item", {}), self._place
        if place is None or self._heard or (item.get("channel"), item.get("ts")) != (place.channel, place.ts):
            return
        if attempt:
            self.repeated = True
        else:
            self._heard = True

    def tidy(self) -> None:
        """Take the reaction away once it was heard."""
        if self._heard:
            self.forget()

    def forget(self) -> None:
        """Take the reaction away and expect nothing any more."""
        place, self._place, self._heard, self.repeated = self._place, None, False, False
        if place is None:
            return
        try:
            self._services.slack.reactions_remove(channel=place.channel, timestamp=place.ts, name=_EMOJI)
        except _FAILURES as error:
            log.info("the reaction by which picket hears itself stays", channel=place.channel, reason=str(error))


def _advice(code: str) -> str:
    if code == "missing_scope":
        return f"{code}: reinstall the app with the scopes reactions:read and reactions:write of manifest.yml"
    return code
