"""reactions.*: emoji below a message; the app hears of its own too."""

import re

from sandbox.slack.api.method import Call, method
from sandbox.slack.errors import ApiError
from sandbox.slack.events import emit
from sandbox.slack.state import Json


@method("reactions.add", "reactions:write")
def add(call: Call) -> Json:
    """Adds the app's reaction."""
    message, name = _message(call), _name(call)
    react(call, message, name)
    return {}


@method("reactions.remove", "reactions:write", tier=2)
def remove(call: Call) -> Json:
    """Takes the app's reaction away."""
    message, name = _message(call), _name(call)
    for reaction in message.get("reactions", []):
        if reaction["name"] == name and call.team.bot in reaction["users"]:
            reaction["users"].remove(call.team.bot)
            reaction["count"] -= 1
            message["reactions"] = [each for each in message["reactions"] if each["count"]]
            _tell(call, message, name, "reaction_removed")
            return {}
    raise ApiError("no_reaction")


@method("reactions.get", "reactions:read")
def get(call: Call) -> Json:
    """A message with its reactions."""
    return {"type": "message", "channel": call.text("channel"), "message": _message(call)}


def react(call: Call, message: Json, name: str) -> None:
    """Adds the app's reaction to a message; raises ApiError `already_reacted`."""
    reactions = message.setdefault("reactions", [])
    reaction = next((each for each in reactions if each["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if call.team.bot in reaction["users"]:
        raise ApiError("already_reacted")
    reaction["users"].append(call.team.bot)
    reaction["count"] += 1
    _tell(call, message, name, "reaction_added")


def _tell(call: Call, message: Json, name: str, kind: str) -> None:
    channel = call.text("channel")
    call.team.show(channel, message)
    item = {"type": "message", "channel": channel, "ts": message["ts"]}
    event = {"type": kind, "user": call.team.bot, "reaction": name, "item": item, "item_user": message["user"]}
    emit(call.backend, kind, event)


def _message(call: Call) -> Json:
    channel = call.channel()
    message = call.team.messages[channel.id].get(call.needed("timestamp"))
    if message is None or "ephemeral_to" in message:
        raise ApiError("message_not_found")
    if call.team.bot not in channel.members:
        raise ApiError("not_in_channel")
    return message


def _name(call: Call) -> str:
    name = call.needed("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    return name
