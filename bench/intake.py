"""Empties a queue, in one of two ways: as Picket does, or bare; says how long it took."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

QUEUE = "/111122223333/events"


def bare(address: str, events: int) -> float:
    """Receive and delete, ten at a time, and do nothing with them; how many seconds it took."""
    import boto3

    began = time.perf_counter()
    client, url, done = boto3.client("sqs"), address + QUEUE, 0
    while done < events:
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=5,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
        )
        messages: list[Any] = answer["Messages"]
        entries: list[Any] = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        client.delete_message_batch(QueueUrl=url, Entries=entries)
        done += len(messages)
    return time.perf_counter() - began


def picket(address: str, events: int) -> float:
    """Receive, understand, store with the alert's card, and delete; how many seconds it took."""
    from slack_sdk import WebClient

    from bot.app import build_services
    from bot.aws.queue import Queue
    from bot.config import Settings
    from bot.groups import Groups
    from bot.intake.consumer import take_in
    from bot.store import outbox

    with tempfile.TemporaryDirectory() as folder:
        table = {
            "slack": {"bot_token": "xoxb-bench", "app_token": "xapp-bench"},
            "store": {"path": str(Path(folder) / "picket.db")},
            "routes": [{"channel": "#security-alerts"}],
        }
        services = build_services(Settings.model_validate(table), WebClient(), Groups(WebClient(), frozenset()))
        began = time.perf_counter()
        queue, done = Queue(services.aws, address + QUEUE), 0
        while done < events:
            done += take_in(services, queue)
        seconds = time.perf_counter() - began
        with services.store.read() as tx:
            cards, _ = outbox.waiting(tx)
        assert cards >= events, f"only {cards} messages are on their way to Slack"
        services.store.close()
    return seconds


if __name__ == "__main__":
    print(json.dumps({"seconds": {"bare": bare, "picket": picket}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))}))
