"""A running workspace for each test, a real WebClient for it, a real Bolt app on a socket, and a clock to turn."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.slack import BOT_SCOPES, Workspace

SCOPES = (
    *BOT_SCOPES,
    "app_mentions:read",
    "im:read",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
)
EVENTS = ("app_home_opened", "app_mention", "message.im", "reaction_added")


class Clock:
    """The present, moved ahead by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_workspace(clock: Clock) -> Iterator[Callable[..., Workspace]]:
    started: list[Workspace] = []

    def start(**options: Any) -> Workspace:
        workspace = Workspace(
            **{"rate_scale": None, "clock": clock, "scopes": SCOPES, "events": EVENTS, **options}
        ).start()
        started.append(workspace)
        return workspace

    yield start
    for workspace in started:
        workspace.stop()


@pytest.fixture
def ws(open_workspace: Callable[..., Workspace]) -> Workspace:
    return open_workspace()


@pytest.fixture
def client(ws: Workspace) -> WebClient:
    return WebClient(token=ws.bot_token, base_url=ws.api_url)


@pytest.fixture(scope="session")
def closing() -> Iterator[ThreadPoolExecutor]:
    """Where handlers close beside the next tests: the client takes a second to notice that it should."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def connect(closing: ThreadPoolExecutor) -> Iterator[Callable[..., App]]:
    """Makes Bolt apps that are connected over Socket Mode; listeners may be added afterwards."""
    running: list[tuple[Workspace, SocketModeHandler]] = []

    def start(workspace: Workspace, **options: Any) -> App:
        quiet = logging.getLogger("tests.bolt")
        quiet.setLevel(logging.CRITICAL)
        bot = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        app = App(client=bot, logger=quiet, **options)
        web = WebClient(token=workspace.app_token, base_url=workspace.api_url)
        handler = SocketModeHandler(app, workspace.app_token, web_client=web, logger=quiet, ping_interval=0.2)
        before = workspace.connections
        handler.connect()
        workspace.wait_for(lambda: workspace.connections > before)
        running.append((workspace, handler))
        return app

    yield start
    for workspace, handler in running:
        handler.client.auto_reconnect_enabled = False
        workspace.faults.close_sockets()  # the client's own close waits for a socket that is silent
        closing.submit(handler.close)


@pytest.fixture
def app(ws: Workspace, connect: Callable[[Workspace], App]) -> App:
    return connect(ws)


@pytest.fixture
def http() -> Callable[..., tuple[int, Any]]:
    """Sends a request without any Slack client: its status, and its body as JSON where it is JSON."""

    def send(
        url: str, *, form: dict[str, str] | None = None, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        data = urlencode(form).encode() if form is not None else None
        sent = dict(headers or {})
        if body is not None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            with urlopen(Request(url, data=data, headers=sent)) as answer:  # noqa: S310 - the sandbox's own address
                status, text = answer.status, answer.read()
        except HTTPError as error:
            with error:
                status, text = error.code, error.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    return send
