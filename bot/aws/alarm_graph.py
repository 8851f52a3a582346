"""An alarm's graph: drawn by CloudWatch, or the numbers to draw it from; by the role that reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions

ACTIONS = ("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:GetMetricWidgetImage")
"""What the role that reads needs, where alarms are relayed."""

_MOST = 5_000
"""Points to a call."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a graph."""

    label: str
    points: tuple[tuple[datetime, float], ...]
    """In the order of time, UTC."""


def image(sessions: Sessions, account: str, arn: str, start: datetime, end: datetime, size: tuple[int, int]) -> bytes:
    """The PNG that CloudWatch draws of an alarm, with its metrics and threshold; `size` in pixels. Raises AwsError.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html.
    """
    region = arn.split(":")[3]
    widget = {
        "annotations": {"alarms": [arn]},
        "start": _moment(start),
        "end": _moment(end),
        "timezone": "+0000",
        "view": "timeSeries",
        "width": size[0],
        "height": size[1],
    }
    with told("cloudwatch", region):
        client = sessions.client(account, "cloudwatch", region, Access.READ)
        answer = client.get_metric_widget_image(MetricWidget=json.dumps(widget), OutputFormat="png")
    found: bytes = answer["MetricWidgetImage"]
    return found


def series(
    sessions: Sessions, account: str, region: str, queries: Sequence[dict[str, Any]], start: datetime, end: datetime
) -> tuple[Series, ...]:
    """The numbers of an alarm's metrics, of those that it shows. Raises AwsError."""
    with told("cloudwatch", region):
        client = sessions.client(account, "cloudwatch", region, Access.READ)
        answer = client.get_metric_data(
            MetricDataQueries=list(queries),
            StartTime=start,
            EndTime=end,
            ScanBy="TimestampAscending",
            MaxDatapoints=_MOST,
        )
    return tuple(
        Series(
            label=str(one.get("Label") or one["Id"]),
            points=tuple(
                (at.astimezone(UTC), float(value)) for at, value in zip(one["Timestamps"], one["Values"], strict=True)
            ),
        )
        for one in answer.get("MetricDataResults", ())
    )


def described(sessions: Sessions, account: str, region: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """The alarms of these names, at most a hundred, that look at metrics, in this order, as DescribeAlarms tells of
    them. Raises AwsError.
    """
    with told("cloudwatch", region):
        client = sessions.client(account, "cloudwatch", region, Access.READ)
        answer = client.describe_alarms(AlarmNames=list(names), AlarmTypes=["MetricAlarm"])
    found: list[dict[str, Any]] = answer.get("MetricAlarms", [])
    return sorted(found, key=lambda alarm: list(names).index(alarm["AlarmName"]))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
