"""Use case: the graph of an alarm in the thread of its alert, by CloudWatch or, where that is denied, by Picket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import alarm_chart
from bot.alarm_chart import Panel
from bot.alerts import Alert, Member, Signal, Source
from bot.attachments import File
from bot.aws import alarm_graph
from bot.errors import AwsError, NotFound
from bot.intake import alarm_metrics
from bot.intake.shapes import Node
from bot.services import Services
from bot.store import Tx, alerts
from bot.store import attachments as wanted

log = structlog.get_logger(__name__)

GRAPH = "alarm-graph"
"""Names `graph_file` among the makers of attachments."""
_BEFORE, _AFTER = timedelta(hours=3), timedelta(minutes=5)
_PANELS = 4


def ask(tx: Tx, before: Alert | None, after: Alert, signal: Signal, now: datetime) -> None:
    """Ask for the graph of an alarm that has just gone off: once for each card."""
    watches = signal.facts.get("metrics") or signal.facts.get("children")
    if signal.source is not Source.CLOUDWATCH or not signal.active or not watches:
        return
    if after.carded and (before is None or after.cards > before.cards):
        wanted.want(tx, f"{after.key}:graph", GRAPH, after.key, now)


def graph_file(services: Services, key: str) -> File:
    """The graph for the thread of the card `key`. Raises AwsError when neither picture nor numbers are to be had."""
    alert_id = key.split(":")[1]
    with services.store.read() as tx:
        alert = alerts.get(tx, alert_id)
    told = next((each for each in alert.members if each.source is Source.CLOUDWATCH), None) if alert else None
    if alert is None or told is None:
        raise NotFound("The alarm is no longer part of this alert.")
    at = datetime.fromisoformat(told.facts["last_seen"])
    time = _Time(at - _BEFORE, at + _AFTER)
    title = f"{told.type}, {time.start:%Y-%m-%d %H:%M} to {time.end:%H:%M} UTC"
    draw = _of_children if told.facts.get("children") else _of_metrics
    content, words = draw(services, alert.account, told, time, title)
    return File(filename=f"alarm-{alert.id}.png", title=title, content=content, alt_text=f"{title}. {words}"[:1000])


@dataclass(frozen=True, slots=True)
class _Time:
    start: datetime
    end: datetime


def _of_metrics(services: Services, account: str, told: Member, time: _Time, title: str) -> tuple[bytes, str]:
    """The picture, and what it shows in words."""
    arn, facts = told.source_id, told.facts
    try:
        return alarm_graph.image(services.aws, account, arn, time.start, time.end, alarm_chart.SIZE), _words(facts)
    except AwsError as error:
        log.info("cloudwatch does not draw the graph; drawing it from the numbers", alarm=arn, reason=str(error))
    series = alarm_graph.series(services.aws, account, _region(told), facts["metrics"], time.start, time.end)
    panels = (Panel("", series, facts.get("threshold")),)
    return alarm_chart.draw(panels, title), alarm_chart.describe(panels)


def _of_children(services: Services, account: str, told: Member, time: _Time, title: str) -> tuple[bytes, str]:
    """What the alarms look at of which a composite one is made, a panel each: CloudWatch draws no such picture."""
    region, names = _region(told), told.facts["children"]
    panels = []
    for alarm in alarm_graph.described(services.aws, account, region, names)[:_PANELS]:
        if queries := alarm_metrics.triggered(Node(alarm)):
            series = alarm_graph.series(services.aws, account, region, queries, time.start, time.end)
            panels.append(Panel(alarm["AlarmName"], series, alarm.get("Threshold")))
    if not panels:
        raise NotFound(
            f"the composite alarm {told.type} has no graph of its own, and none of the alarms that it looks at "
            f"({', '.join(names[:5])}) has a metric: each is composite itself, or gone."
        )
    return alarm_chart.draw(tuple(panels), title), alarm_chart.describe(panels)


def _region(told: Member) -> str:
    return told.source_id.split(":")[3]


def _words(facts: Mapping[str, Any]) -> str:
    """What is known of the picture without having seen it."""
    lines = [f"{label}: {value}" for label, value in facts.get("details", ()) if label in _TOLD]
    return "; ".join([*lines, str(facts.get("what", ""))])


_TOLD = ("Metric", "Threshold", "Expected", "Newest values")
