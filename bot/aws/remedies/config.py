"""Remedies for AWS Config: a recorder that records, and a snapshot every day."""

from __future__ import annotations

import re
from typing import Any

from bot.aws.errors import told
from bot.aws.remedies.setting import Seen, aimed, by_arn, looked, setting
from bot.errors import NotFound
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Subject, Target

_STOPPED = re.compile(r"^([^:]+): stopped$")
_RECORDING, _NOT_RECORDING = "recording", "stopped"


def _aim_at_stopped(subject: Subject) -> Target | None:
    said = subject.facts.get("recorders")
    lines = [line for line in said if isinstance(line, str)] if isinstance(said, list | tuple) else []
    names = [stopped[1] for line in lines if (stopped := _STOPPED.match(line))]
    return aimed(subject, recorder=names[0]) if names else None


def _look_at_recorder(clients: Clients, target: Target) -> Seen:
    name = target.parameters["recorder"]
    with looked("config", target.region, f"the recorder {name}", "NoSuchConfigurationRecorderException"):
        answer = clients("config").describe_configuration_recorder_status(ConfigurationRecorderNames=[name])
    (status,) = answer["ConfigurationRecordersStatus"]
    return Seen(
        name=f"AWS Config's recorder {name} in {target.region}",
        parts={"state": _RECORDING if status["recording"] else _NOT_RECORDING},
        wanted={"state": _RECORDING},
        effects=(Effect("AWS charges for each change that is recorded."),),
    )


def _write_recorder(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    name = target.parameters["recorder"]
    with looked("config", target.region, f"the recorder {name}", "NoSuchConfigurationRecorderException"):
        client = clients("config")
        start = parts["state"] == _RECORDING
        call = client.start_configuration_recorder if start else client.stop_configuration_recorder
        call(ConfigurationRecorderName=name)


START_RECORDER = Remedy(
    id="config-start-recorder",
    title="Start AWS Config's recorder",
    label="Start recording",
    risk=Risk.LOW,
    fixes=("config-not-recording",),
    answers=(),
    reads=("config:DescribeConfigurationRecorderStatus",),
    writes=("config:StartConfigurationRecorder", "config:StopConfigurationRecorder"),
    aim=_aim_at_stopped,
    **setting(_look_at_recorder, _write_recorder),
)

_DAILY = "TwentyFour_Hours"
_PROPERTIES = "configSnapshotDeliveryProperties"
_PART = "snapshots delivered"


def _channel(clients: Clients, target: Target) -> dict[str, Any]:
    name = target.parameters["channel"]
    with looked("config", target.region, f"the delivery channel {name}", "NoSuchDeliveryChannelException"):
        found: list[dict[str, Any]] = clients("config").describe_delivery_channels(DeliveryChannelNames=[name])[
            "DeliveryChannels"
        ]
    if not found:
        raise NotFound(f"The delivery channel {name} does not exist any more.")
    return found[0]


def _look_at_snapshots(clients: Clients, target: Target) -> Seen:
    channel = _channel(clients, target)
    every = channel.get(_PROPERTIES, {}).get("deliveryFrequency")
    return Seen(
        name=f"AWS Config's delivery channel {channel['name']} in {target.region}",
        parts={_PART: every} if every else {},
        wanted={_PART: every or _DAILY},
        effects=(Effect(f"A snapshot is written into the bucket {channel['s3BucketName']} every day."),),
    )


def _write_snapshots(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    channel = _channel(clients, target)
    channel.pop(_PROPERTIES, None)
    if _PART in parts:
        channel[_PROPERTIES] = {"deliveryFrequency": parts[_PART]}
    with told("config", target.region):
        clients("config").put_delivery_channel(DeliveryChannel=channel)


DAILY_SNAPSHOT = Remedy(
    id="config-daily-snapshot",
    title="Let AWS Config deliver a snapshot every day",
    label="Deliver daily",
    risk=Risk.LOW,
    fixes=("config-no-daily-snapshot",),
    answers=(),
    reads=("config:DescribeDeliveryChannels",),
    writes=("config:PutDeliveryChannel", "config:DescribeDeliveryChannels"),
    aim=by_arn(":delivery-channel/(?P<channel>[^/]+)"),
    **setting(_look_at_snapshots, _write_snapshots),
)

REMEDIES = (START_RECORDER, DAILY_SNAPSHOT)
