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


SAMPLING = ("guardduty:ArchiveFindings", "guardduty:CreateSampleFindings", "guardduty:ListDetectors")
"""What it needs besides for sample findings."""

SOURCE = "picket.drill"
"""Of the event: AWS takes none of source `aws.*` from others than its own services."""

SAMPLE = "Recon:IAMUser/TorIPCaller"
"""The type of the sample finding."""


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


def sample(sessions: Sessions, region: str) -> None:
    """Let GuardDuty of the service's own account make a sample finding. Raises AwsError."""
    with told("guardduty", region):
        client = sessions.client("", "guardduty", region, Access.SERVICE)
        client.create_sample_findings(DetectorId=_detector(client, region), FindingTypes=[SAMPLE])


def archive(sessions: Sessions, region: str, finding: str) -> None:
    """Archive it again: GuardDuty would tell of the next one only as of a repetition, hours later. Raises AwsError."""
    with told("guardduty", region):
        client = sessions.client("", "guardduty", region, Access.SERVICE)
        client.archive_findings(DetectorId=_detector(client, region), FindingIds=[finding])


def _detector(client: Any, region: str) -> str:
    found: list[str] = client.list_detectors()["DetectorIds"]
    if not found:
        raise AwsError(f"GuardDuty is off in {region}.")
    return found[0]
