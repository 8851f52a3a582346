"""One row of the outbox made into calls of Slack's Web API.

A post carries its key as message metadata. When it is not known whether an earlier call had its effect (time-out,
crash), the message is looked for by that key before it is posted again.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.error import URLError

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.metadata import Metadata

from bot.errors import PicketError
from bot.messages.limits import SECTION, cut
from bot.store.lanes import Row
from bot.store.outbox import Kind, Place

log = structlog.get_logger(__name__)

EVENT = "picket_message"
"""`event_type` of the metadata of what Picket posts."""


class Retry(PicketError):
    """Not now: try again after `after`; `unknown` when the call may have had its effect."""

    def __init__(self, reason: str, after: timedelta | None = None, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.unknown = unknown


class Refused(PicketError):
    """Slack will never take this row: repeating it is no use."""


_HOLD = {"channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "account_inactive", "token_revoked"}
"""Somebody can mend these without Picket's doing: wait for it."""
_PASSING = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
"""Somebody, or a rule of the workspace, deleted the message or closed it: what has changed is said in a new one."""
_BAD_BLOCKS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}
"""A fault of Picket's; it must not cost people the message."""
_NO_THREAD = "thread_not_found"
_HOLD_FOR = timedelta(minutes=1)


@dataclass(slots=True)
class Slack:
    """The destination; `client` must have no retry handlers of its own, for the outbox retries."""

    client: WebClient
    _channels: dict[str, str] = field(default_factory=dict)

    def deliver(self, row: Row, place: Place | None, parent: Place | None) -> Place | None:
        """Make the row true in Slack; the place of its message, where it has one.

        `place` is where the row's key stands already, `parent` where its parent does. Raises Retry or Refused.
        """
        try:
            return self._at_least_text(row, place, parent)
        except SlackApiError as error:
            raise _translated(error) from error
        except (SlackClientError, URLError, OSError, http.client.HTTPException) as error:
            raise Retry(f"Slack could not be reached: {error}", unknown=True) from error

    def _at_least_text(self, row: Row, place: Place | None, parent: Place | None) -> Place | None:
        try:
            return self._deliver(row, place, parent)
        except SlackApiError as error:
            if error.response.get("error") not in _BAD_BLOCKS or not row.body.get("blocks"):
                raise
            log.warning("slack refuses the blocks of a message; saying its text alone", key=row.key, reason=str(error))
            return self._deliver(_text_alone(row), place, parent)

    def _deliver(self, row: Row, place: Place | None, parent: Place | None) -> Place | None:
        if row.parent is not None and parent is None:
            raise Refused(f"the message {row.parent}, in whose thread it belongs, was never posted")
        if row.kind is Kind.HOME:
            self.client.views_publish(user_id=row.user or "", view=dict(row.body["view"]))
            return None
        if row.kind is Kind.EPHEMERAL:
            self.client.chat_postEphemeral(
                channel=self._id(row.channel), user=row.user or "", text=row.text, blocks=row.body["blocks"] or None
            )
            return None
        if row.kind is Kind.FILE:
            self._upload(row, parent)
            return None
        return self._say(row, place, parent)

    def _say(self, row: Row, place: Place | None, parent: Place | None) -> Place:
        for standing in self._standing(row, place, parent):
            if self._edit(row, standing):
                return standing
        try:
            return self._post(row, parent)
        except SlackApiError as error:
            if parent is None or error.response.get("error") != _NO_THREAD:
                raise
            return self._post(row, None, parent.channel)  # better seen beside its thread than never

    def _standing(self, row: Row, place: Place | None, parent: Place | None) -> Iterator[Place]:
        """Where the message stands, as far as is known: where it was last, and where an earlier call put it."""
        if place is not None:
            yield place
        if row.begun and (found := self._find(row, parent)) is not None:
            yield found

    def _post(self, row: Row, parent: Place | None, channel: str = "") -> Place:
        answer = self.client.chat_postMessage(
            channel=parent.channel if parent else channel or self._id(row.channel),
            thread_ts=parent.ts if parent else None,
            text=row.text,
            blocks=row.body["blocks"] or None,
            metadata=_metadata(row),
            unfurl_links=False,
            unfurl_media=False,
        )
        return Place(answer["channel"], answer["ts"])

    def _edit(self, row: Row, place: Place) -> bool:
        """Edit what stands at `place`; False when it cannot be edited (any more) and is to be posted anew."""
        try:
            self.client.chat_update(
                channel=place.channel,
                ts=place.ts,
                text=row.text,
                blocks=row.body["blocks"] or None,
                metadata=_metadata(row).to_dict(),
            )
        except SlackApiError as error:
            if error.response.get("error") not in _GONE:
                raise
            return False
        return True

    def _upload(self, row: Row, parent: Place | None) -> None:
        assert parent is not None, "a file belongs in a thread"
        if row.begun and any(row.body["filename"] in _file_names(message) for message in self._thread(parent)):
            return
        self.client.files_upload_v2(
            channel=parent.channel,
            thread_ts=parent.ts,
            filename=row.body["filename"],
            title=row.body["title"],
            alt_txt=row.body["alt_text"] or None,
            content=_content(row),
        )

    def _find(self, row: Row, parent: Place | None) -> Place | None:
        """The message that an earlier call may have posted."""
        channel = parent.channel if parent else self._id(row.channel)
        if channel.startswith("U"):
            channel = str(self.client.conversations_open(users=channel)["channel"]["id"])
        for message in self._among(row, channel, parent):
            if message.get("metadata", {}).get("event_payload", {}).get("key") == row.key:
                return Place(channel, message["ts"])
        return None

    def _among(self, row: Row, channel: str, parent: Place | None) -> list[Mapping[str, Any]]:
        """The messages of which it may be one: those of its thread; of the channel, where there is no thread."""
        if parent:
            try:
                return self._thread(parent)
            except SlackApiError as error:
                if error.response.get("error") != _NO_THREAD:
                    raise
        oldest = (row.created_at - timedelta(minutes=5)).timestamp()
        messages: list[Mapping[str, Any]] = []
        for page in self.client.conversations_history(
            channel=channel, oldest=f"{oldest:.6f}", include_all_metadata=True, limit=200
        ):
            messages += page["messages"]
        return messages

    def _thread(self, parent: Place) -> list[Mapping[str, Any]]:
        messages: list[Mapping[str, Any]] = []
        for page in self.client.conversations_replies(
            channel=parent.channel, ts=parent.ts, include_all_metadata=True, limit=200
        ):
            messages += page["messages"]
        return messages

    def known(self, channel: str) -> str:
        """The id of `#name` as far as it was asked for already; else the name."""
        return self._channels.get(channel, channel)

    def _id(self, channel: str) -> str:
        """The id of `#name`; ids are themselves."""
        if not channel.startswith("#"):
            return channel
        if channel not in self._channels:
            for page in self.client.conversations_list(types="public_channel,private_channel", limit=200):
                self._channels |= {f"#{found['name']}": found["id"] for found in page["channels"]}
        if channel not in self._channels:
            raise Retry(f"there is no channel {channel}, or Picket is not in it: invite it there", _HOLD_FOR)
        return self._channels[channel]


def _text_alone(row: Row) -> Row:
    """The row with what notifications say as its only block: it replaces blocks that stand in Slack, too."""
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": cut(row.text or "…", SECTION)}}]
    return replace(row, body={**row.body, "blocks": blocks})


def _content(row: Row) -> bytes:
    """The bytes of a file, JSON as people read it."""
    content = row.content or b""
    if not row.body.get("json"):
        return content
    return json.dumps(json.loads(content), indent=2, ensure_ascii=False).encode("utf-8", "replace")


def _metadata(row: Row) -> Metadata:
    return Metadata(EVENT, {"key": row.key})


def _file_names(message: Mapping[str, Any]) -> set[str]:
    return {file.get("name", "") for file in message.get("files", ())}


def _translated(error: SlackApiError) -> Retry | Refused:
    """What Slack's answer means for the row."""
    response = error.response
    code = str(response.get("error", "")) if isinstance(response.data, dict) else ""
    status = response.status_code
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        seconds = float(response.headers.get("Retry-After", 30))
        return Retry("Slack asks to wait (rate limit)", timedelta(seconds=seconds))
    if status >= 500 or code in _PASSING:
        return Retry(f"Slack failed ({code or status})", unknown=True)
    if code in _HOLD:
        return Retry(f"Slack refuses for now: {code}", _HOLD_FOR)
    details = "; ".join(response.get("response_metadata", {}).get("messages", ())[:5])
    return Refused(f"{code}{': ' if details else ''}{details}")
