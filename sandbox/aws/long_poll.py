"""A long poll that ends when its caller is gone, so that a message is not handed to a process that was killed.

Moto waits inside the request and cannot see that; here the wait is before it, and moto then answers at once.
"""

import io
import json
import select
import socket
import time
from typing import Any

from sandbox.aws.request import Request

_GLANCE = 0.02
"""Seconds between two looks at the queue."""


def wait(environ: dict[str, Any], request: Request) -> bool:
    """Wait until the queue has a message or the poll's time is over; False when the caller hung up meanwhile.

    Leaves a request that asks moto not to wait.
    """
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        asked = json.loads(body)
        ends = time.monotonic() + float(asked.get("WaitTimeSeconds") or 0)
        asked["WaitTimeSeconds"] = 0
        body = json.dumps(asked).encode()
    except (ValueError, AttributeError, TypeError):
        asked, ends = {}, 0.0  # moto says what is wrong with it
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
    while time.monotonic() < ends and not _has_message(request, asked.get("QueueUrl", "")):
        if _hung_up(environ["werkzeug.socket"]):
            return False
        time.sleep(_GLANCE)
    return not _hung_up(environ["werkzeug.socket"])


def _has_message(request: Request, url: str) -> bool:
    from moto.sqs.models import sqs_backends

    account, _, name = url.rpartition("/")
    queue = sqs_backends[account.rpartition("/")[2] or request.account][request.region].queues.get(name)
    return queue is None or any(message.visible for message in list(queue.messages))


def _hung_up(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
