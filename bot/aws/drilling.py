"""Puts a drill on its way: an event on the bus whose rule leads to the queue, with the service's own credentials."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.errors import AwsError

ACTIONS = ("events:PutEvents",)
"""What the service's own role needs."""

SOURCE = "picket.drill"
"""Of the event: AWS takes none of source `aws.*` from others than its own services."""


def put(sessions: Sessions, region: str, bus: str, detail: Mapping[str, Any]) -> None:
    """Put the event of a drill on a bus of the service's own account. Raises AwsError when AWS does not take it."""
    entry = {"Source": SOURCE, "DetailType": "Picket Drill", "Detail": json.dumps(detail), "EventBusName": bus}
    with told("events", region):
        answer = sessions.client("", "events", region, Access.SERVICE).put_events(Entries=[entry])
    refused = next((one for one in answer["Entries"] if one.get("ErrorCode")), None)
    if refused:
        code = str(refused["ErrorCode"])
        words = f"EventBridge did not take the event ({code}: {refused.get('ErrorMessage', '')})."
        raise AwsError(words, code=code, operation="PutEvents")
