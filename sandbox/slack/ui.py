"""The page's side: the snapshot and the live feed over a websocket, and the POSTs that say what a person did."""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import WSMsgType, web

from sandbox.slack.asking import Answer
from sandbox.slack.backend import Backend
from sandbox.slack.errors import Refused
from sandbox.slack.interactions import Interactions, Place, Use
from sandbox.slack.modals import Modals
from sandbox.slack.people import Person
from sandbox.slack.state import Conversation, Json

Act = Callable[[Json], Awaitable[Json]]
_RECENT: Final = 20


class Page:
    """Serves the page's websocket and its POSTs."""

    def __init__(self, backend: Backend, people: Interactions, modals: Modals) -> None:
        self._backend = backend
        self._people = people
        self._modals = modals
        self.story: Json | None = None

    def routes(self) -> list[web.RouteDef]:
        """The routes below /ui."""
        acts: dict[str, Act] = {
            "message": self._message,
            "command": self._command,
            "action": self._action,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "story": self._story,
        }
        posts = [web.post(f"/ui/{name}", _answering(act)) for name, act in acts.items()]
        return [web.get("/ui", self._feed), *posts]

    def snapshot(self) -> Json:
        """Everything that a page needs to draw the workspace."""
        team, company = self._backend.team, self._backend.team.company
        return {
            "type": "snapshot",
            "team": {"id": company.team_id, "name": company.name},
            "users": [_shown_person(person) for person in team.users.values()],
            "channels": [_shown_channel(channel) for channel in team.channels.values()],
            "messages": {
                channel: [self._shown(message) for message in messages.values()]
                for channel, messages in team.messages.items()
            },
            "homes": {user: self._shown(view) for user, view in team.homes.items()},
            "views": {user: self._shown(team.open_views(user)) for user in team.stacks},
            "commands": [dataclasses.asdict(command) for command in self._backend.settings.commands],
            "connections": self._backend.sockets.count,
            "notices": team.notices[-_RECENT:],
            **({"story": self.story} if self.story else {}),
        }

    async def _feed(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        queue: asyncio.Queue[str] = asyncio.Queue()

        def watch(event: Json) -> None:
            if event["type"] != "call":
                queue.put_nowait(json.dumps(self._event(event)))

        queue.put_nowait(json.dumps(self.snapshot()))
        self._backend.team.watchers.append(watch)
        pump = asyncio.create_task(_pump(socket, queue))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.ERROR:
                    break
        finally:
            self._backend.team.watchers.remove(watch)
            pump.cancel()
        return socket

    def _event(self, event: Json) -> Json:
        if event["type"] == "channel":
            return {"type": "channel", "channel": _shown_channel(event["channel"])}
        if event["type"] == "story":
            return event
        shown: Json = self._shown(event)
        return shown

    def _shown(self, value: Any) -> Any:
        """A message or view with the address of every uploaded image that it shows."""
        if isinstance(value, list):
            return [self._shown(item) for item in value]
        if not isinstance(value, dict):
            return value
        shown = {name: self._shown(item) for name, item in value.items()}
        if isinstance(named := value.get("slack_file"), dict) and named.get("id") in self._backend.team.files:
            shown["image_url"] = self._backend.team.files[named["id"]].about["url"]
        return shown

    async def _message(self, body: Json) -> Json:
        message = await self._people.say(body["user"], body["channel"], body["text"], body.get("thread_ts") or "")
        return {"ok": True, "ts": message["ts"]}

    async def _command(self, body: Json) -> Json:
        return _plain(
            await self._people.command(body["user"], body["channel"], body["text"], body.get("thread_ts") or "")
        )

    async def _action(self, body: Json) -> Json:
        where = body["container"]
        place = Place(where.get("channel", ""), where.get("message_ts", ""), where.get("view_id", ""))
        use = Use(place, body["action_id"], body.get("block_id"), body.get("value"), body.get("values") or {})
        return _plain(await self._people.act(body["user"], use))

    async def _submit(self, body: Json) -> Json:
        return _plain(await self._modals.submit(body["user"], body["view_id"], body.get("values") or {}))

    async def _close(self, body: Json) -> Json:
        return _plain(await self._modals.close(body["user"], body["view_id"], clear=bool(body.get("clear", False))))

    async def _home(self, body: Json) -> Json:
        return _plain(await self._people.open_home(body["user"]))

    async def _story(self, body: Json) -> Json:
        if body["command"] not in {"pause", "play", "next"}:
            raise Refused("A story can be told to pause, play or go to the next step.")
        if self._backend.on_story is None:
            raise Refused("No story is playing.")
        self._backend.on_story(body["command"])
        return {"ok": True}


def _answering(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.json_response({"ok": False, "error": "Send JSON."}, status=415)
        try:
            body = await request.json()
            return web.json_response(await act(body))
        except Refused as refusal:
            return web.json_response({"ok": False, "error": str(refusal)})
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            words = f"The page sent something that cannot be read: {problem!r}"
            return web.json_response({"ok": False, "error": words}, status=400)

    return handle


async def _pump(socket: web.WebSocketResponse, queue: "asyncio.Queue[str]") -> None:
    try:
        while True:
            await socket.send_str(await queue.get())
    except ConnectionError:
        return  # the page was closed


def _plain(answer: Answer) -> Json:
    return {name: value for name, value in dataclasses.asdict(answer).items() if value or name == "ok"}


def _shown_person(person: Person) -> Json:
    shown = dataclasses.asdict(person)
    del shown["email"]
    return shown


def _shown_channel(channel: Conversation) -> Json:
    return {**dataclasses.asdict(channel), "is_im": channel.is_im}
