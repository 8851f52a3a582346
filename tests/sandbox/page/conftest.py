"""A browser, and a small server that plays the sandbox to the page: sends what a test says, notes what is posted."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from playwright.sync_api import Browser, Page

import sandbox.slack
from tests.sandbox.page.workspace import NOON, png, snapshot

PAGE = Path(sandbox.slack.__path__[0]) / "page"
NOW = NOON + 20 * 60


class Workspace:
    """The server's end: `tell` sends an event to every page, `posts` holds what pages sent, `answers` what they get."""

    def __init__(self) -> None:
        self.snapshot: dict[str, Any] = snapshot()
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.hold: threading.Event | None = None
        self.address = ""
        self._sockets: set[web.WebSocketResponse] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None

    def start(self) -> None:
        self._thread.start()
        self._run(self._serve())

    def stop(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def tell(self, event: dict[str, Any]) -> None:
        self._run(self._send(event))

    def drop(self) -> None:
        """Ends every websocket, as a restart of the server would."""
        self._run(self._end_sockets())

    def posted(self, path: str, count: int = 1) -> list[dict[str, Any]]:
        """What was posted to `path`, as soon as there are `count` of them."""
        deadline = time.monotonic() + 5
        while True:
            bodies = [body for where, body in self.posts if where == path]
            if len(bodies) >= count or time.monotonic() > deadline:
                return bodies
            time.sleep(0.01)

    def _run(self, work: Any) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(10)

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._index)
        app.router.add_static("/static", PAGE)
        app.router.add_get("/ui", self._ui)
        app.router.add_get("/files/{id}/{name}", self._file)
        app.router.add_post("/ui/{verb}", self._post)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def _close(self) -> None:
        if self.hold:
            self.hold.set()
        await self._end_sockets()
        if self._runner:
            await self._runner.cleanup()

    async def _end_sockets(self) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def _send(self, event: dict[str, Any]) -> None:
        for socket in self._sockets:
            await socket.send_json(event)

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _ui(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        await socket.send_json(self.snapshot)
        async for frame in socket:
            assert frame.type is WSMsgType.TEXT
        self._sockets.discard(socket)
        return socket

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["name"].endswith(".png"):
            return web.Response(body=png(), content_type="image/png")
        return web.Response(text="check,account\niam-root-mfa,acme-prod\n", content_type="text/csv")

    async def _post(self, request: web.Request) -> web.Response:
        self.posts.append((request.path, await request.json()))
        if self.hold:
            await asyncio.to_thread(self.hold.wait, 5)
        return web.json_response(self.answers.get(request.path, {"ok": True}))


@pytest.fixture(scope="session")
def modules(browser: Browser) -> Iterator[Page]:
    """A page to try the modules' functions in; its conversation is nobody's business."""
    server = Workspace()
    server.start()
    page = browser.new_page()
    page.clock.set_fixed_time(NOW)
    page.goto(server.address)
    yield page
    page.close()
    server.stop()


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    server = Workspace()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_page(browser: Browser, workspace: Workspace) -> Iterator[Callable[..., Page]]:
    """Opens the page at a hash such as `#/U0ANA/C0ALERTS`; at the end no page may have complained."""
    contexts = []
    complaints: list[str] = []

    def opened(place: str = "", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.clock.set_fixed_time(NOW)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(workspace.address + place)
        page.locator("#sidebar .entry").first.wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
