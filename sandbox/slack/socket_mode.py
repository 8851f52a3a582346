"""Socket Mode: up to ten websockets of the app, any one of which gets an envelope that it must acknowledge in time."""

import asyncio
import contextlib
import json
import secrets
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import WSMsgType, web

from sandbox.slack.fault_table import FaultTable
from sandbox.slack.state import Json

MOST_CONNECTIONS: Final = 10
_GRACE_SECONDS: Final = 10.0
_HOST: Final = "applink-sandbox"


class NotDelivered(Exception):
    """The app has no socket: Slack calls it `dispatch_failed`."""


class NotAcknowledged(Exception):
    """The app did not acknowledge in time: Slack calls it `operation_timeout`."""


@dataclass(eq=False)
class Connection:
    """One registration; a ghost has no socket behind it any more, and Slack does not know."""

    socket: web.WebSocketResponse | None = None
    transport: asyncio.Transport | None = None

    async def send(self, frame: Json) -> None:
        """Sends a frame; a peer that has gone is not noticed here, as on the real service."""
        if self.socket is not None:
            with contextlib.suppress(ConnectionError):
                await self.socket.send_json(frame)


class Sockets:
    """The app's connections; `changed` is told their number whenever it changes."""

    def __init__(self, app_id: str, faults: FaultTable, changed: Callable[[int], None], life_seconds: float) -> None:
        self._app_id = app_id
        self._faults = faults
        self._changed = changed
        self._life_seconds = life_seconds
        self._tickets: set[str] = set()
        self._line: deque[Connection] = deque()
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self.late_acks = 0

    @property
    def count(self) -> int:
        """How many connections Slack believes there are, ghosts included."""
        return len(self._line)

    def new_ticket(self) -> str:
        """A ticket that opens one connection once."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    def haunt(self, ghosts: int) -> None:
        """Sets how many registrations are ghosts: counted, given envelopes, and read by nobody."""
        real = [connection for connection in self._line if connection.socket is not None]
        self._line = deque([*(Connection() for _ in range(ghosts)), *real])
        self._changed(self.count)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one websocket from hello to close."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="link_disabled: ask apps.connections.open for a new address\n")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30, timeout=2)
        await socket.prepare(request)
        if self.count >= MOST_CONNECTIONS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket, request.transport)
        self._line.append(connection)
        self._changed(self.count)
        life = asyncio.create_task(self._expire(connection))
        try:
            await connection.send(self._hello())
            with contextlib.suppress(ConnectionError):  # cut while a pong was on its way
                async for frame in socket:
                    if frame.type is WSMsgType.TEXT:
                        self._acknowledge(frame.data)
        finally:
            life.cancel()
            self._forget(connection)
            self._changed(self.count)
        return socket

    async def _expire(self, connection: Connection) -> None:
        """Ends a connection when its time is up: a warning, a word to refresh, then the end."""
        grace = min(_GRACE_SECONDS, self._life_seconds / 2)
        await asyncio.sleep(self._life_seconds - grace)
        await connection.send(_disconnect("warning"))
        await asyncio.sleep(grace)
        self._forget(connection)
        await connection.send(_disconnect("refresh_requested"))
        await asyncio.sleep(grace)
        if connection.socket is not None:
            await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": round(self._life_seconds),
            },
            "connection_info": {"app_id": self._app_id},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            ack: Any = json.loads(text)
        except ValueError:
            return
        if not isinstance(ack, dict) or self._faults.lose_ack():
            return
        waiting = self._acks.get(ack.get("envelope_id", ""))
        if waiting is None:
            self.late_acks += 1
        elif not waiting.done():
            payload = ack.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})

    async def deliver(self, kind: str, payload: Json, seconds: float, **more: Any) -> Json:
        """Sends one envelope to the next connection in line and returns the payload of its acknowledgement.

        `more` are further keys of the envelope. Raises NotDelivered without a connection, NotAcknowledged
        when `seconds` pass.
        """
        if not self._line:
            raise NotDelivered
        envelope_id = str(uuid.uuid4())
        envelope = {"envelope_id": envelope_id, "payload": payload, "type": kind, **more}
        self._line.rotate(-1)
        connection = self._line[-1]
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        try:
            if not self._faults.lose_frame():
                await connection.send(envelope)
            return await asyncio.wait_for(ack, seconds)
        except TimeoutError:
            raise NotAcknowledged from None
        finally:
            del self._acks[envelope_id]

    async def disconnect(self, reason: str, count: int | None = None) -> None:
        """Tells the first `count`, or all, to go: `warning` some seconds ahead, `refresh_requested`; `link_disabled`.

        All but a warning get no envelope any more, and `link_disabled` closes them.
        """
        for connection in list(self._line)[:count]:
            await connection.send(_disconnect(reason))
            if reason != "warning":
                self._forget(connection)
            if reason == "link_disabled" and connection.socket is not None:
                await connection.socket.close()
        self._changed(self.count)

    def freeze(self, count: int) -> None:
        """Has nothing pass any more on the first `count`, either way: what a NAT that forgot them does.

        Slack does not notice: they are ghosts, whatever the app does.
        """
        for connection in [each for each in self._line if each.socket is not None][:count]:
            if connection.transport is not None:
                connection.transport.pause_reading()
            connection.socket = None

    def drop(self) -> None:
        """Cuts every connection without a word, as a network does."""
        for connection in self._line:
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Closes every connection with a close frame."""
        await asyncio.gather(*(each.socket.close() for each in self._line if each.socket is not None))

    def _forget(self, connection: Connection) -> None:
        if connection in self._line:
            self._line.remove(connection)


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
