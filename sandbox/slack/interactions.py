"""What people do: type, run commands, click, open App Home; and what the app hears of it."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.asking import Answer, active, ask, interaction
from sandbox.slack.backend import Backend
from sandbox.slack.elements import action_of, find_element, remember, state_values, stateful
from sandbox.slack.errors import ApiError, Refused
from sandbox.slack.events import emit, emit_message
from sandbox.slack.responses import ResponseUrl, answer
from sandbox.slack.state import Conversation, Json
from sandbox.slack.text import escape, normalise


@dataclass(frozen=True)
class Place:
    """Where an element stands: on a message of a channel, or on a view."""

    channel: str = ""
    message_ts: str = ""
    view_id: str = ""


@dataclass(frozen=True)
class Use:
    """The use of an element: where it is, its new value, and what else stands in the fields around it."""

    place: Place
    action_id: str
    block_id: str | None = None
    value: Any = None
    values: Json = field(default_factory=dict)


class Interactions:
    """The people's side of the workspace; every method answers when Slack's client would."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._team = backend.team

    async def say(self, user: str, channel_id: str, text: str, thread_ts: str = "") -> Json:
        """A person posts text (`@name` and `#channel` become mentions); returns the message."""
        channel = self._room(user, channel_id, writing=True)
        active(self._team, user)
        if not text.strip():
            raise Refused("Write something first.")
        message: Json = {"user": user, "text": normalise(self._mentions(text)), "team": self._team.company.team_id}
        if thread_ts:
            parent = self._team.messages[channel_id].get(thread_ts)
            if parent is None:
                raise Refused("The message you answer to is gone.")
            message["thread_ts"] = parent.get("thread_ts", thread_ts)
        posted = self._team.add_message(channel_id, message)
        emit_message(self._backend, channel, posted)
        return posted

    async def command(self, user: str, channel_id: str, text: str, thread_ts: str = "") -> Answer:
        """A person runs a slash command; answers after the app's acknowledgement."""
        channel, person = self._room(user, channel_id, writing=True), active(self._team, user)
        name, _, rest = text.strip().partition(" ")
        known = {command.command: command for command in self._backend.settings.commands}
        if name not in known:
            raise Refused(f"{name} is not a valid command. In Slack, all messages that start with / are commands.")
        if thread_ts:
            raise Refused(f"{name} is not supported in threads. Sorry!")
        text = escape(rest.strip())
        key = self._backend.responses.new(channel_id, user)
        company = self._team.company
        payload = {
            "token": "sandbox",
            "team_id": company.team_id,
            "team_domain": company.domain,
            "channel_id": channel_id,
            "channel_name": channel.name if not channel.is_private else "privategroup",
            "user_id": user,
            "user_name": person.name,
            "command": name,
            "text": self._mentions(text, named=True) if known[name].should_escape else text,
            "api_app_id": company.app_id,
            "is_enterprise_install": "false",
            "response_url": f"{self._backend.url}/respond/{key}",
            "trigger_id": self._team.new_trigger(user),
        }
        found = await ask(self._backend, "slash_commands", payload)
        if found.code:
            words = f'{name} failed with the error "{found.code}"'
            self._team.notice("error", words, user)
            return Answer(ok=False, error=words, code=found.code)
        if found.payload:
            return self._show_ack(name, ResponseUrl(channel_id, user, "", 0.0), found)
        return found

    async def act(self, user: str, use: Use, seen: Json | None = None) -> Answer:
        """A person uses an element; `seen` is what a stale client still shows instead of the message there is now."""
        active(self._team, user)
        build = self._view_action if use.place.view_id else self._message_action
        return await self.send_action(build(user, use, seen))

    async def send_action(self, payload: Json) -> Answer:
        """Sends a block_actions payload as it is, whoever made it."""
        found = await ask(self._backend, "interactive", payload)
        if found.code:
            words = f"{self._team.company.bot.real_name} did not answer that click ({found.code})."
            self._team.notice("error", words, payload.get("user", {}).get("id", ""))
            return Answer(ok=False, error=words, code=found.code)
        return found

    async def open_home(self, user: str, tab: str = "home") -> Answer:
        """A person opens the app's Home (or Messages) tab."""
        active(self._team, user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._team.channel_of(user).id,
            "tab": tab,
        }
        if user in self._team.homes and tab == "home":
            event["view"] = self._team.homes[user]
        emit(self._backend, "app_home_opened", event)
        return Answer(ok=True)

    def _message_action(self, user: str, use: Use, seen: Json | None) -> Json:
        channel = self._room(user, use.place.channel)
        message = seen or self._team.messages[channel.id].get(use.place.message_ts)
        if message is None or message.get("ephemeral_to", user) != user:
            raise Refused("That message is gone.")
        blocks = message.get("blocks", [])
        typed = self._team.message_values.setdefault((message["ts"], user), {})
        action = self._use(blocks, typed, use)
        ephemeral = "ephemeral_to" in message
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        key = self._backend.responses.new(channel.id, user, message["ts"])
        return {
            **interaction(self._team.company, self._team.users[user], "block_actions"),
            "container": container,
            "trigger_id": self._team.new_trigger(user),
            "channel": {"id": channel.id, "name": channel.name},
            **({} if ephemeral else {"message": message}),
            "state": {"values": state_values(blocks, typed)},
            "response_url": f"{self._backend.url}/respond/{key}",
            "actions": [action],
        }

    def _view_action(self, user: str, use: Use, seen: Json | None) -> Json:
        view = seen or self._team.views.get(use.place.view_id)
        if view is None or user not in self._team.holders(view["id"]):
            raise Refused("That view is closed.")
        typed = view["state"]["values"]
        action = self._use(view["blocks"], typed, use)
        view["state"] = {"values": state_values(view["blocks"], typed)}
        return {
            **interaction(self._team.company, self._team.users[user], "block_actions"),
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": self._team.new_trigger(user, view["id"]),
            "view": view,
            "actions": [action],
        }

    def _use(self, blocks: list[Json], typed: Json, use: Use) -> Json:
        """The entry of `actions` for a use, after what else was typed has been taken into `typed`."""
        block, element = find_element(blocks, use.action_id, use.block_id)
        action = action_of(block, element, use.value, self._team.new_ts())
        for other, field_ in stateful(blocks):
            row = use.values.get(other["block_id"], {})
            if field_["action_id"] in row:
                remember(typed, other, field_, row[field_["action_id"]])
        remember(typed, block, element, use.value)
        return action

    def _show_ack(self, name: str, target: ResponseUrl, found: Answer) -> Answer:
        try:
            answer(self._backend, target, found.payload)
        except ApiError as problem:
            words = f'{name} failed with the error "{problem.error}"'
            self._team.notice("error", f"{words} {problem.extra or ''}".strip(), target.user)
            return Answer(ok=False, error=words, code=problem.error, payload=found.payload)
        return found

    def _room(self, user: str, channel_id: str, *, writing: bool = False) -> Conversation:
        channel = self._team.channels.get(channel_id)
        person = self._team.users.get(user)
        closed = channel is not None and (channel.is_private or channel.is_im or (person and person.is_restricted))
        if channel is None or (closed and user not in channel.members):
            raise Refused("There is no such channel, or you are not in it.")
        if writing and channel.is_archived:
            raise Refused(f"#{channel.name} is archived: nobody can write there.")
        if writing and user not in channel.members:
            raise Refused(f"You are not in #{channel.name}: join it first.")
        return channel

    def _mentions(self, text: str, *, named: bool = False) -> str:
        """Text with `@name` and `#channel` as mentions, those of people with the name in it where `named`."""
        people = {
            person.name: f"<@{person.id}|{person.name}>" if named else f"<@{person.id}>"
            for person in self._team.users.values()
        }
        groups = {group.handle: f"<!subteam^{group.id}|@{group.handle}>" for group in self._team.company.groups}
        names = {**people, **groups}
        rooms = {f"#{ch.name}": f"<#{ch.id}|{ch.name}>" for ch in self._team.channels.values() if not ch.is_im}
        text = re.sub(r"(?<![\w<])@([\w.\-]+)", lambda m: names.get(m[1], m[0]), text)
        return re.sub(r"(?<![\w<&])#[\w\-]+", lambda m: rooms.get(m[0], m[0]), text)
