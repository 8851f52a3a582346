"""How fast events leave the queue for the store, beside a loop that receives, deletes and does nothing."""

from __future__ import annotations

import json
import sys

from bench.measure import Size, clean_environment, in_turn, median, ratio, run
from bench.sqs import queue
from bench.table import Table

ABOUT = """\
{events:,} findings of GuardDuty, each of another machine, so that each becomes an alert with a card. Picket's consumer
parses each, stores it with its alert, timeline and outgoing message in one transaction (WAL, `synchronous=FULL`), and
takes it off the queue afterwards. The floor receives and deletes, ten at a time, by the same client, and does nothing
else. The queue is a stub in a process of its own. One thread each; imports are not counted."""


def measure(size: Size) -> Table:
    """Events a second, of both."""

    def contender(way: str) -> tuple[float, float]:
        with queue(size.events) as address:
            environment = {
                "AWS_ENDPOINT_URL": address,
                "AWS_REGION": "eu-north-1",
                "AWS_DEFAULT_REGION": "eu-north-1",
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
            }
            command = [sys.executable, "-m", "bench.intake", way, address, str(size.events)]
            ran = run(command, clean_environment(environment))
        return json.loads(ran.output)["seconds"], ran.megabytes

    floors, ours = in_turn(size.runs, lambda: contender("bare"), lambda: contender("picket"))
    floor_s, our_s = (median([seconds for seconds, _ in side]) for side in (floors, ours))
    floor_mb, our_mb = (median([megabytes for _, megabytes in side]) for side in (floors, ours))
    rows = [
        ["receive and delete", f"{size.events / floor_s:,.0f}", "1.00×", f"{floor_mb:.0f}"],
        ["Picket", f"{size.events / our_s:,.0f}", ratio(floor_s, our_s), f"{our_mb:.0f}"],
    ]
    return Table(
        title="Relay",
        about=ABOUT.format(events=size.events),
        header=("", "events/s", "to the floor's", "MB"),
        rows=rows,
        notes=[f"Medians of {size.runs} runs in turn; a higher ratio is better."],
    )
