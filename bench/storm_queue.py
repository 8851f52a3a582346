"""A queue that brings a flood of findings at an even pace, some of them critical, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.measure import clean_environment
from bench.sqs import Queue, finding, serve

ACCOUNTS = ("111122223333", "222233334444", "333344445555")
TYPES = ("UnauthorizedAccess:EC2/SSHBruteForce", "Recon:EC2/Portscan", "Impact:EC2/PortSweep", "Backdoor:EC2/Spambot")
SEVERITIES = (2, 5, 8)
CRITICAL = 9.5


class Flood:
    """The queue; nothing comes until `begin`."""

    def __init__(self, process: subprocess.Popen[str], per_second: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self.per_second = process.stdin, per_second
        self.url = process.stdout.readline().strip() + "/111122223333/events"
        self.began = 0.0

    def begin(self) -> None:
        """From now on they come."""
        self.began = time.time()
        self._stdin.write(f"{self.began}\n")
        self._stdin.flush()

    def sent_at(self, number: int) -> float:
        """When the event of that number came to the queue, as time.time() has it."""
        return self.began + (number + 1) / self.per_second


@contextmanager
def flood(events: int, criticals: int, seconds: float) -> Iterator[Flood]:
    """So many findings in so many seconds, each of another machine, so many of them critical."""
    command = [sys.executable, "-m", "bench.storm_queue", str(events), str(criticals), str(events / seconds)]
    process = subprocess.Popen(
        command, env=clean_environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Flood(process, events / seconds)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def body(number: int, events: int, criticals: int) -> str:
    """The event of that number."""
    event = finding(number)
    every = events // criticals
    severity = CRITICAL if number % every == every // 2 else SEVERITIES[number % len(SEVERITIES)]
    account, type_ = ACCOUNTS[number % len(ACCOUNTS)], TYPES[number % len(TYPES)]
    detail = {**event["detail"], "accountId": account, "type": type_, "severity": severity}
    return json.dumps({**event, "account": account, "detail": detail})


class Paced(Queue):
    """Hands out what has come by now, and waits for more as SQS does."""

    def __init__(self, bodies: Iterator[str], per_second: float) -> None:
        super().__init__(bodies)
        self._all, self._per_second = len(self._waiting), per_second
        self._began = float("inf")

    def begin(self, at: float) -> None:
        self._began = at

    def _receive(self, asked: dict[str, Any]) -> dict[str, Any]:
        ends = time.time() + asked.get("WaitTimeSeconds", 0)
        while True:
            with self._lock:
                come = min(self._all, int(max(0.0, time.time() - self._began) * self._per_second))
                new = come - (self._all - len(self._waiting))
            if new > 0:
                return super()._receive({"MaxNumberOfMessages": min(new, asked.get("MaxNumberOfMessages", 1))})
            if time.time() >= ends:
                return {"Messages": []}
            time.sleep(0.02)


def main(events: int, criticals: int, per_second: float) -> None:
    queue = Paced((body(number, events, criticals) for number in range(events)), per_second)
    with serve(queue) as address:
        print(address, flush=True)
        queue.begin(float(sys.stdin.readline()))
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
