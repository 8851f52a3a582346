"""A queue that speaks as much of SQS as a consumer needs, in a process of its own: receive and delete cost it the same
however long its backlog is, which a simulator's do not."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from bench.measure import clean_environment


@contextmanager
def queue(events: int) -> Iterator[str]:
    """A queue with so many findings of GuardDuty, each of another machine; its address."""
    command = [sys.executable, "-m", "bench.sqs", str(events)]
    process = subprocess.Popen(command, env=clean_environment({}), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


_PAUSE = 0.2
"""Seconds of a long poll that brings nothing."""


class Queue:
    """What waits, and what was handed out and not yet deleted."""

    def __init__(self, bodies: Iterator[str]) -> None:
        self._lock = Lock()
        self._waiting = deque(_message(body) for body in bodies)
        self._out: dict[str, dict[str, Any]] = {}

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "ReceiveMessage": self._receive,
            "DeleteMessageBatch": self._delete,
            "GetQueueAttributes": lambda _: {"Attributes": {}},
        }
        return answers[operation](asked)

    def _receive(self, asked: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            count = min(asked.get("MaxNumberOfMessages", 1), len(self._waiting))
            given = [self._waiting.popleft() for _ in range(count)]
            self._out.update((message["ReceiptHandle"], message) for message in given)
        if not given:
            time.sleep(min(asked.get("WaitTimeSeconds", 0), _PAUSE))
        return {"Messages": given}

    def _delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            for entry in asked["Entries"]:
                del self._out[entry["ReceiptHandle"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]], "Failed": []}


def _message(body: str) -> dict[str, Any]:
    return {
        "MessageId": str(uuid.uuid4()),
        "ReceiptHandle": uuid.uuid4().hex * 6,
        "MD5OfBody": hashlib.md5(body.encode()).hexdigest(),
        "Body": body,
        "Attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795600000000"},
    }


def finding(number: int) -> dict[str, Any]:
    """A finding of GuardDuty as EventBridge sends it, about 2 kB."""
    instance, id_ = f"i-{number:017x}", f"{number:032x}"
    address = {
        "ipAddressV4": "198.51.100.23",
        "country": {"countryName": "Netherlands"},
        "city": {"cityName": "Amsterdam"},
        "organization": {"asn": "64500", "asnOrg": "Example Hosting", "isp": "Example", "org": "Example"},
    }
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": "111122223333",
        "time": "2026-11-25T08:55:10Z",
        "region": "eu-north-1",
        "resources": [],
        "detail": {
            "schemaVersion": "2.0",
            "accountId": "111122223333",
            "region": "eu-north-1",
            "partition": "aws",
            "id": id_,
            "arn": f"arn:aws:guardduty:eu-north-1:111122223333:detector/d1/finding/{id_}",
            "type": "UnauthorizedAccess:EC2/SSHBruteForce",
            "severity": 5 + number % 4,
            "createdAt": "2026-11-25T08:10:00.000Z",
            "updatedAt": "2026-11-25T08:55:00.000Z",
            "title": f"198.51.100.23 is guessing SSH passwords of {instance}.",
            "description": f"198.51.100.23 is performing SSH brute force attacks against {instance}.",
            "resource": {
                "resourceType": "Instance",
                "instanceDetails": {
                    "instanceId": instance,
                    "instanceType": "t3.micro",
                    "tags": [{"key": "Name", "value": f"web-{number}"}],
                    "networkInterfaces": [{"publicIp": "203.0.113.7", "privateIpAddress": "10.0.0.5"}],
                },
            },
            "service": {
                "serviceName": "guardduty",
                "detectorId": "d1",
                "action": {
                    "actionType": "NETWORK_CONNECTION",
                    "networkConnectionAction": {
                        "connectionDirection": "INBOUND",
                        "protocol": "TCP",
                        "localPortDetails": {"port": 22, "portName": "SSH"},
                        "remoteIpDetails": address,
                    },
                },
                "eventFirstSeen": "2026-11-25T08:00:00.000Z",
                "eventLastSeen": "2026-11-25T08:50:00.000Z",
                "archived": False,
                "count": 12,
            },
        },
    }


@contextmanager
def serve(held: Queue) -> Iterator[str]:
    """Answer for `held` while the block runs; the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(held.answer(self.headers["X-Amz-Target"].rpartition(".")[2], asked)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    with serve(Queue(json.dumps(finding(number)) for number in range(int(sys.argv[1])))) as address:
        print(address, flush=True)
        Event().wait()
