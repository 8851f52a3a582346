"""`picket audit` of so many accounts, each of which has an inventory that was recorded."""

from __future__ import annotations

import json
import os
import pickle
import resource
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.aws.sessions import Sessions
from bot.config import Account, Aws, Offline
from bot.reports import Format
from bot.reports.formats import Page, write
from bot.reports.origin import Origin
from bot.reports.table import Screen
from bot.standalone import findings, plan
from bot.tasks import OnStep, Step, Task, account
from checks.catalog import CATALOG
from checks.inventory import Inventory

FACTS = json.loads(os.environ["BENCH_GROWTH"])


def replayed(task: Task, on_step: OnStep, _: Sessions) -> Inventory:
    """The recorded inventory, under the task's own account, as slowly as it is to be read."""
    recorded = Path(FACTS["file"]).read_bytes()
    inventory: Inventory = pickle.loads(recorded.replace(FACTS["recorded"].encode(), task.account.id.encode()))
    regions = len(inventory.regions) + 1
    for done in range(regions + 1):
        on_step(Step(account=task.account.id, regions=regions, regions_done=done))
        time.sleep(FACTS["latency"] if done < regions else 0)
    return inventory


account.read = replayed  # here and not in main: the spawned processes import this module too


def main() -> None:
    began, first, number = time.perf_counter(), 0.0, 0
    named = tuple(Account(id=f"{n + 100_000_000_000}", name=f"acme-{n}") for n in range(FACTS["accounts"]))
    planned = plan(Offline(aws=Aws(accounts=named, read_role="PicketRead")), ["all"], datetime.now(UTC))
    origin = Origin(version="0", at=planned.tally.began, checks=CATALOG, account_names={})
    page = Page(origin=origin, tally=planned.tally, screen=Screen())
    with Path(os.devnull).open("w", encoding="utf-8") as file:
        for piece in write(Format.JSON, findings(planned, threading.Event(), lambda _: None), page):
            file.write(piece)
            number += piece.count("\n")
            first = first or time.perf_counter() - began
    assert planned.tally.is_complete, planned.tally.shortcomings()[:3]
    sizes = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"findings": number - 1, "first": first, "own": sizes[0], "workers": sizes[1]}))


if __name__ == "__main__":
    main()
