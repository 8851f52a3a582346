"""How fast events leave the queue for the store, beside a loop that receives, deletes and does nothing."""

from __future__ import annotations

import json
import sys
from functools import partial

from bench.measure import Size, clean_environment, in_turn, median, ratio, run
from bench.sqs import queue
from bench.table import Table

ABOUT = """\
{events:,} findings of GuardDuty, each of another machine, so that each becomes an alert with a card. *Received*: Picket
has committed each message to its inbox as it came (WAL, `synchronous=FULL`) and taken it off the queue. *Worked off*:
its two loops, at once, have made of each an alert with its timeline, a card and a file in the outbox. The floor
receives and deletes, ten at a time, by the same client, and does nothing else. The queue is a stub in a process of its
own. Imports are not counted."""
WAYS = {"bare": "receive and delete", "received": "Picket, received", "worked off": "Picket, worked off"}


def measure(size: Size) -> Table:
    """Events a second, of each way."""

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

    ran = in_turn(size.runs, *(partial(contender, way) for way in WAYS))
    seconds = [median([each for each, _ in side]) for side in ran]
    megabytes = [median([each for _, each in side]) for side in ran]
    rows = [
        [name, f"{size.events / took:,.0f}", ratio(seconds[0], took), f"{size_:.0f}"]
        for name, took, size_ in zip(WAYS.values(), seconds, megabytes, strict=True)
    ]
    return Table(
        title="Relay",
        about=ABOUT.format(events=size.events),
        header=("", "events/s", "to the floor's", "MB"),
        rows=rows,
        notes=[f"Medians of {size.runs} runs in turn; a higher ratio is better."],
    )
