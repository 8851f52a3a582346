"""The HTTP server: Web API, Socket Mode, response URLs, files and the page, all on one port of 127.0.0.1."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.slack.api import METHODS, Call, Method
from sandbox.slack.backend import ApiCall, Backend
from sandbox.slack.errors import ApiError
from sandbox.slack.interactions import Interactions
from sandbox.slack.modals import Modals
from sandbox.slack.responses import respond
from sandbox.slack.state import Json
from sandbox.slack.ui import Page

_PAGE: Final = Path(__file__).parent / "page"
_MOST_BYTES: Final = 100 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """The routes of one workspace."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.people = Interactions(backend)
        self.modals = Modals(backend)
        self.page = Page(backend, self.people, self.modals)

    def application(self) -> web.Application:
        """The aiohttp application with every route."""
        app = web.Application(client_max_size=_MOST_BYTES, middlewares=[_same_origin])
        app.add_routes(
            [
                web.get("/", self._index),
                web.static("/static", _PAGE),
                web.route("*", "/api/{method}", self._api),
                web.get("/link", self._backend.sockets.handle),
                web.get("/link/", self._backend.sockets.handle),
                web.post("/respond/{key}", self._respond),
                web.post("/upload/{file}", self._upload),
                web.get("/files/{file}/{name}", self._file),
                *self.page.routes(),
            ]
        )
        return app

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def _api(self, request: web.Request) -> web.Response:
        started, backend = self._backend.clock(), self._backend
        name, status, headers, args = request.match_info["method"], 200, dict[str, str](), Json()
        hang = 0.0
        try:
            token, args = await _arguments(request)
            method, fault = _known(name), backend.faults.take(name)
            if fault is not None and not fault.commit:
                await asyncio.sleep(fault.hang_seconds)
                fault.raise_if_any()
            self._admit(method, token, args)
            body = {"ok": True, **method.run(Call(backend, args))}
            if fault is not None and fault.commit:
                hang = fault.hang_seconds
                fault.raise_if_any()
        except ApiError as error:
            body, status, headers = error.body(), error.status, error.headers
        outcome = "ok" if body["ok"] else str(body["error"])
        backend.calls.append(ApiCall(name, args, started, outcome, status, backend.clock() - started))
        backend.team.publish({"type": "call", "method": name, "outcome": outcome})
        text = json.dumps(body)
        await asyncio.sleep(hang)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(backend.settings.scopes))}
        return web.Response(text=text, status=status, headers={**scopes, **headers}, content_type="application/json")

    def _admit(self, method: Method, token: str, args: Json) -> None:
        settings = self._backend.settings
        kinds = {settings.bot_token: "bot", settings.app_token: "app"}
        if not token:
            raise ApiError("not_authed")
        if token not in kinds:
            raise ApiError("invalid_auth")
        if self._backend.revoked:
            raise ApiError("token_revoked")
        if kinds[token] != method.caller:
            raise ApiError("not_allowed_token_type")
        self._backend.pacer.method(method.name, method.tier)
        for scope in method.scopes:
            Call(self._backend, args).need_scope(scope)

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            respond(self._backend, request.match_info["key"], json.loads(await request.text()))
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except ApiError as error:
            return web.json_response(error.body(), status=error.status)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        stored = self._backend.team.files.get(request.match_info["file"])
        if stored is None or stored.shared:
            return web.Response(status=404, text="no such upload")
        if request.content_type.startswith("multipart/"):
            part = await (await request.multipart()).next()
            content = bytes(await part.read()) if part is not None and hasattr(part, "read") else b""
        else:
            content = await request.read()
        if len(content) != stored.declared:
            return web.Response(status=400, text=f"expected {stored.declared} bytes, got {len(content)}")
        stored.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._backend.team.files.get(request.match_info["file"])
        if stored is None or stored.content is None:
            return web.Response(status=404, text="no such file")
        # an uploaded report is somebody's HTML: it may be read, and run nothing
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; script-src 'none'"}
        return web.Response(body=stored.content, content_type=stored.about["mimetype"], headers=headers)


def _known(name: str) -> Method:
    if name not in METHODS:
        raise ApiError("unknown_method", extra={"req_method": name})
    return METHODS[name]


async def _arguments(request: web.Request) -> tuple[str, Json]:
    """The token and the arguments, from the query, a form or a JSON body; raises ApiError as Slack does."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body: Any = json.loads(await request.text() or "{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        args.update(body)
    elif request.can_read_body:
        args.update((await request.post()).items())
    given = str(args.pop("token", ""))
    found = re.fullmatch(r"Bearer\s+(\S+)", request.headers.get("Authorization", ""))
    return (found[1] if found else given), args


@web.middleware
async def _same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses other sites' pages, in a browser on this machine, the page's websocket and POSTs."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return web.Response(status=403, text="This address answers its own page only.\n")
    if request.host.partition(":")[0] not in {"127.0.0.1", "localhost"}:
        return web.Response(status=403, text="Open the page at 127.0.0.1.\n")
    return await handler(request)
