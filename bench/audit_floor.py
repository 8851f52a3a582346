"""The floor of an audit: a bare threaded boto3 script that makes the calls it is given, and judges nothing.

It knows nothing of Picket. As anybody's script must, it asks first who it is and takes on the role, then for the
regions, then all that needs no parameter, and last what can only be asked about something that an answer named.
"""

from __future__ import annotations

import json
import pickle
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

THREADS = 16
IDENTITY, REGIONS, FREE, DEPENDENT = range(4)
"""The waves in which calls are made."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make."""

    wave: int
    service: str
    region: str
    operation: str
    parameters: dict[str, Any]


class Clients:
    """One client a service and region, made once."""

    def __init__(self, session: boto3.Session) -> None:
        self._session: Any = session  # any service, where the types name each
        self._lock = Lock()
        self._made: dict[tuple[str, str], Any] = {}

    def call(self, call: Call) -> dict[str, Any]:
        client = self._client(call.service, call.region)
        try:
            answer: dict[str, Any] = getattr(client, xform_name(call.operation))(**call.parameters)
        except ClientError:
            return {}  # no such policy, no such tags: an answer all the same
        return answer

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            if (service, region) not in self._made:
                config = Config(max_pool_connections=THREADS)
                client = self._session.client(service, region_name=region, config=config)
                if service == "s3control":
                    client.meta.events.register("before-send.s3-control", _without_account)
                self._made[service, region] = client
            return self._made[service, region]


def _without_account(request: Any, **_: Any) -> None:
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


def enter(calls: list[Call]) -> Clients:
    """Ask who this is, take on the role, and return the clients that act with it."""
    own = Clients(boto3.Session())
    for call in (call for call in calls if call.wave == IDENTITY):
        if given := own.call(call).get("Credentials"):
            return Clients(
                boto3.Session(
                    aws_access_key_id=given["AccessKeyId"],
                    aws_secret_access_key=given["SecretAccessKey"],
                    aws_session_token=given["SessionToken"],
                )
            )
    return own


def fetch(clients: Clients, calls: list[Call]) -> None:
    """Make every call but those of `enter`, wave by wave."""
    with ThreadPoolExecutor(THREADS) as pool:
        for wave in (REGIONS, FREE, DEPENDENT):
            list(pool.map(clients.call, [call for call in calls if call.wave == wave]))


def main(file: str, passes: int) -> None:
    calls = [Call(*facts) for facts in pickle.loads(Path(file).read_bytes())]
    clients, seconds = enter(calls), []
    for _ in range(passes):
        began = time.perf_counter()
        fetch(clients, calls)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"seconds": seconds, "calls": len(calls)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
