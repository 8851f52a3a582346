"""The app's messages: how they are made, whether shown to a channel or to one person only."""

from typing import Any

from sandbox.slack.backend import Backend
from sandbox.slack.errors import ApiError
from sandbox.slack.events import emit_message
from sandbox.slack.limits import MESSAGE_TEXT
from sandbox.slack.state import Conversation, Json
from sandbox.slack.text import normalise
from sandbox.slack.validate import check_message


def checked_content(backend: Backend, text: str, blocks: list[Json], text_limit: int = MESSAGE_TEXT) -> Json:
    """The `text` and `blocks` of a message as Slack stores them; raises ApiError for what Slack refuses."""
    check_message(text, blocks, text_limit=text_limit)
    check_files(backend, blocks)
    content: Json = {"text": normalise(text)}
    if blocks:
        content["blocks"] = backend.team.prepare(blocks)
    return content


def check_files(backend: Backend, value: Any) -> None:
    """Raises ApiError `invalid_blocks` when an image names a file that is not there or has not arrived."""
    if isinstance(value, list):
        for item in value:
            check_files(backend, item)
    elif isinstance(value, dict):
        named = value.get("slack_file")
        if isinstance(named, dict) and "id" in named:
            stored = backend.team.files.get(named["id"])
            if stored is None or stored.content is None or not stored.shared:
                message = "[ERROR] invalid slack file"
                raise ApiError("invalid_blocks", extra={"response_metadata": {"messages": [message]}})
        for item in value.values():
            check_files(backend, item)


def post(backend: Backend, channel: Conversation, content: Json) -> Json:
    """Posts the app's message to the channel; `content` is its text and blocks and any further keys."""
    message = backend.team.add_message(channel.id, {**author(backend), **content})
    emit_message(backend, channel, message)
    return message


def post_ephemeral(backend: Backend, channel: Conversation, user: str, content: Json) -> Json:
    """Shows the app's message in the channel to `user` alone."""
    return backend.team.add_message(channel.id, {**author(backend), **content, "ephemeral_to": user})


def author(backend: Backend) -> Json:
    """The keys of a message that say that the app wrote it."""
    company = backend.team.company
    return {
        "user": company.bot.id,
        "bot_id": company.bot_id,
        "app_id": company.app_id,
        "team": company.team_id,
        "bot_profile": {
            "id": company.bot_id,
            "app_id": company.app_id,
            "name": company.bot.real_name,
            "team_id": company.team_id,
            "deleted": False,
        },
    }
