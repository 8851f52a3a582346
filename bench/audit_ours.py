"""One account audited as the service does it, so many times with the same sessions; or the calls of it, recorded."""

from __future__ import annotations

import json
import pickle
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from bot.aws.sessions import Sessions
from bot.config import Account, Aws
from bot.tasks import Task, rarely_collected, run_account
from checks.catalog import CATALOG
from checks.settings import CheckSettings

_IDENTITY = {"GetCallerIdentity", "AssumeRole"}
_PAGING = {"NextToken", "Marker", "nextToken", "ContinuationToken", "StartingToken"}


def task(account: str, read_role: str, external_id: str, regions: tuple[str, ...]) -> Task:
    """Every check, in one account."""
    return Task(
        aws=Aws(read_role=read_role, external_id=external_id),
        account=Account(id=account),
        checks=tuple(CATALOG),
        regions=regions,
        settings=CheckSettings(),
        at=datetime.now(UTC),
    )


def record(file: Path) -> None:
    """Write down every call that this process makes from now on, with its parameters, for the floor to make again."""
    from botocore.client import BaseClient

    from bench.audit_floor import DEPENDENT, FREE, IDENTITY, REGIONS

    calls: list[Any] = []
    lock = Lock()
    make = BaseClient._make_api_call  # type: ignore[attr-defined]

    def recorded(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        shape = self.meta.service_model.operation_model(operation).input_shape
        if self.meta.service_model.service_name == "sts" and operation in _IDENTITY:
            wave = IDENTITY
        elif operation == "DescribeRegions":
            wave = REGIONS
        else:
            wave = DEPENDENT if (shape and shape.required_members) or _PAGING & set(parameters) else FREE
        service = self.meta.service_model.service_name
        with lock:
            calls.append((wave, service, self.meta.region_name, operation, parameters))
            file.write_bytes(pickle.dumps(calls))
        return make(self, operation, parameters)

    BaseClient._make_api_call = recorded  # type: ignore[attr-defined]


def main(facts: dict[str, Any]) -> None:
    if facts["record"]:
        record(Path(facts["record"]))
    asked = task(facts["account"], facts["read_role"], facts["external_id"], tuple(facts["regions"]))
    sessions, seconds = Sessions.of(asked.aws), []
    for _ in range(facts["passes"]):
        began = time.perf_counter()
        with rarely_collected():
            result = run_account(asked, sessions=sessions)
        seconds.append(time.perf_counter() - began)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "calls": sum(result.calls.values()),
                "findings": len(result.findings),
                "gaps": [gap.reason for gap in result.gaps],
            }
        )
    )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
