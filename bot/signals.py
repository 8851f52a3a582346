"""Ctrl-C and SIGTERM as a wish to end with what there is; a second one ends at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType


@dataclass(slots=True)
class Told:
    """Whether to end, and by which signal."""

    stop: threading.Event = field(default_factory=threading.Event)
    signal: int = 0


@contextmanager
def until_told() -> Iterator[Told]:
    """While the block runs, the first signal sets `stop` and the second ends the process."""
    told = Told()

    def hear(number: int, _: FrameType | None) -> None:
        if told.signal:
            os._exit(128 + number)
        told.signal = number
        told.stop.set()
        sys.stderr.write("\npicket: stopping with what has been read so far; again to end at once\n")

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
