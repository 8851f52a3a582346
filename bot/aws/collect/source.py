"""Where a collector reads from: one account and region, through clients that count and explain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.errors import AwsError

T = TypeVar("T")
S = TypeVar("S")


class Shared:
    """What several collectors of an account read, read once: the first asks AWS, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[object, threading.Lock] = {}
        self._answers: dict[object, Any] = {}

    def once(self, read: Callable[[], T], key: object) -> T:
        """What `read` returns, or the AwsError that it raised, for every caller with this key."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = read()
                except AwsError as error:
                    self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, AwsError):
            raise answer
        return answer  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One account and region, read with the role that reads; every call raises AwsError in words."""

    sessions: Sessions
    account: str
    region: str
    """Or `global`."""
    partition: str
    regions: tuple[str, ...] = ()
    """All that are looked at in this account."""
    fan: Executor
    """For the calls of one collector: a user's keys, a list's entries."""
    shared: Shared = field(default_factory=Shared)
    sleep: Callable[[float], None] = time.sleep

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call; `operation` is boto3's name of the method."""
        with told(service, self.region):
            answer: dict[str, Any] = getattr(self._client(service), operation)(**parameters)
        return answer

    def pages(self, service: str, operation: str, key: str, *, size: int = 0, **parameters: Any) -> list[Any]:
        """Every item under `key` of every page, `size` to a page where the operation must be told.

        All or nothing: a page that fails raises, so that a part never looks like the whole.
        """
        return [item for page in self.whole(service, operation, size=size, **parameters) for item in page.get(key, ())]

    def whole(self, service: str, operation: str, *, size: int = 0, **parameters: Any) -> list[dict[str, Any]]:
        """Every page, as AWS gave it."""
        paging = {"PageSize": size} if size else {}
        with told(service, self.region):
            pages = self._client(service).get_paginator(operation).paginate(**parameters, PaginationConfig=paging)
            return list(pages)

    def each(self, read: Callable[[T], S], items: Iterable[T]) -> Iterator[S]:
        """`read` of every item, several at once, in order."""
        return self.fan.map(read, items)

    def once(self, read: Callable[[Source], T]) -> T:
        """`read(self)`, asked once for all collectors of this account and region."""
        return self.shared.once(lambda: read(self), (read, self.region))

    def _client(self, service: str) -> Any:
        return self.sessions.client(self.account, service, self.region, Access.READ)
