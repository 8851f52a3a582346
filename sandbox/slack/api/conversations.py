"""conversations.*: the channels the app may see, their members, and what was said in them."""

from typing import Any, Final

from sandbox.slack.api.method import Call, method, page_of
from sandbox.slack.errors import ApiError
from sandbox.slack.state import Conversation, Json

_FAMILY: Final = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


@method("conversations.list", tier=2)
def list_(call: Call) -> Json:
    """The channels of the asked types; private ones only where the app is a member."""
    types = (call.text("types") or "public_channel").split(",")
    for kind in types:
        if kind not in _FAMILY:
            raise ApiError("invalid_types")
        call.need_scope(f"{_FAMILY[kind]}:read")
    found = [
        channel
        for channel in call.team.channels.values()
        if _kind(channel) in types
        and not (channel.is_private and call.team.bot not in channel.members)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    channels, metadata = page_of(call, found, 100)
    return {"channels": [_shown(call, channel) for channel in channels], "response_metadata": metadata}


@method("conversations.info")
def info(call: Call) -> Json:
    """One channel."""
    channel = _readable(call, "read")
    shown = _shown(call, channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.members", tier=4)
def members(call: Call) -> Json:
    """The user ids of a channel's members."""
    found, metadata = page_of(call, _readable(call, "read").members, 100)
    return {"members": found, "response_metadata": metadata}


@method("conversations.history")
def history(call: Call) -> Json:
    """The messages of a channel between `oldest` and `latest`, newest first, replies left out."""
    channel = _spoken_in(call)
    found = [
        message
        for message in call.team.messages[channel.id].values()
        if "ephemeral_to" not in message and _in_channel(message) and _between(call, message)
    ]
    messages, metadata = page_of(call, found[::-1], 100, most=999)
    more = bool(metadata["next_cursor"])
    shown = _messages(call, messages)
    return {"messages": shown, "has_more": more, "pin_count": 0, "response_metadata": metadata}


@method("conversations.replies")
def replies(call: Call) -> Json:
    """A thread: its first message, then the replies, oldest first."""
    channel = _spoken_in(call)
    named = call.team.messages[channel.id].get(call.needed("ts"))
    if named is None or "ephemeral_to" in named:
        raise ApiError("thread_not_found")
    first = call.team.messages[channel.id].get(str(named.get("thread_ts", named["ts"])), named)
    below = [message for message in call.team.thread(channel.id, first["ts"]) if _between(call, message)]
    messages, metadata = page_of(call, [first, *below], 1000)
    more = bool(metadata["next_cursor"])
    return {"messages": _messages(call, messages), "has_more": more, "response_metadata": metadata}


@method("conversations.open", "im:write")
def open_(call: Call) -> Json:
    """The direct message with one person."""
    if call.text("channel"):
        channel = call.channel()
    else:
        users = [user for user in call.text("users").replace(" ", "").split(",") if user]
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            call.need_scope("mpim:write")
            raise ApiError("method_not_supported_for_channel_type")
        channel = direct_message(call, users[0])
    shown = _shown(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    """Makes the app a member of a public channel."""
    channel = call.channel()
    if channel.is_im or channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if call.team.bot not in channel.members:
        channel.members.append(call.team.bot)
        call.team.publish({"type": "channel", "channel": channel})
    return {"channel": _shown(call, channel)}


def direct_message(call: Call, user: str) -> Conversation:
    """The direct message with a person; raises ApiError for one whom the app cannot write to."""
    person = call.team.users.get(user)
    if person is None:
        raise ApiError("user_not_found")
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    if person.deleted:
        raise ApiError("user_disabled")
    return call.team.channel_of(user)


def _kind(channel: Conversation) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _readable(call: Call, verb: str) -> Conversation:
    channel = call.channel()
    call.need_scope(f"{_FAMILY[_kind(channel)]}:{verb}")
    return channel


def _spoken_in(call: Call) -> Conversation:
    channel = _readable(call, "history")
    if call.team.bot not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _in_channel(message: Json) -> bool:
    return message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"


def _between(call: Call, message: Json) -> bool:
    ts, inclusive = message["ts"], call.flag("inclusive")
    oldest, latest = call.text("oldest"), call.text("latest")
    try:
        after = not oldest or float(ts) > float(oldest) or (inclusive and float(ts) == float(oldest))
        before = not latest or float(ts) < float(latest) or (inclusive and float(ts) == float(latest))
    except ValueError:
        raise ApiError("invalid_ts_oldest" if oldest else "invalid_ts_latest") from None
    return after and before


def _messages(call: Call, messages: list[Json]) -> list[Json]:
    if call.flag("include_all_metadata"):
        return messages
    return [{name: value for name, value in message.items() if name != "metadata"} for message in messages]


def _shown(call: Call, channel: Conversation) -> Json:
    shown: dict[str, Any] = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": call.team.company.team_id,
    }
    if channel.is_im:
        return {**shown, "user": channel.user, "is_user_deleted": call.team.users[channel.user].deleted}
    return {
        **shown,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_member": call.team.bot in channel.members,
        "is_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }
