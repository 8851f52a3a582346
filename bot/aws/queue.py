"""The SQS queue to which EventBridge and SNS lead."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.errors import AwsError

ACTIONS = (
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
"""What the service's own role needs; GetQueueUrl and SendMessage on the dead-letter queue alone."""

FULL = 10
"""The most that SQS takes or gives at once."""
_ROOMY = 250_000
"""Bytes of a body beside which every queue has room for a reason: 256 KiB is what any of them takes."""
_HOST_REGION = re.compile(r"^https?://sqs\.([a-z0-9-]+)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """One message, as SQS handed it out."""

    id: str
    receipt: str
    """What deletes it; another with each receipt."""
    body: str


class Queue:
    """The queue at `url`, used with the service's own credentials; every method raises AwsError."""

    def __init__(self, sessions: Sessions, url: str) -> None:
        self.url = url
        self._sessions = sessions

    def receive(self, wait: float = 20) -> list[QueueMessage]:
        """Up to ten messages; waits up to `wait` seconds (20 at most) for the first."""
        with told("sqs", self.region):
            answer = self._client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=FULL,
                WaitTimeSeconds=int(min(wait, 20)),
            )
        return [
            QueueMessage(id=each["MessageId"], receipt=each["ReceiptHandle"], body=each["Body"])
            for each in answer.get("Messages", ())
        ]

    def delete(self, receipts: Sequence[str]) -> None:
        """Take messages off for good. Raises AwsError that says how many stayed, when some did."""
        failed: list[dict[str, Any]] = []
        for entries in _batches(receipts):
            with told("sqs", self.region):
                answer = self._client.delete_message_batch(QueueUrl=self.url, Entries=entries)
            failed += answer.get("Failed", ())
        if failed:
            raise AwsError(
                f"SQS did not delete {len(failed)} of {len(receipts)} messages ({failed[0].get('Code')}: "
                f"{failed[0].get('Message', '')}); they come again.",
                code=str(failed[0].get("Code", "")),
                operation="DeleteMessageBatch",
            )

    def dead_letter(self, body: str, why: str) -> None:
        """Put what cannot be worked on in the dead-letter queue, with the reason where there is room for it.

        Raises AwsError when the queue has no dead-letter queue.
        """
        url = self.dead_letter_url
        if not url:
            raise AwsError(f"The queue {self.url} has no dead-letter queue: give it a redrive policy.")
        reason = {"picket-reason": {"DataType": "String", "StringValue": why[:1000] or "unknown"}}
        attributes = reason if len(body.encode()) < _ROOMY else {}
        with told("sqs", self.region):
            self._client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)

    def backlog(self) -> int:
        """About how many messages wait in it, those that were handed out and not yet deleted included."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
        with told("sqs", self.region):
            answer = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(number) for number in answer.get("Attributes", {}).values())

    @cached_property
    def dead_letter_url(self) -> str:
        """The address of the queue that the redrive policy names; empty without one."""
        with told("sqs", self.region):
            answer = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["RedrivePolicy"])
            policy = answer.get("Attributes", {}).get("RedrivePolicy")
            if not policy:
                return ""
            *_, account, name = json.loads(policy)["deadLetterTargetArn"].split(":")
            url: str = self._client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        return url

    @cached_property
    def region(self) -> str:
        """Where it is: by its address, else where the service is."""
        named = _HOST_REGION.match(self.url)
        return named[1] if named else self._sessions.region

    @property
    def _client(self) -> Any:
        return self._sessions.client("", "sqs", self.region, Access.SERVICE)


def _batches(receipts: Sequence[str]) -> list[list[dict[str, str]]]:
    entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)]
    return [entries[start : start + FULL] for start in range(0, len(entries), FULL)]
