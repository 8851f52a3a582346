"""The watch: holds the connections, looks for signs of deafness, mends it, and says in the channel when it was."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import PicketError, StoreBusy
from bot.hearing.connection import Connection
from bot.hearing.echo import EVENT, Echo
from bot.hearing.judge import WANTED, Backoff, Facts, Limits, Step, deafness, next_step, restored
from bot.messages import hearing as words
from bot.messages.text import Message
from bot.services import Services
from bot.store import Tx, hearing, outbox

log = structlog.get_logger(__name__)

_FAILURES: Final = (SlackApiError, SlackClientError, BoltError, OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the watch works, in seconds."""

    tick: float = 0.25
    ping: float = 10
    hello: float = 5
    """Until a new connection must have said hello."""
    apart: float = 10
    """Between the first connections, so that they do not come to their end at the same moment."""
    drain: float = 3
    """From the replacement of a connection to its close: what it brought before is still answered."""
    first_wait: float = 1
    longest_wait: float = 60
    """Between two tries to get a connection, when the first has failed."""


class Unreachable(PicketError):
    """Slack gives no connection; `retry_after` is in seconds, when Slack says so."""

    def __init__(self, reason: str, *, crowded: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.crowded = crowded
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Deafness:
    since: datetime
    reason: str


class Ears:
    """Slack's connections to the app; `make_app` may call Slack. One thread calls `open` and then `run`."""

    def __init__(
        self, services: Services, make_app: Callable[[], App], limits: Limits | None = None, pace: Pace | None = None
    ) -> None:
        self._services = services
        self._make_app = make_app
        self._limits, self._pace = limits or Limits(), pace or Pace()
        self._backoff = Backoff(self._pace.first_wait, self._pace.longest_wait)
        self._echo = Echo(services)
        self._app: App | None = None
        slack = services.settings.slack
        self._web = WebClient(
            token=slack.app_token.get_secret_value(), base_url=slack.api_url, timeout=5, retry_handlers=[]
        )
        self._connections: list[Connection] = []
        self._closing: dict[Connection, threading.Thread] = {}
        self._stop = threading.Event()
        self._complete_from = 0.0
        self._deaf: _Deafness | None = None
        self._renewed = 0.0
        # written by the threads that read
        self._lock = threading.Lock()
        self._heard, self._heard_at = time.monotonic(), services.now()
        self._newest_frame = self._heard
        self._excess, self._excess_since, self._counted = 0, 0.0, 0.0

    def open(self, stop: threading.Event) -> None:
        """Have the first connection; waits if Slack asks to. Raises PicketError when Slack cannot be used."""
        self._stop = stop
        while True:
            try:
                self._connections.append(self._connect())
                break
            except Unreachable as error:
                if error.retry_after is None or stop.wait(error.retry_after):
                    raise
        self._complete_from = time.monotonic() + self._pace.apart
        with self._services.store.read() as tx:
            lasting = hearing.lasting(tx)
        if lasting:
            self._deaf, self._complete_from = _Deafness(*lasting), time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop` is set, then close everything within seconds."""
        self._stop = stop
        try:
            while not stop.wait(self._pace.tick):
                self._watch()
        finally:
            self._close()
            self._services.store.close()

    def _watch(self) -> None:
        now = time.monotonic()
        facts = self._facts(now)
        self._echo.tidy()
        if reason := deafness(facts, now, self._limits):
            self._begin(reason)
            if self._backoff.ready(now):
                self._renew(keep=[])
        elif self._lacking(now):
            if self._backoff.ready(now):
                self._renew(keep=self._good())
        elif self._deaf:
            self._prove(facts, now)
        elif (step := next_step(facts, now, self._limits)) is Step.ASK:
            self._echo.ask()
        elif step is Step.COUNT and self._backoff.ready(now):
            self._renew(keep=self._good()[1:])

    def _facts(self, now: float) -> Facts:
        for connection in self._connections:
            connection.look(now)
            self._newest_frame = max(self._newest_frame, connection.frame)
        with self._lock:
            return Facts(
                frames=tuple(connection.frame for connection in self._connections if connection.open),
                newest_frame=self._newest_frame,
                heard=self._heard,
                excess=self._excess,
                excess_since=self._excess_since,
                counted=self._counted,
                echo_asked=self._echo.tried if self._echo.pending else None,
                echo_repeated=self._echo.repeated,
                asked=self._echo.tried,
            )

    def _good(self) -> list[Connection]:
        return [connection for connection in self._connections if not connection.ended]

    def _lacking(self, now: float) -> bool:
        good = len(self._good())
        return good < len(self._connections) or (good < WANTED and now >= self._complete_from)

    # deafness

    def _begin(self, reason: str) -> None:
        """Note it, once for each time of it: with what was heard last, for what came later may have been lost."""
        if self._deaf:
            return
        with self._lock:
            self._deaf = deaf = _Deafness(self._heard_at, reason)
        log.error("picket does not hear slack", since=deaf.since.isoformat(), reason=reason)
        self._say(words.begun(deaf.since, reason), lambda tx: hearing.begin(tx, deaf.since, reason))

    def _prove(self, facts: Facts, now: float) -> None:
        """With new connections: it is over when something was heard by them; else they are replaced again."""
        if restored(facts, self._renewed, can_ask=self._echo.possible):
            self._end()
        elif facts.asked <= self._renewed:
            self._echo.ask()
        elif facts.echo_asked is None and self._backoff.ready(now):
            self._renew(keep=[])

    def _end(self) -> None:
        deaf, until = self._deaf, self._services.now()
        assert deaf is not None, "what has not begun does not end"
        if self._say(words.ended(deaf.since, until, deaf.reason), lambda tx: hearing.end(tx, deaf.since, until)):
            log.warning("picket hears slack again", since=deaf.since.isoformat(), until=until.isoformat())
            self._deaf = None

    def _say(self, message: Message, note: Callable[[Tx], None]) -> bool:
        """Say it where the last route leads; whether it could be written."""
        assert self._deaf is not None, "only deafness is spoken of"
        channel = self._services.settings.routes[-1].channel
        key = f"deafness:{self._deaf.since:%Y%m%dT%H%M%S.%f}"
        try:
            with self._services.store.write() as tx:
                note(tx)
                outbox.message(tx, key, channel, message.text, message.blocks, self._services.now())
        except StoreBusy as problem:
            log.warning("that picket was deaf could not be written yet", reason=str(problem))
            return False
        return True

    # connections

    def _renew(self, keep: list[Connection]) -> None:
        """As many connections as are wanted, new but for `keep`: the new stand before the old are closed."""
        self._echo.forget()
        self._backoff.tried(time.monotonic())
        others = [each for each in self._connections if each not in keep]
        self._connections = keep + others
        try:
            for position in range(len(keep), WANTED):
                self._connections.insert(position, self._connect())
        except Unreachable as error:
            log.warning("slack gives no connection yet", reason=str(error))
            if error.retry_after is not None:
                self._backoff.hold(time.monotonic() + error.retry_after)
            if not error.crowded:
                return
        finally:
            self._renewed = time.monotonic()
        self._connections = [each for each in self._connections if each not in others]
        self._retire(others)

    def _connect(self) -> Connection:
        try:
            self._app = self._app or self._make_app()
            url = str(self._web.apps_connections_open(app_token=str(self._web.token))["url"])
        except _FAILURES as error:
            raise self._unreachable(error) from error
        connection = Connection(self._app, self._web, url, self._hear, self._pace.ping)
        if not connection.connect(self._pace.hello):
            self._retire([connection])
            told = connection.told_to_go
            raise Unreachable(
                f"Slack at {self._web.base_url} gave a connection that {f'it ended: {told}' if told else 'is silent'}. "
                "Check that a proxy or firewall lets websockets pass, and that no other Picket uses the same tokens.",
                crowded=told == "too_many_websockets",
            )
        return connection

    def _retire(self, connections: Iterable[Connection]) -> None:
        for connection in connections:
            thread = threading.Thread(target=self._close_later, args=(connection,), daemon=True, name="old connection")
            with self._lock:
                self._closing[connection] = thread
            thread.start()

    def _close_later(self, connection: Connection) -> None:
        self._stop.wait(self._pace.drain)
        connection.close(within=2)
        with self._lock:
            del self._closing[connection]

    def _close(self) -> None:
        tidy = threading.Thread(target=self._echo.forget, daemon=True)
        tidy.start()
        self._retire(self._connections)
        with self._lock:
            closing = list(self._closing.values())
        ends = time.monotonic() + 3
        for thread in (tidy, *closing):
            thread.join(timeout=max(0.0, ends - time.monotonic()))

    # what comes

    def _hear(self, message: dict[str, Any]) -> None:
        """In a connection's own thread, so that it waits for no listener."""
        if message.get("type") == "hello":
            self._count(int(message.get("num_connections", 0)))
        elif "envelope_id" in message:
            attempt = int(message.get("retry_attempt") or 0)
            event = message.get("payload", {}).get("event", {})
            if event.get("type") == EVENT:
                self._echo.hear(event, attempt)
            if attempt == 0:
                with self._lock:
                    self._heard, self._heard_at = time.monotonic(), self._services.now()

    def _count(self, number: int) -> None:
        """Slack's count of connections in a new one's hello: those that are not ours, or silent, are ghosts."""
        now = time.monotonic()
        with self._lock:
            known = (*self._connections, *self._closing)
            ours = sum(each.counted and now - each.frame <= self._limits.silence for each in known)
            excess = number - ours - 1
            if excess <= 0 or self._excess <= 0:
                self._excess_since = now
            self._excess, self._counted = excess, now
        if excess > 0:
            log.warning("slack counts more connections than there are", counted=number, there_are=ours + 1)

    def _unreachable(self, error: Exception) -> Unreachable:
        cause = error.__context__ if isinstance(error, BoltError) else error
        where, after = f"Slack at {self._web.base_url} cannot be used", None
        if not isinstance(cause, SlackApiError):
            return Unreachable(f"{where}: {cause or error}. Check the network, and SLACK_API_URL if it is set.")
        if getattr(cause.response, "status_code", 0) == 429:
            after = float(cause.response.headers.get("Retry-After", 30))
        return Unreachable(
            f"{where}: {cause.response.get('error')}. Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN, and install the app "
            "again.",
            retry_after=after,
        )
