"""The faults that are switched on: failing, slow and half-done API calls, and sockets that lose what they are given."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.slack.errors import ApiError


@dataclass(frozen=True)
class Fault:
    """What happens to one call: it fails, or it hangs; `commit` says whether it takes effect all the same."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    hang_seconds: float = 0.0
    commit: bool = False

    def raise_if_any(self) -> None:
        """Raises the ApiError that this fault answers with, if it answers with one."""
        if self.error:
            headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            raise ApiError(self.error, status=self.status, headers=headers)


@dataclass
class FaultTable:
    """The faults that wait for their call, method by method (`*` is any), and the sockets' losses."""

    waiting: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    ghosts: int = 0
    frames_to_drop: int = 0
    acks_to_drop: int = 0

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Has the next `times` calls of `method` meet the fault."""
        self.waiting[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """The fault that a call of `method` meets now, if any; it is used up."""
        for key in (method, "*"):
            if self.waiting[key]:
                return self.waiting[key].popleft()
        return None

    def lose_frame(self) -> bool:
        """Whether the envelope that is about to be sent gets lost."""
        lost = self.frames_to_drop > 0
        self.frames_to_drop -= lost
        return lost

    def lose_ack(self) -> bool:
        """Whether the acknowledgement that has just come gets lost."""
        lost = self.acks_to_drop > 0
        self.acks_to_drop -= lost
        return lost
