"""Reads CloudTrail: trails, and the keys of their logs.

Every region is asked, for a trail of one region is seen from nowhere else; shadows of a trail of all regions are seen
everywhere, so each trail is told by its home region, or by the first region where its home is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import lies_here, part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.cloudtrail import (
    AdvancedSelector,
    BasicSelector,
    Condition,
    Trail,
    TrailKey,
    TrailStatus,
)

_NO_KEY = "NotFoundException"
_OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")

Described = Mapping[str, Any]


def described(source: Source) -> list[Described]:
    """The trails that are seen in a region, shadows too, as DescribeTrails gives them. Raises AwsError."""
    return list(source.call("cloudtrail", "describe_trails", includeShadowTrails=True).get("trailList", ()))


@dataclass(frozen=True, slots=True)
class Seen:
    """The trails of all regions by ARN, and why the trails of some regions are not among them."""

    trails: Mapping[str, Described]
    errors: Mapping[str, AwsError]


def everywhere(source: Source) -> Seen:
    """What is seen of trails from all regions of the account, read once."""
    return source.shared.once(lambda: _everywhere(source), "cloudtrail.everywhere")


def _everywhere(source: Source) -> Seen:
    def look(region: str) -> list[Described] | AwsError:
        try:
            return replace(source, region=region).once(described)
        except AwsError as error:
            return error

    answers = dict(zip(source.regions, source.each(look, source.regions), strict=True))
    return Seen(
        trails={trail["TrailARN"]: trail for found in answers.values() if isinstance(found, list) for trail in found},
        errors={region: found for region, found in answers.items() if isinstance(found, AwsError)},
    )


def seen_here(source: Source) -> Seen:
    """What is seen of trails from all regions; raises AwsError where those of the region at hand are not in it."""
    source.once(described)
    return everywhere(source)


def owner(found: Described) -> str:
    """The account that made a trail: a member sees its organisation's."""
    return str(found["TrailARN"]).split(":")[4]


def trails(source: Source) -> Iterable[Trail]:
    """The trails whose home is this region."""
    seen = seen_here(source)
    here = [found for found in seen.trails.values() if lies_here(source, found["HomeRegion"], seen.errors)]
    return source.each(lambda found: _trail(source, found), here)


def _trail(source: Source, found: Described) -> Trail:
    arn = found["TrailARN"]
    home = replace(source, region=found["HomeRegion"])
    return Trail(
        name=found["Name"],
        arn=arn,
        region=found["HomeRegion"],
        bucket=found.get("S3BucketName", ""),
        multi_region=found.get("IsMultiRegionTrail", False),
        global_events=found.get("IncludeGlobalServiceEvents", False),
        validates=found.get("LogFileValidationEnabled", False),
        organization=found.get("IsOrganizationTrail", False),
        key=found.get("KmsKeyId", ""),
        log_group=found.get("CloudWatchLogsLogGroupArn", ""),
        status=part(home, "Trail", lambda: _status(home.call("cloudtrail", "get_trail_status", Name=arn))),
        selectors=part(
            home, "Trail", lambda: tuple(_selectors(home.call("cloudtrail", "get_event_selectors", TrailName=arn)))
        ),
    )


def _status(answer: Mapping[str, Any]) -> TrailStatus:
    return TrailStatus(
        logging=answer.get("IsLogging", False),
        started=answer.get("StartLoggingTime"),
        logs_delivered=answer.get("LatestCloudWatchLogsDeliveryTime"),
        logs_error=answer.get("LatestCloudWatchLogsDeliveryError", ""),
    )


def _selectors(answer: Mapping[str, Any]) -> Iterator[BasicSelector | AdvancedSelector]:
    for basic in answer.get("EventSelectors") or ():
        yield BasicSelector(
            management=basic.get("IncludeManagementEvents", True),
            read_write=basic.get("ReadWriteType", "All"),
            excluded=tuple(basic.get("ExcludeManagementEventSources", ())),
            data={each["Type"]: tuple(each.get("Values", ())) for each in basic.get("DataResources", ())},
        )
    for advanced in answer.get("AdvancedEventSelectors") or ():
        yield AdvancedSelector(
            conditions=tuple(
                Condition(field=each["Field"], operator=operator, values=tuple(each[operator]))
                for each in advanced.get("FieldSelectors", ())
                for operator in _OPERATORS
                if each.get(operator)
            )
        )


def keys(source: Source) -> Iterable[TrailKey]:
    """The KMS keys of the account's own trails that lie in this region."""
    seen = seen_here(source)
    own = [found for found in seen.trails.values() if owner(found) == source.account]
    named = dict.fromkeys(str(found["KmsKeyId"]) for found in own if found.get("KmsKeyId"))
    here = [id_ for id_ in named if lies_here(source, _region(source, id_), seen.errors)]
    return source.each(lambda id_: _key(source, id_), here)


def _region(source: Source, arn: str) -> str:
    return arn.split(":")[3] if arn.startswith("arn:") else source.region


def _key(source: Source, id_: str) -> TrailKey:
    there = replace(source, region=_region(source, id_))

    def state() -> str:
        try:
            return str(there.call("kms", "describe_key", KeyId=id_)["KeyMetadata"]["KeyState"])
        except AwsError as error:
            if error.code == _NO_KEY:
                return ""
            raise

    return TrailKey(id=id_, arn=id_, region=there.region, state=part(there, "TrailKey", state))


DESCRIBE = ("cloudtrail:DescribeTrails",)

COLLECTORS = (
    Collector(
        record=Trail,
        scope=Scope.REGIONAL,
        actions=(*DESCRIBE, "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"),
        read=trails,
    ),
    Collector(record=TrailKey, scope=Scope.REGIONAL, actions=(*DESCRIBE, "kms:DescribeKey"), read=keys),
)
