"""One Socket Mode connection, from its first frame to its end; it is never used again."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.hearing.echo import EVENT

log = structlog.get_logger(__name__)

Hear = Callable[[dict[str, Any]], None]
_STILL_COUNTED: Final = ("", "warning")
"""After these words of a `disconnect` frame Slack still counts the connection, and sends to it."""
_HUNG_UP: Final = getattr(select, "POLLRDHUP", select.POLLHUP)  # the former is Linux's


class _Client(SocketModeClient):
    """slack-sdk's client, but one that ends where it would connect again: a new one takes its place.

    Connecting again in place leaves nobody reading for seconds, and has failed for ever (python-slack-sdk #1446).
    """

    over = False

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Called on a `disconnect` frame, on a close frame, and when the socket is found dead."""
        self.over = True


class Connection:
    """A connection at `url`; `hear` is given each message but `disconnect` in the thread that reads."""

    def __init__(self, app: App, web: WebClient, url: str, hear: Hear, ping: float) -> None:
        self._app = app
        self._hear = hear
        self._pong: float | None = None
        self.frame = time.monotonic()
        """When the newest frame came."""
        self.told_to_go = ""
        """Slack's reason for ending it."""
        self._client = _Client(
            str(web.token), app.logger, web, ping_interval=ping, on_message_listeners=[self._message]
        )
        self._settled = threading.Event()
        self._client.wss_uri = url
        self._client.socket_mode_request_listeners.append(self._answer)

    def connect(self, within: float) -> bool:
        """Whether Slack said hello in time, in seconds."""
        self._client.connect()
        return self._settled.wait(within) and not self.told_to_go

    @property
    def open(self) -> bool:
        """Whether anything can come."""
        return self._client.is_connected()

    @property
    def ended(self) -> bool:
        """Whether another must take its place; it may still bring what is on its way."""
        return self._client.over or not self.open or self._hung_up()

    @property
    def counted(self) -> bool:
        """Whether Slack has reason to count it."""
        return self.told_to_go in _STILL_COUNTED and self.open and not self._hung_up()

    def _hung_up(self) -> bool:
        """Whether the other side has closed without a word, which slack-sdk notices only by its next pings."""
        session = self._client.current_session
        poll = select.poll()
        try:
            poll.register(session.sock if session and session.sock else -1, _HUNG_UP)
        except ValueError:  # closed in this moment
            return True
        return bool(poll.poll(0))

    def look(self, now: float) -> None:
        """Note whether a pong came since the last look: slack-sdk keeps the newest one's own time."""
        session = self._client.current_session
        pong = session.last_ping_pong_time if session else None
        if pong != self._pong:
            self._pong, self.frame = pong, max(self.frame, now)

    def close(self, within: float) -> None:
        """Close in bounded time, in seconds: slack-sdk's client may wait for ever for a reader that it revived."""
        session = self._client.current_session
        if session is not None and session.sock is not None:
            self._client.current_session_state.terminated = True
            with contextlib.suppress(OSError):  # closed already
                session.sock.shutdown(socket.SHUT_RDWR)  # else the reader, and close with it, waits for its time-out
        closer = threading.Thread(target=self._client.close, daemon=True, name="close a connection")
        closer.start()
        ends = time.monotonic() + within
        while closer.is_alive() and time.monotonic() < ends:
            self._client.current_session_state.terminated = True
            self._client.message_queue.put(None)  # wakes the thread that waits for messages
            closer.join(timeout=0.1)
        if closer.is_alive():
            log.warning("a connection to slack did not close in time, and is left behind", seconds=within)

    def _message(self, text: str) -> None:
        self.frame = time.monotonic()
        message: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
        if message.get("type") == "disconnect":
            self.told_to_go = str(message.get("reason", "unknown"))
        else:
            self._hear(message)
        self._settled.set()

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Reactions were heard when they came and mean no more; all else is for Bolt's listeners."""
        start = time.time()
        if request.payload.get("event", {}).get("type") == EVENT:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        else:
            send_response(client, request, run_bolt_app(self._app, request), start)
