"""Accounts audited by the workers of a Dask cluster, when one machine is not enough."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from importlib.metadata import version
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from bot.aws.sessions import Sessions
from bot.errors import PicketError
from bot.tasks.account import unread
from bot.tasks.here import run_next
from bot.tasks.place import run_on
from bot.tasks.task import AccountResult, OnStep, Step, Task

if TYPE_CHECKING:
    from distributed import Client, Security

    from bot.config import Audits

_TRANSPORTS = {"dask": "tcp", "dask+tls": "tls"}
_TOPIC = "picket-steps"
"""Of Dask's events; one for every audit, for the scheduler keeps the topics that it has heard of."""
_CONNECT = 10
"""Seconds to reach the scheduler."""
_LOOK = 1.0
"""Seconds between looks at how many workers there are."""
_PATIENCE = 120.0
"""Seconds without any worker after which nobody waits for one: a cluster that grows on demand needs a while."""
_AT_LEAST = 8
"""Accounts handed over even to fewer workers: by what waits, a cluster that grows on demand sees that it should."""


def on_cluster(
    where: Audits, tasks: Sequence[Task], on_step: OnStep, stop: threading.Event, *, partial: bool = False
) -> Iterator[AccountResult]:
    """The results of `tasks` as they come from the workers of the scheduler that `where` names.

    What was on a worker that is lost is done again by another; an account that has cost several workers their lives
    is a result of gaps. Soon after `stop` is set it raises Interrupted, or ends with what was read by then if a
    `partial` result is wanted. Raises PicketError when the scheduler cannot be reached, is lost, or has no workers,
    and where Picket is not installed with the extra `scale`.
    """
    with _connected(where) as client:
        cluster = _Cluster(client, where.executor, partial=partial)
        try:
            yield from run_on(cluster, tasks, on_step, stop, partial=partial)
        finally:
            cluster.end()


@contextmanager
def _connected(where: Audits) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError as error:
        raise PicketError(
            f"To audit on {where.executor}, Picket needs Dask: pip install 'picket[scale]', here and on the cluster."
        ) from error
    scheme, _, place = where.executor.partition("://")
    security = _security(where, encrypted=scheme == "dask+tls")
    address = f"{_TRANSPORTS[scheme]}://{place}"
    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, security=security, timeout=_CONNECT, set_as_default=False, name="picket"
        )
    except OSError as error:
        raise PicketError(
            f"The Dask scheduler at {where.executor} cannot be reached: {error}. Look whether it runs, whether it may "
            "be connected to from here, and whether both sides use TLS, with certificates of one authority."
        ) from error
    with client:
        yield client


def _security(where: Audits, *, encrypted: bool) -> Security:
    """The certificates to show and to trust: those of the settings, else those of Dask's own configuration."""
    from distributed import Security

    files = {
        "tls_ca_file": where.executor_ca,
        "tls_client_cert": where.executor_certificate,
        "tls_client_key": where.executor_key,
    }
    given = {name: str(path) for name, path in files.items() if path}
    security = Security(require_encryption=encrypted, **given)  # type: ignore[no-untyped-call]
    if encrypted:
        try:
            context = security.get_connection_args("client").get("ssl_context")  # type: ignore[no-untyped-call]
        except OSError as error:
            named = ", ".join(given.values()) or "those of Dask's configuration"
            raise PicketError(f"The certificates for {where.executor} cannot be used ({named}): {error}.") from error
        if context is None:
            raise PicketError(
                f"{where.executor} needs certificates: set audits.executor_ca, audits.executor_certificate and "
                "audits.executor_key in the settings."
            )
    return security


class _Cluster:
    """A Place of however many workers there are just now."""

    def __init__(self, client: Client, name: str, *, partial: bool) -> None:
        self._client, self._name, self._partial = client, name, partial
        self._executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        self._audit = uuid.uuid4().hex
        self._handed_over: WeakSet[Future[AccountResult]] = WeakSet()
        self._heard: SimpleQueue[Step] = SimpleQueue()
        self._threads = 0
        self._looked, self._seen = -_LOOK, time.monotonic()
        client.subscribe_topic(_TOPIC, self._hear)  # type: ignore[no-untyped-call]

    def room(self) -> int:
        """One task a thread of the workers; also notices when there are no workers."""
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            self._threads = sum(self._asked(self._client.nthreads).values())
            if self._threads:
                self._seen = now
        if now - self._seen > _PATIENCE:
            raise PicketError(
                f"The Dask scheduler at {self._name} has had no workers for {_PATIENCE / 60:.0f} minutes: start some "
                "with `dask worker`, where Picket is installed and AWS credentials are."
            )
        return max(self._threads, _AT_LEAST)

    def submit(self, task: Task) -> Future[AccountResult]:
        """Hand a task over."""
        given = (task, self._audit, self._partial, version("picket"))
        future: Future[AccountResult] = self._asked(lambda: self._executor.submit(_on_worker, *given))
        self._handed_over.add(future)
        return future

    def steps(self) -> Iterator[Step]:
        """What the workers said since it was last asked."""
        try:
            while True:
                yield self._heard.get_nowait()
        except Empty:
            return

    def halt(self) -> None:
        """Let what is under way end soon."""
        self._asked(lambda: self._client.run(_halt, self._audit, on_error="ignore"))

    def end(self) -> None:
        """What is still under way ends soon, and what is not is not begun; nothing is raised."""
        with suppress(PicketError):
            if any(not future.done() for future in self._handed_over):
                self.halt()
                self._executor.shutdown(wait=False)

    def failed(self, task: Task, error: Exception) -> AccountResult:
        """A task that kills its workers is a gap; one that they cannot begin, or a lost scheduler, ends all."""
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return unread(
                task,
                f"{error.allowed_failures + 1} workers of {self._name} died while they read this account, perhaps for "
                "want of memory.",
            )
        if isinstance(error, CancelledError | OSError):
            raise self._lost(error) from error
        if isinstance(error, ImportError):
            raise PicketError(
                f"A worker of {self._name} could not begin: {error}. It needs 'picket[scale]', as it is here."
            ) from error
        raise error

    def _asked(self, ask: Callable[[], Any]) -> Any:
        from distributed.client import ClosedClientError

        try:
            return ask()
        except (OSError, CancelledError, ClosedClientError) as error:  # Dask's other errors of connections are OSErrors
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> PicketError:
        return PicketError(f"The Dask scheduler at {self._name} was lost ({error}). Ask again when it is there.")

    def _hear(self, event: tuple[float, tuple[str, str, int, int]]) -> None:
        audit, account, regions, done = event[1]
        if audit == self._audit:
            self._heard.put(Step(account=account, regions=regions, regions_done=done))


_halted: set[str] = set()
"""On a worker: the audits that are to end."""
_thread = threading.local()
"""On a worker: each thread's sessions, for an account is let go of when its thread is through with it."""


def _halt(audit: str) -> None:
    _halted.add(audit)


def _on_worker(task: Task, audit: str, partial: bool, asked_by: str) -> AccountResult:
    from distributed import get_worker

    if (mine := version("picket")) != asked_by:
        raise PicketError(f"The cluster's workers have Picket {mine}, and here it is {asked_by}: install the same.")
    worker = get_worker()

    def tell(step: Step) -> None:
        worker.log_event(_TOPIC, (audit, step.account, step.regions, step.regions_done))

    if not hasattr(_thread, "held"):
        _thread.held = list[Sessions]()
    return run_next(task, tell, _thread.held, lambda: audit in _halted, partial=partial)
