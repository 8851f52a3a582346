"""Faults that a test or a demonstration switches on: denied, throttled, failing, unreachable, slow."""

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sandbox.aws.request import Request


@dataclass
class Fault:
    """What goes wrong, for which calls (`*` and None mean any), and how many times yet (None: for ever)."""

    kind: str
    service: str = "*"
    operation: str = "*"
    account: str | None = None
    region: str | None = None
    times: int | None = None

    def meets(self, request: Request) -> bool:
        """Whether this call is one of those that go wrong."""
        return (
            self.times != 0
            and fnmatchcase(request.service, self.service)
            and fnmatchcase(request.operation, self.operation)
            and self.account in (None, request.account)
            and self.region in (None, request.region)
        )


class Faults:
    """The faults that are on now. The sandbox's own calls never meet one."""

    latency: float
    """Seconds that each call takes longer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def deny(self, service: str, operation: str = "*", account: str | None = None, region: str | None = None) -> None:
        """Answer AccessDenied, as if the role's policy lacked the action."""
        self._faults.append(Fault("deny", service, operation, account, region))

    def throttle(
        self,
        service: str,
        operation: str = "*",
        account: str | None = None,
        region: str | None = None,
        times: int | None = 1,
    ) -> None:
        """Answer the next calls (all from now on if times is None) with the service's throttling error."""
        self._faults.append(Fault("throttle", service, operation, account, region, times))

    def fail(
        self,
        service: str,
        operation: str = "*",
        account: str | None = None,
        region: str | None = None,
        times: int | None = 1,
    ) -> None:
        """Answer the next calls (all from now on if times is None) with an internal error, status 500."""
        self._faults.append(Fault("fail", service, operation, account, region, times))

    def down(self, region: str) -> None:
        """Drop every connection to a region without an answer."""
        self._faults.append(Fault("down", region=region))

    def clear(self) -> None:
        """Switch every fault off."""
        self._faults: list[Fault] = []
        self.latency = 0.0

    def meet(self, request: Request) -> str | None:
        """The kind of fault that this call meets, which is then used up by one; None if it meets none."""
        with self._lock:
            for fault in self._faults:
                if fault.meets(request):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault.kind
        return None
