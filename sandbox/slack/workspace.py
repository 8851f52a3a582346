"""A Slack workspace to start and stop from ordinary code, with a person's hands and an observer's eyes."""

import asyncio
import copy
import secrets
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from sandbox.slack.asking import Answer
from sandbox.slack.backend import ApiCall, Backend, Settings
from sandbox.slack.errors import Refused
from sandbox.slack.fault_table import FaultTable
from sandbox.slack.faults import Faults
from sandbox.slack.interactions import Interactions, Place, Use
from sandbox.slack.pacing import Pacer
from sandbox.slack.people import ACME, AWS_AUDIT, BOT_EVENTS, BOT_SCOPES, Company, SlashCommand
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.server import Server
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.state import Json, Team

T = TypeVar("T")


class Workspace:
    """One workspace on 127.0.0.1 in a thread of its own; every method may be called from any thread.

    `url` is the page's address, `api_url` the Web API's (for SLACK_API_URL), `bot_token` and `app_token`
    what the app signs in with. A method that acts for a person returns an Answer; what Slack's client would
    not let that person do comes back as an Answer that is not ok.
    """

    def __init__(
        self,
        company: Company = ACME,
        *,
        commands: Iterable[SlashCommand] = (AWS_AUDIT,),
        scopes: Iterable[str] = BOT_SCOPES,
        events: Iterable[str] = BOT_EVENTS,
        rate_scale: float | None = 1.0,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        **waits: Any,
    ) -> None:
        """A workspace that is not started yet.

        `rate_scale` multiplies Slack's rate limits, `None` switches them off. `clock` gives seconds since
        1970 and rules triggers, response URLs and rates. `waits` are fields of Settings in seconds:
        ack_seconds, trigger_seconds, retry_seconds (a tuple), file_seconds, connection_seconds.
        """
        self.bot_token = f"xoxb-sandbox-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{company.app_id}-{secrets.token_hex(12)}"
        self._settings = Settings(
            self.bot_token, self.app_token, frozenset(scopes), frozenset(events), tuple(commands), **waits
        )
        team, table = Team(company, clock), FaultTable()
        self._backend = Backend(
            self._settings,
            team,
            Pacer(clock, rate_scale),
            table,
            Sockets(
                company.app_id,
                table,
                lambda count: team.publish({"type": "connections", "count": count}),
                self._settings.connection_seconds,
            ),
            ResponseUrls(clock),
            clock,
        )
        self._server = Server(self._backend)
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self.faults = Faults(self._backend, self._run)
        team.watchers.append(self._wake)

    @property
    def url(self) -> str:
        """The page's address, without a slash at its end."""
        return self._backend.url

    @property
    def api_url(self) -> str:
        """The Web API's base address, with a slash at its end."""
        return f"{self.url}/api/"

    @property
    def bot_user(self) -> str:
        """The app's user id."""
        return self._backend.team.bot

    @property
    def calls(self) -> list[ApiCall]:
        """The calls of the Web API so far, oldest first."""
        return list(self._backend.calls)

    @property
    def notices(self) -> list[Json]:
        """What the page was told beside messages: failed commands, missed acknowledgements."""
        return list(self._backend.team.notices)

    @property
    def connections(self) -> int:
        """How many Socket Mode connections Slack counts."""
        return self._backend.sockets.count

    @property
    def late_acks(self) -> int:
        """How many acknowledgements came too late, or for no envelope at all."""
        return self._backend.sockets.late_acks

    def on_story(self, hear: Callable[[str], None] | None) -> None:
        """Has `hear` called, in the workspace's thread, with `pause`, `play` or `next` from the page.

        It must return at once and call nothing of the workspace: set an event, or put the word in a queue.
        """
        self._backend.on_story = hear

    def start(self) -> Self:
        """Serves; returns when the address is known. Raises OSError when the port is taken."""
        loop = asyncio.new_event_loop()
        runner = web.AppRunner(self._server.application(), access_log=None, shutdown_timeout=0.1)
        self._thread = threading.Thread(target=_serve, args=(loop,), name="sandbox-slack", daemon=True)
        self._thread.start()
        self._loop = loop
        try:
            self._run(self._open(runner))
        except OSError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Closes every connection and ends the thread; a stopped workspace is not started again."""
        if self._loop is None or self._thread is None:
            return
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # what people do

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> Json:
        """A person posts text; returns the message. Raises Refused."""
        return copy.deepcopy(self._run(self._people.say(user, channel, text, thread_ts)))

    def command(self, user: str, channel: str, text: str) -> Answer:
        """A person runs a slash command, `/` included; answers after the app's acknowledgement."""
        return self._answer(self._people.command(user, channel, text))

    def click(
        self,
        user: str,
        channel: str,
        message_ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        message: Json | None = None,
    ) -> Answer:
        """A person uses an element of a message: a button, or a menu with the `value` of an option.

        `message` is an older copy of the message, for a client that has not seen the change.
        """
        use = Use(Place(channel, message_ts), action_id, block_id, value)
        return self._answer(self._people.act(user, use, message))

    def click_view(
        self,
        user: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Json | None = None,
    ) -> Answer:
        """A person uses an element of a modal or of App Home; `values` is what stands in its other fields."""
        use = Use(Place(view_id=view_id), action_id, block_id, value, values or {})
        return self._answer(self._people.act(user, use))

    def forge_action(self, payload: Json) -> Answer:
        """Sends the app any block_actions payload, true or not."""
        return self._answer(self._people.send_action(copy.deepcopy(payload)))

    def submit(self, user: str, view_id: str, values: Json | None = None) -> Answer:
        """A person submits a modal; `values` by block id and action id, options by their value."""
        return self._answer(self._server.modals.submit(user, view_id, values or {}))

    def close(self, user: str, view_id: str, *, clear: bool = False) -> Answer:
        """A person dismisses a modal, or with `clear` all of them."""
        return self._answer(self._server.modals.close(user, view_id, clear=clear))

    def open_home(self, user: str) -> Answer:
        """A person opens App Home."""
        return self._answer(self._people.open_home(user))

    # what there is to see

    def messages(self, channel: str, viewer: str | None = None) -> list[Json]:
        """Copies of a channel's messages and replies, oldest first; ephemeral ones only for their `viewer`."""
        found = self._read(lambda team: list(team.messages[channel].values()))
        return [message for message in found if message.get("ephemeral_to", viewer) == viewer]

    def replies(self, channel: str, ts: str) -> list[Json]:
        """Copies of the replies below a message, oldest first."""
        return self._read(lambda team: team.thread(channel, ts))

    def views(self, user: str) -> list[Json]:
        """Copies of the modals that a person has open, the visible one last."""
        return self._read(lambda team: team.open_views(user))

    def home(self, user: str) -> Json | None:
        """A copy of a person's App Home, `None` before the first."""
        return self._read(lambda team: team.homes.get(user))

    def dm(self, user: str) -> str:
        """The channel id of the direct message between a person and the app."""
        return self._read(lambda team: team.channel_of(user).id)

    def file_bytes(self, file_id: str) -> bytes:
        """The content of an uploaded file. Raises KeyError."""
        content = self._read(lambda team: team.files[file_id].content)
        if content is None:
            raise KeyError(f"{file_id} was announced and never uploaded")
        return content

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """The first true value of `predicate()`, asked at every change. Raises TimeoutError after `timeout` s."""
        ends = time.monotonic() + timeout
        while not (found := predicate()):
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"still not so after {timeout} s; the last calls were {self.calls[-5:]}")
            with self._changed:
                self._changed.wait(min(left, 0.05))
        return found

    def story(self, step: int, of: int, title: str, text: str, state: str = "playing") -> None:
        """Shows the story's banner in the page; `state` is playing, waiting or done."""
        event = {"type": "story", "step": step, "of": of, "title": title, "text": text, "state": state}

        async def show() -> None:
            self._server.page.story = event
            self._backend.team.publish(event)

        self._run(show())

    def notice(self, level: str, text: str, user: str = "") -> None:
        """Shows a notice (`info`, `warning`, `error`) in the page, to everyone or to one person."""
        self._read(lambda team: team.notice(level, text, user))

    @property
    def _people(self) -> Interactions:
        return self._server.people

    def _answer(self, act: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return copy.deepcopy(self._run(act))
        except Refused as refusal:
            return Answer(ok=False, error=str(refusal), code="refused")

    def _read(self, look: Callable[[Team], T]) -> T:
        async def read() -> T:
            return copy.deepcopy(look(self._backend.team))

        return self._run(read())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            work.close()
            raise RuntimeError("The workspace is not running: use `with Workspace() as ws:` or ws.start().")
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("This was called in the workspace's own thread, which would wait for itself.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self, runner: web.AppRunner) -> None:
        self._runner = runner
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._backend.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _close(self) -> None:
        await self._backend.sockets.close()
        await self._backend.stop()
        await self._runner.cleanup()

    def _wake(self, event: Json) -> None:
        with self._changed:
            self._changed.notify_all()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
