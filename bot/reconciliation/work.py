"""The loop: waits until the queue has brought what it holds, looks at every account, and takes in what was missed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from bot.config import Account
from bot.errors import AwsError, StoreBusy, StoreError
from bot.reconciliation.complaint import complain
from bot.reconciliation.read import EVERYWHERE, Known, Place, read_account
from bot.reconciliation.take import take_in
from bot.services import Services
from bot.store import inbox, looks

log = structlog.get_logger(__name__)

_ACCOUNTS = 4
"""Read at once."""
_RETRY = 15.0
"""Seconds until a queue that was not empty is asked again."""
_PATIENCE = 3600.0
"""Seconds for which a queue that is never empty puts the look off."""

Backlog = Callable[[], int]
"""How many events are on the queue. Raises AwsError."""


def work(services: Services, stop: threading.Event, backlog: Backlog) -> None:
    """Compare at the start and then as often as the setting says, until `stop` is set."""
    every = services.settings.reconciliation.every_minutes * 60.0
    while every and not stop.is_set():
        began = time.monotonic()
        emptied = _wait_for_queue(services, stop, backlog)
        if not stop.is_set():
            try:
                compare(services, stop, blame=emptied)
            except (StoreBusy, StoreError) as error:
                log.warning("what aws holds could not be taken in; the next look does", reason=str(error))
        stop.wait(max(1.0, began + every - time.monotonic()))
    services.store.close()


def _wait_for_queue(services: Services, stop: threading.Event, backlog: Backlog) -> bool:
    """Let the queue bring what it holds before it is said to have missed it; whether it has."""
    ends = time.monotonic() + _PATIENCE
    while not stop.is_set() and time.monotonic() < ends:
        try:
            if not _waiting(services) and not backlog():
                return True
        except AwsError as error:
            log.warning("the queue does not say what it holds; looking all the same", reason=str(error))
            return True
        stop.wait(_RETRY)
    return False


def _waiting(services: Services) -> int:
    with services.store.read() as tx:
        return inbox.waiting(tx)[0]


def compare(services: Services, stop: threading.Event | None = None, *, blame: bool = True) -> int:
    """Look at every account and region once, and take in what was missed; how much that was.

    `blame`: what was missed counts towards Picket's own alert.
    """
    stop, began, settings = stop or threading.Event(), services.now(), services.settings
    try:
        chosen = settings.aws.accounts or (Account(id=services.aws.caller.account),)
    except AwsError as error:
        log.warning("what aws holds cannot be compared", reason=str(error))
        return 0
    with services.store.read() as tx:
        known = Known.of(tx)
    settings = services.settings

    def read(account: Account) -> list[Place]:
        return read_account(services.aws, settings, known, account.id, began, stop.is_set)

    missed, visited = 0, set[tuple[str, str, str]]()
    with ThreadPoolExecutor(_ACCOUNTS, thread_name_prefix="looking") as pool:
        for places in pool.map(read, chosen):
            missed += sum(take_in(services, place, began, blame=blame) for place in places)
            visited.update(place.look.key for place in places)
    if not stop.is_set():
        _conclude(services, visited)
        log.info("what aws holds was compared with what the queue brought", places=len(visited), missed=missed)
    return missed


def _conclude(services: Services, visited: set[tuple[str, str, str]]) -> None:
    """Forget the places that are looked at no more, and say what the looks tell of the queue."""
    unread = {account for account, region, _ in visited if region == EVERYWHERE}
    with services.store.write(timeout=30) as tx:
        for look in looks.every(tx):
            if look.key not in visited and look.account not in unread:
                looks.forget(tx, look)
        complain(services, tx)
