"""Response URLs: an answer to a command or a click, five times within half an hour, without a token."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.slack.errors import ApiError
from sandbox.slack.state import Json

if TYPE_CHECKING:
    from sandbox.slack.backend import Backend

MOST_USES: Final = 5
LIFE_SECONDS: Final = 30 * 60


@dataclass
class ResponseUrl:
    """Where an answer goes: the channel, the person, and the message that was clicked on, if one was."""

    channel: str
    user: str
    message_ts: str
    born: float
    uses: int = 0


class ResponseUrls:
    """The response URLs that were handed out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._urls: dict[str, ResponseUrl] = {}

    def new(self, channel: str, user: str, message_ts: str = "") -> str:
        """The id of a new response URL."""
        key = secrets.token_hex(12)
        self._urls[key] = ResponseUrl(channel, user, message_ts, self._clock())
        return key

    def find(self, key: str) -> ResponseUrl:
        """The response URL; raises ApiError with status 404 for an unknown, an old, or a used-up one."""
        found = self._urls.get(key)
        if found is None or self._clock() - found.born > LIFE_SECONDS:
            raise ApiError("expired_url", status=404)
        if found.uses >= MOST_USES:
            raise ApiError("used_url", status=404)
        return found


def respond(backend: "Backend", key: str, body: Any) -> None:
    """Does what a POST to a response URL asks: a new message (ephemeral unless `in_channel`), or replace, or delete.

    Raises ApiError: 404 for a URL that is spent, 400 for a body that Slack refuses.
    """
    target = backend.responses.find(key)
    if not isinstance(body, dict):
        raise ApiError("invalid_payload", status=400)
    if _true(body.get("delete_original")):
        _original(backend, target)
        backend.team.remove_message(target.channel, target.message_ts)
    else:
        try:
            answer(backend, target, body)
        except ApiError as error:
            raise ApiError(error.error, status=400, extra=error.extra) from error
    target.uses += 1


def answer(backend: "Backend", target: ResponseUrl, body: Json) -> Json:
    """Posts or replaces the message that `body` describes; raises ApiError for what Slack refuses."""
    from sandbox.slack.posting import checked_content, post, post_ephemeral

    content = checked_content(backend, str(body.get("text") or ""), body.get("blocks") or [])
    if _true(body.get("replace_original")):
        message = _original(backend, target)
        message.pop("blocks", None)
        message.update(content)
        backend.team.show(target.channel, message)
        return message
    if body.get("thread_ts"):
        content["thread_ts"] = str(body["thread_ts"])
    channel = backend.team.channels[target.channel]
    if body.get("response_type") == "in_channel":
        return post(backend, channel, content)
    return post_ephemeral(backend, channel, target.user, content)


def _original(backend: "Backend", target: ResponseUrl) -> Json:
    message = backend.team.messages[target.channel].get(target.message_ts)
    if message is None:
        raise ApiError("message_not_found", status=400)
    return message


def _true(value: Any) -> bool:
    return value is True or value == "true"
