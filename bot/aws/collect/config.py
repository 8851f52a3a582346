"""Reads AWS Config: recorders, delivery channels, and the buckets that Config delivers into."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.aws.collect import s3, sns
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import gap
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory import GLOBAL, Gap
from checks.inventory.config import DeliveryBucket, DeliveryChannel, Recorder

_DELIVERER = "config.amazonaws.com"
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


def recorders(source: Source) -> list[Recorder]:
    """Every recorder of the region, those that AWS services keep for themselves too."""
    found = source.call("config", "describe_configuration_recorders")["ConfigurationRecorders"]
    if not found:
        return []
    statuses = source.call("config", "describe_configuration_recorder_status")["ConfigurationRecordersStatus"]
    by_name = {status["name"]: status for status in statuses}
    return [_recorder(source, one, by_name.get(one["name"], {})) for one in found]


def _recorder(source: Source, found: Mapping[str, Any], status: Mapping[str, Any]) -> Recorder:
    group = found.get("recordingGroup", {})
    strategy = group.get("recordingStrategy", {}).get("useOnly", "")
    return Recorder(
        name=found["name"],
        arn=found.get("arn") or _arn(source, "configuration-recorder", found["name"]),
        region=source.region,
        recording=bool(status.get("recording")),
        last_status=str(status.get("lastStatus", "")).lower(),
        last_error=": ".join(status[key] for key in ("lastErrorCode", "lastErrorMessage") if status.get(key)),
        # a service-linked recorder of old has no such field, and is known by what it may record
        service=found.get("servicePrincipal") or ("AWS" if found.get("recordingScope") == "INTERNAL" else ""),
        strategy=strategy,
        all_supported=bool(group.get("allSupported")),
        global_types=bool(group.get("includeGlobalResourceTypes")),
        types=tuple(group.get("resourceTypes", ())),
        excluded=tuple(group.get("exclusionByResourceTypes", {}).get("resourceTypes", ())),
    )


def channels(source: Source) -> list[DeliveryChannel]:
    """The delivery channel of the region, if it has one."""
    return [_channel(source, found) for found in source.once(_channels)]


def _channels(source: Source) -> list[Mapping[str, Any]]:
    return list(source.call("config", "describe_delivery_channels")["DeliveryChannels"])


def _channel(source: Source, found: Mapping[str, Any]) -> DeliveryChannel:
    topic = found.get("snsTopicARN", "")
    return DeliveryChannel(
        name=found["name"],
        arn=_arn(source, "delivery-channel", found["name"]),
        region=source.region,
        bucket=found.get("s3BucketName", ""),
        snapshots=found.get("configSnapshotDeliveryProperties", {}).get("deliveryFrequency", ""),
        topic=sns.topic(source, topic) if topic else None,
    )


def _arn(source: Source, kind: str, name: str) -> str:
    return f"arn:{source.partition}:config:{source.region}:{source.account}:{kind}/{name}"


def delivery_buckets(source: Source) -> Iterable[DeliveryBucket]:
    """The buckets that this account's channels deliver into, and its own that let another's Config do so."""
    used: dict[str, list[str]] = {}
    for region, found in zip(source.regions, source.each(lambda r: _seen(source, r), source.regions), strict=True):
        if isinstance(found, Gap):
            yield DeliveryBucket(name="", arn=f"AWS::::Account:{source.account}", region=region, bucket=found)
            continue
        for channel in found:
            used.setdefault(channel["s3BucketName"], []).append(region)
    for name in dict.fromkeys((*used, *_lent(source))):
        bucket = s3.bucket(source, name)
        yield DeliveryBucket(
            name=name,
            arn=s3.arn(source, name),
            region=GLOBAL if isinstance(bucket, Gap) else bucket.region,
            regions=tuple(used.get(name, ())),
            bucket=bucket,
        )


def _seen(source: Source, region: str) -> list[Mapping[str, Any]] | Gap:
    there = replace(source, region=region)
    try:
        return there.once(_channels)
    except AwsError as error:
        return gap(there, "DeliveryBucket", error)


def _lent(source: Source) -> list[str]:
    """The account's own buckets into which, by their policy, the Config of other accounts delivers."""
    try:
        names = list(s3.owned(source))
    except AwsError:
        return []  # the buckets that are known of say why
    policies = source.each(lambda name: s3.policy(source, name), names)
    return [name for name, text in zip(names, policies, strict=True) if isinstance(text, str) and _lends(source, text)]


def _lends(source: Source, text: str) -> bool:
    """Whether a bucket's policy has a statement for Config that names its folder, or another account.

    A statement that lets in whatever AWS service logs here does not make it a bucket of Config's.
    """
    try:
        statements = json.loads(text)["Statement"]
    except (ValueError, KeyError, TypeError):
        return False
    for statement in statements if isinstance(statements, list) else [statements]:
        said = json.dumps(statement)
        if _DELIVERER in said and "PutObject" in said:
            others = set(_ACCOUNT.findall(said)) - {source.account}
            if "/Config/" in said or others:
                return True
    return False


_CHANNELS = ("config:DescribeDeliveryChannels",)
_SUBSCRIPTIONS = "sns:ListSubscriptionsByTopic"

COLLECTORS = (
    Collector(
        record=Recorder,
        scope=Scope.REGIONAL,
        actions=("config:DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorders"),
        read=recorders,
    ),
    Collector(record=DeliveryChannel, scope=Scope.REGIONAL, actions=(*_CHANNELS, _SUBSCRIPTIONS), read=channels),
    Collector(
        record=DeliveryBucket,
        scope=Scope.GLOBAL,
        actions=(*_CHANNELS, *s3.BUCKET_ACTIONS),
        read=delivery_buckets,
    ),
)
