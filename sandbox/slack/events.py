"""The Events API: what the app subscribed to is sent to it, and sent again until it acknowledges."""

import asyncio
from typing import Final

from sandbox.slack.backend import Backend
from sandbox.slack.socket_mode import NotAcknowledged, NotDelivered
from sandbox.slack.state import Conversation, Json

# the scope without which Slack does not send an event, although it is subscribed to
_SCOPES: Final = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "file_shared": "files:read",
}


def emit(backend: Backend, subscription: str, event: Json) -> None:
    """Sends an event if the app subscribed to it and holds its scope; returns at once."""
    needed = _SCOPES.get(subscription)
    if subscription in backend.settings.events and (needed is None or needed in backend.settings.scopes):
        backend.spawn(send_event(backend, event))


async def send_event(backend: Backend, event: Json) -> bool:
    """Sends one event, again after each delay until it is acknowledged; whether it was."""
    company = backend.team.company
    authorization = {"enterprise_id": None, "team_id": company.team_id, "user_id": company.bot.id, "is_bot": True}
    payload: Json = {
        "token": "sandbox",
        "team_id": company.team_id,
        "api_app_id": company.app_id,
        "event": {"event_ts": backend.team.new_ts(), **event},
        "type": "event_callback",
        "event_id": backend.team.new_id("Ev"),
        "event_time": int(backend.clock()),
        "authorizations": [{**authorization, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }
    reason = ""
    for attempt, delay in enumerate((0.0, *backend.settings.retry_seconds)):
        await asyncio.sleep(delay)
        try:
            await backend.sockets.deliver(
                "events_api",
                payload,
                backend.settings.ack_seconds,
                accepts_response_payload=False,
                retry_attempt=attempt,
                retry_reason=reason,
            )
        except (NotAcknowledged, NotDelivered) as problem:
            reason = "timeout" if isinstance(problem, NotAcknowledged) else "connection_failed"
            backend.team.notice("warning", f"The app did not acknowledge the event {event['type']} ({reason}).")
        else:
            return True
    return False


def emit_message(backend: Backend, channel: Conversation, message: Json) -> None:
    """Sends the message events of a new message: of its kind of channel, and of a mention of the app."""
    team = backend.team
    if team.bot not in channel.members:
        return
    kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
    event = {**message, "channel": channel.id, "channel_type": kind, "team": team.company.team_id}
    emit(backend, f"message.{kind if kind == 'im' else kind + 's'}", event)
    if f"<@{team.bot}>" in message["text"] and message["user"] != team.bot:
        emit(backend, "app_mention", {**event, "type": "app_mention"})
