"""The running workspace as its parts see it: memory, sockets, pacing, faults, and the log of calls."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.fault_table import FaultTable
from sandbox.slack.pacing import Pacer
from sandbox.slack.people import SlashCommand
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.state import Json, Team


@dataclass(frozen=True)
class Settings:
    """What the app registered, and how long Slack waits: seconds, the delays of event retries included."""

    bot_token: str
    app_token: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: tuple[SlashCommand, ...]
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    file_seconds: float = 0.05
    connection_seconds: float = 18_060.0


@dataclass(frozen=True)
class ApiCall:
    """One call of the Web API as the log keeps it; `outcome` is `ok` or the error, `seconds` the time it took."""

    method: str
    args: Json
    at: float
    outcome: str
    status: int
    seconds: float


@dataclass
class Backend:
    """Everything that a method of the Web API or a person's action may touch."""

    settings: Settings
    team: Team
    pacer: Pacer
    faults: FaultTable
    sockets: Sockets
    responses: ResponseUrls
    clock: Callable[[], float]
    url: str = ""
    calls: deque[ApiCall] = field(default_factory=lambda: deque(maxlen=50_000))
    on_story: Callable[[str], None] | None = None
    revoked: bool = False
    _tasks: set["asyncio.Task[Any]"] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work` beside; it is cancelled when the workspace stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancels what still runs beside."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
