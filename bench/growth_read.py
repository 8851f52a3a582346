"""One account audited again and again by one process, each time as if it were another: what one more account takes."""

from __future__ import annotations

import json
import sys
import threading
import time

from bench.audit_ours import task
from bot.tasks import in_this_process


def main(account: str, read_role: str, external_id: str, regions: list[str], times: int) -> None:
    asked = task(account, read_role, external_id, tuple(regions))
    marks, calls = [], 0
    for result in in_this_process([asked] * times, lambda _: None, threading.Event()):
        assert not result.gaps, result.gaps
        marks.append((time.perf_counter(), time.process_time()))
        calls = sum(result.calls.values())
    (wall, cpu), (wall_end, cpu_end) = marks[0], marks[-1]
    more = times - 1
    print(json.dumps({"seconds": (wall_end - wall) / more, "cpu": (cpu_end - cpu) / more, "calls": calls}))


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
