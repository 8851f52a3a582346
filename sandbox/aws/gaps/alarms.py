"""CloudWatch alarms: a new one has no data yet; a change of state reaches EventBridge, SNS and the history."""

import json
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.gaps.events import complete, deliver
from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Let alarms begin in INSUFFICIENT_DATA, act when their state changes, and tell their history."""
    from moto.cloudwatch.exceptions import InvalidParameterValue
    from moto.cloudwatch.models import Alarm, CloudWatchBackend
    from moto.cloudwatch.responses import CloudWatchResponse
    from moto.core.responses import ActionResult

    @patch.around(Alarm, "__init__")
    def begin(original: Any, alarm: Any, *args: Any, **kwargs: Any) -> None:
        original(alarm, *args, **kwargs)
        alarm.state_value = "INSUFFICIENT_DATA"
        alarm.state_reason_data = None

    @patch.around(CloudWatchBackend, "set_alarm_state")
    def set_alarm_state(
        original: Any, backend: Any, alarm_name: str, reason: str, reason_data: str | None, state_value: str
    ) -> None:
        alarm = backend.alarms.get(alarm_name)
        before = _state(alarm) if alarm else None
        original(backend, alarm_name, reason, reason_data, state_value)
        if before and before["value"] != state_value:
            act(backend, alarm, before)

    @patch.add(CloudWatchResponse)
    def get_metric_widget_image(response: Any) -> Any:
        widget = json.loads(response._get_param("MetricWidget"))
        arns = widget.get("annotations", {}).get("alarms", [])
        known = {alarm.alarm_arn for alarm in response.cloudwatch_backend.alarms.values()}
        if missing := [arn for arn in arns if arn not in known]:
            raise InvalidParameterValue(f"Invalid alarm arn: {missing[0]}")
        return ActionResult({"MetricWidgetImage": picture(widget.get("width", 600), widget.get("height", 400))})

    @patch.add(CloudWatchResponse)
    def describe_alarm_history(response: Any) -> Any:
        alarms = response.cloudwatch_backend.alarms
        wanted = response._get_param("AlarmName")
        items = [
            item for name, alarm in alarms.items() if wanted in (None, name) for item in vars(alarm).get("changes", [])
        ]
        newest_first = sorted(items, key=lambda item: item["Timestamp"], reverse=True)
        return ActionResult({"AlarmHistoryItems": newest_first[: response._get_param("MaxRecords") or 100]})


def picture(width: int, height: int) -> bytes:
    """A PNG of that size with a frame, a line and a threshold: what a graph looks like from afar."""
    rows = [bytearray(b"\xff" * 3 * width) for _ in range(height)]
    for x in range(width):
        line = height * 3 // 4 if x < width // 2 else height // 4
        for y, colour in ((line, b"\x1f\x5f\x9e"), (height // 2, b"\xc6\x37\x2f"), (height - 1, b"\x1d\x1c\x1d")):
            rows[y][3 * x : 3 * x + 3] = colour
    raw = b"".join(b"\x00" + bytes(row) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def act(backend: Any, alarm: Any, before: dict[str, Any]) -> None:
    """Do what CloudWatch does when an alarm's state has changed from `before`."""
    account, region = backend.account_id, backend.region_name
    after = _state(alarm)
    alarm.changes = [*vars(alarm).get("changes", []), _history_item(alarm, before, after)]
    event = {
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [alarm.alarm_arn],
        "detail": {
            "alarmName": alarm.name,
            "state": after,
            "previousState": before,
            "configuration": _configuration(alarm),
        },
    }
    deliver(account, region, complete(account, region, event))
    if alarm.actions_enabled:
        for arn in _actions(alarm, after["value"]):
            _notify(account, region, arn, alarm, before["value"])


def _state(alarm: Any) -> dict[str, Any]:
    # in UTC with milliseconds and +0000, as CloudWatch writes it
    timestamp = alarm.state_updated_timestamp.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    state = {"value": alarm.state_value, "reason": alarm.state_reason, "timestamp": timestamp}
    if alarm.state_reason_data and alarm.state_reason_data != "{}":
        state["reasonData"] = alarm.state_reason_data
    return state


def _history_item(alarm: Any, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    data = {"version": "1.0", "oldState": _short(before), "newState": _short(after)}
    return {
        "AlarmName": alarm.name,
        "AlarmType": "CompositeAlarm" if alarm.rule else "MetricAlarm",
        "Timestamp": alarm.state_updated_timestamp,
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {before['value']} to {after['value']}",
        "HistoryData": json.dumps(data),
    }


def _short(state: dict[str, Any]) -> dict[str, Any]:
    return {"stateValue": state["value"], "stateReason": state["reason"]}


def _configuration(alarm: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = {"description": alarm.description} if alarm.description else {}
    if alarm.rule:
        return {**configuration, "alarmRule": alarm.rule}
    metric = {
        "namespace": alarm.namespace,
        "name": alarm.metric_name,
        "dimensions": {dimension.name: dimension.value for dimension in alarm.dimensions},
    }
    stat = {"metric": metric, "period": int(alarm.period or 60), "stat": alarm.statistic or "Average"}
    return {**configuration, "metrics": [{"id": "m1", "metricStat": stat, "returnData": True}]}


def _actions(alarm: Any, state: str) -> list[str]:
    return {
        "ALARM": alarm.alarm_actions or [],
        "OK": alarm.ok_actions or [],
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions or [],
    }[state]


def _notify(account: str, region: str, arn: str, alarm: Any, old_state: str) -> None:
    from moto.sns.models import sns_backends

    _, _, service, topic_region, topic_account, *_ = arn.split(":")
    if service != "sns":
        return  # other actions act on an instance or a scaling group, and send nothing
    topic = sns_backends[topic_account][topic_region].topics.get(arn)
    if topic is None:
        return
    name = region_name(region)
    subject = f'{alarm.state_value}: "{alarm.name}" in {name}'
    topic.publish(json.dumps(_message(account, name, alarm, old_state)), subject=subject[:100])


def _message(account: str, region: str, alarm: Any, old_state: str) -> dict[str, Any]:
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description or None,
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": _state(alarm)["timestamp"],
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": _state(alarm)["timestamp"],
        "Region": region,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": old_state,
        "OKActions": alarm.ok_actions or [],
        "AlarmActions": alarm.alarm_actions or [],
        "InsufficientDataActions": alarm.insufficient_data_actions or [],
    }
    if alarm.rule:
        return {**message, "AlarmRule": alarm.rule}
    trigger = {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "StatisticType": "Statistic",
        "Statistic": (alarm.statistic or "").upper(),
        "Unit": alarm.unit,
        "Dimensions": [{"value": each.value, "name": each.name} for each in alarm.dimensions],
        "Period": int(alarm.period or 60),
        "EvaluationPeriods": int(alarm.evaluation_periods or 1),
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": float(alarm.threshold or 0),
        "TreatMissingData": alarm.treat_missing_data or "",
        "EvaluateLowSampleCountPercentile": "",
    }
    return {**message, "Trigger": trigger}


def region_name(region: str) -> str:
    """A region in words, as the alarm's message names it: `US East (N. Virginia)`."""
    import botocore.session

    endpoints = botocore.session.get_session().get_data("endpoints")
    for partition in endpoints["partitions"]:
        if region in partition["regions"]:
            return str(partition["regions"][region]["description"])
    return region
