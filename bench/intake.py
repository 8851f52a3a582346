"""Empties a queue, in one of three ways: bare, as Picket does, or with all that Picket makes of it; says how long it
took."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.services import Services

QUEUE = "/111122223333/events"


def bare(address: str, events: int) -> float:
    """Receive and delete, ten at a time, and do nothing with them; how many seconds it took."""
    import boto3

    began = time.perf_counter()
    client, url, done = boto3.client("sqs"), address + QUEUE, 0
    while done < events:
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
        messages: list[Any] = answer["Messages"]
        entries: list[Any] = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        client.delete_message_batch(QueueUrl=url, Entries=entries)
        done += len(messages)
    return time.perf_counter() - began


def received(address: str, events: int) -> float:
    """Receive, commit to the inbox, and delete; how many seconds it took."""
    from bot.aws.queue import Queue
    from bot.intake.consumer import receive

    with _services() as services:
        began = time.perf_counter()
        queue, done = Queue(services.aws, address + QUEUE), 0
        while done < events:
            done += receive(services, queue)
        return time.perf_counter() - began


def worked_off(address: str, events: int) -> float:
    """Both loops at once, until each event is an alert with a card on its way; how many seconds it took."""
    from bot.aws.queue import Queue
    from bot.intake.consumer import consume
    from bot.intake.work import work
    from bot.store import outbox

    with _services() as services:
        began, stop = time.perf_counter(), threading.Event()
        queue = Queue(services.aws, address + QUEUE)
        loops = [
            threading.Thread(target=consume, args=(services, queue, stop)),
            threading.Thread(target=work, args=(services, stop)),
        ]
        for loop in loops:
            loop.start()
        cards = 0
        while cards < events:
            time.sleep(0.05)
            with services.store.read() as tx:
                cards = outbox.waiting(tx)[0] // 2  # each with a file in its thread
        seconds = time.perf_counter() - began
        stop.set()
        services.store.wake()
        for loop in loops:
            loop.join()
    return seconds


@contextmanager
def _services() -> Iterator[Services]:
    """Picket's parts on a new state file, with a card for each alert however many there are."""
    from slack_sdk import WebClient

    from bot.app import build_services
    from bot.config import Settings
    from bot.groups import Groups

    with tempfile.TemporaryDirectory() as folder:
        table = {
            "slack": {"bot_token": "xoxb-bench", "app_token": "xapp-bench"},
            "store": {"path": str(Path(folder) / "picket.db")},
            "routes": [{"channel": "#security-alerts"}],
            "storms": {"cards": 0},
        }
        services = build_services(Settings.model_validate(table), WebClient(), Groups(WebClient(), frozenset()))
        try:
            yield services
        finally:
            services.store.close()


WAYS = {"bare": bare, "received": received, "worked off": worked_off}

if __name__ == "__main__":
    print(json.dumps({"seconds": WAYS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))}))
