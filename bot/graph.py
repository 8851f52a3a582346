"""Use case: the graph of an alarm in the thread of its alert, by CloudWatch or, where that is denied, by Picket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import alarm_chart
from bot.alerts import Alert, Signal, Source
from bot.attachments import File
from bot.aws import alarm_graph
from bot.errors import AwsError, NotFound
from bot.services import Services
from bot.store import Tx, alerts
from bot.store import attachments as wanted

log = structlog.get_logger(__name__)

GRAPH = "alarm-graph"
"""Names `graph_file` among the makers of attachments."""
_BEFORE, _AFTER = timedelta(hours=3), timedelta(minutes=5)


def ask(tx: Tx, before: Alert | None, after: Alert, signal: Signal, now: datetime) -> None:
    """Ask for the graph of an alarm that has just gone off: once for each card."""
    if signal.source is not Source.CLOUDWATCH or not signal.active or not signal.facts.get("metrics"):
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
    start, end = at - _BEFORE, at + _AFTER
    name, arn = told.type, told.source_id
    title = f"{name}, {start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC"
    region = arn.split(":")[3]
    try:
        content = alarm_graph.image(services.aws, alert.account, arn, start, end, alarm_chart.SIZE)
        words = _words(told.facts)
    except AwsError as error:
        log.info("cloudwatch does not draw the graph; drawing it from the numbers", alarm=arn, reason=str(error))
        series = alarm_graph.series(services.aws, alert.account, region, told.facts["metrics"], start, end)
        threshold = told.facts.get("threshold")
        content = alarm_chart.draw(series, threshold, title)
        words = alarm_chart.describe(series, threshold)
    return File(filename=f"alarm-{alert.id}.png", title=title, content=content, alt_text=f"{title}. {words}"[:1000])


def _words(facts: Mapping[str, Any]) -> str:
    """What is known of the picture without having seen it."""
    lines = [f"{label}: {value}" for label, value in facts.get("details", ()) if label in _TOLD]
    return "; ".join([*lines, str(facts.get("what", ""))])


_TOLD = ("Metric", "Threshold", "Expected", "Newest values")
