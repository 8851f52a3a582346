"""A log of what was asked of AWS: by it tests prove which role called what, and where."""

from collections import Counter, deque
from collections.abc import Iterator

from sandbox.aws.request import Request

KEPT = 20_000


class Calls:
    """The calls so far, oldest first, without the sandbox's own; the last 20,000 are kept."""

    def __init__(self) -> None:
        self._log: deque[Request] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[Request]:
        return iter(list(self._log))

    def __len__(self) -> int:
        return len(self._log)

    def add(self, request: Request) -> None:
        """Write one call down."""
        self._log.append(request)

    def count(self, account: str | None = None, role: str | None = None) -> Counter[str]:
        """How often each `service:Operation` was called, in one account or by one role if named."""
        return Counter(
            f"{call.service}:{call.operation}"
            for call in self
            if account in (None, call.account) and role in (None, call.role)
        )

    def clear(self) -> None:
        """Forget the calls so far."""
        self._log.clear()
