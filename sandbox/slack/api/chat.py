"""chat.*: the app's messages are posted, changed, shown to one person, deleted, and linked to."""

from typing import Any

from sandbox.slack.api.conversations import direct_message
from sandbox.slack.api.method import Call, method
from sandbox.slack.errors import ApiError
from sandbox.slack.limits import UPDATE_TEXT
from sandbox.slack.posting import checked_content, post, post_ephemeral
from sandbox.slack.state import Conversation, Json


@method("chat.postMessage", "chat:write", tier=None)
def post_message(call: Call) -> Json:
    """Posts to a channel, or to a person's direct message when given a user id."""
    channel = _target(call)
    content = _content(call)
    content.update(_thread(call, channel))
    if metadata := _metadata(call):
        content["metadata"] = metadata
    call.backend.pacer.post(channel.id)
    message = post(call.backend, channel, content)
    return {"channel": channel.id, "ts": message["ts"], "message": shown(message)}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral_message(call: Call) -> Json:
    """Shows a message to one member of the channel."""
    channel = _target(call)
    user = call.needed("user")
    if user not in call.team.users:
        raise ApiError("user_not_found")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    content = {**_content(call), **_thread(call, channel)}
    return {"message_ts": post_ephemeral(call.backend, channel, user, content)["ts"]}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    """Changes one of the app's messages; text without blocks takes the blocks away and marks it as edited."""
    channel = call.channel()
    message = _own_message(call, channel, "cant_update_message")
    if channel.is_archived:
        raise ApiError("is_archived")
    content = _content(call, text_limit=UPDATE_TEXT)
    message.pop("blocks", None)
    message.update(content)
    if metadata := _metadata(call):
        message["metadata"] = metadata
    if "blocks" not in content:
        message["edited"] = {"user": call.team.bot, "ts": call.team.new_ts()}
    call.team.show(channel.id, message)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": shown(message)}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    """Deletes one of the app's messages."""
    channel = call.channel()
    message = _own_message(call, channel, "cant_delete_message")
    call.team.remove_message(channel.id, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.getPermalink", tier=None)
def permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.channel()
    ts = call.needed("message_ts")
    message = call.team.messages[channel.id].get(ts)
    if message is None or "ephemeral_to" in message:
        raise ApiError("message_not_found")
    link = f"{call.backend.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.get("thread_ts", ts) != ts:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def shown(message: Json, *, metadata: bool = True) -> Json:
    """A message as the API answers it."""
    hidden = {"ephemeral_to"} if metadata else {"ephemeral_to", "metadata"}
    return {name: value for name, value in message.items() if name not in hidden}


def _target(call: Call) -> Conversation:
    given = call.needed("channel")
    if given in call.team.users:
        return direct_message(call, given)
    channel = call.channel(by_name=True)
    if channel.is_archived:
        raise ApiError("is_archived")
    may_join = "chat:write.public" in call.backend.settings.scopes and not channel.is_private
    if call.team.bot not in channel.members and not may_join:
        raise ApiError("not_in_channel")
    return channel


def _content(call: Call, **limits: int) -> Json:
    if call.structure("attachments", "invalid_attachments"):
        messages = ["[ERROR] the sandbox draws no attachments: use blocks [json-pointer:/attachments]"]
        raise ApiError("invalid_attachments", extra={"response_metadata": {"messages": messages}})
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    return checked_content(call.backend, call.text("text"), blocks or [], **limits)


def _thread(call: Call, channel: Conversation) -> Json:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return {}
    parent = call.team.messages[channel.id].get(thread_ts)
    if parent is None or "ephemeral_to" in parent:
        raise ApiError("thread_not_found")
    broadcast = {"subtype": "thread_broadcast"} if call.flag("reply_broadcast") else {}
    return {"thread_ts": parent.get("thread_ts", thread_ts), **broadcast}


def _metadata(call: Call) -> Any:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not metadata.get("event_type"):
        raise ApiError("metadata_must_be_sent_with_event_type")
    if not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    return metadata


def _own_message(call: Call, channel: Conversation, error: str) -> Json:
    message = call.team.messages[channel.id].get(call.needed("ts"))
    if message is None or "ephemeral_to" in message:
        raise ApiError("message_not_found")
    if message["user"] != call.team.bot:
        raise ApiError(error)
    return message
