"""Files for threads: asked for in the transaction that says they come, made afterwards, outside any transaction.

Rendering a large audit or drawing a chart takes longer than the state file may be held, so a message only leaves a
row that names the maker; the loop here makes the file and puts it in the outbox.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.errors import PicketError
from bot.messages.blocks import section
from bot.messages.text import escape
from bot.services import Services
from bot.store import attachments, outbox

log = structlog.get_logger(__name__)

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it goes to Slack."""

    filename: str
    title: str
    content: bytes
    alt_text: str = ""


Maker = Callable[[Services, str], File]
"""Takes the key of the message in whose thread the file belongs. Reads in a transaction of its own."""


def work(services: Services, stop: threading.Event, makers: Mapping[str, Maker]) -> None:
    """Make what is asked for until `stop` is set."""
    seen = -1
    while not stop.is_set():
        make_pending(services, makers)
        seen = services.store.wait(seen, timeout=1)


def make_pending(services: Services, makers: Mapping[str, Maker]) -> int:
    """Make every file that waits; how many were made."""
    with services.store.read() as tx:
        waiting = attachments.pending(tx)
    return sum(_make(services, wanted, makers) for wanted in waiting)


def _make(services: Services, wanted: attachments.Wanted, makers: Mapping[str, Maker]) -> bool:
    try:
        file = makers[wanted.maker](services, wanted.parent)
    except Exception as error:
        log.exception("a file could not be made", key=wanted.key, attempt=wanted.attempts + 1)
        _give_up(services, wanted, error)
        return False
    now = services.now()
    with services.store.write() as tx:
        outbox.file(tx, wanted.key, wanted.parent, file.filename, file.title, file.content, now, alt_text=file.alt_text)
        attachments.made(tx, wanted.key, now)
    return True


def _give_up(services: Services, wanted: attachments.Wanted, error: Exception) -> None:
    """Count the failure; after the last one say so where the file would have stood."""
    now, last = services.now(), wanted.attempts + 1 >= _ATTEMPTS
    why = f": {escape(error)}" if isinstance(error, PicketError) else f"; Picket's log names `{wanted.key}`."
    words = f"A file for this thread could not be made{why}"
    with services.store.write() as tx:
        attachments.failed(tx, wanted.key, f"{type(error).__name__}: {error}", now, for_good=last)
        if last:
            outbox.message(tx, f"{wanted.key}:failed", "", words, [section(words)], now, parent=wanted.parent)
