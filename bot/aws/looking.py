"""What GuardDuty and CloudWatch hold now in one account and region, to be compared with what the queue brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.aws import accounts
from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions

ACTIONS = (
    *accounts.ACTIONS,
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListTagsForResource",
    "guardduty:GetDetector",
    "guardduty:GetFindings",
    "guardduty:ListDetectors",
    "guardduty:ListFindings",
)
"""What the role that reads needs, where events are relayed."""

_BATCH = 50
"""Findings to a call of GetFindings, and the most values of a criterion."""
_ALARMS = 100
"""Alarms to a call of DescribeAlarms."""
_KINDS = ("MetricAlarm", "CompositeAlarm")
_PUBLISHED = {
    "FIFTEEN_MINUTES": timedelta(minutes=15),
    "ONE_HOUR": timedelta(hours=1),
    "SIX_HOURS": timedelta(hours=6),
}
SLOWEST = max(_PUBLISHED.values())
"""GuardDuty tells of a finding that it sees again at its detector's pace: this is the slowest
(https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html)."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was there."""

    items: Sequence[Item] = ()
    """Findings as GetFindings writes them, or alarms as DescribeAlarms does."""
    gone: Sequence[str] = ()
    """Ids of those asked for that AWS has no more."""
    pace: timedelta = timedelta(0)
    """How long the source may keep to itself that it sees the same again."""


def findings(
    sessions: Sessions, account: str, region: str, since: datetime, wanted: Mapping[str, Sequence[str]]
) -> Seen:
    """GuardDuty's own findings of an account in a region that changed at or after `since`, archived ones too.

    Besides those that are `wanted`, ids by detector, however old. Where there is no detector, or it is suspended,
    nothing is seen and nothing gone: what it knew may come back with it. Raises AwsError.
    """
    with told("guardduty", region):
        client = sessions.client(account, "guardduty", region, Access.READ)
        detector = next(iter(client.list_detectors()["DetectorIds"]), "")
        state = client.get_detector(DetectorId=detector) if detector else {}
        if state.get("Status") != "ENABLED":
            return Seen()
        asked = wanted.get(detector, ())
        own = {"accountId": {"Eq": [account]}}  # an administrator's lists hold its members' too
        moment = int(since.timestamp() * 1000)
        changed = _ids(client, detector, {**own, "updatedAt": {"GreaterThanOrEqual": moment}})
        known = [id_ for some in _batches(asked, _BATCH) for id_ in _ids(client, detector, {"id": {"Eq": some}})]
        items = [
            item
            for some in _batches(list(dict.fromkeys((*changed, *known))), _BATCH)
            for item in client.get_findings(DetectorId=detector, FindingIds=some)["Findings"]
        ]
    gone = sorted(set(asked) - set(known))
    return Seen(items=items, gone=gone, pace=_PUBLISHED.get(state.get("FindingPublishingFrequency", ""), SLOWEST))


def _ids(client: Any, detector: str, criterion: Mapping[str, Any]) -> list[str]:
    pages = client.get_paginator("list_findings").paginate(
        DetectorId=detector, FindingCriteria={"Criterion": criterion}, PaginationConfig={"PageSize": _BATCH}
    )
    return [id_ for page in pages for id_ in page["FindingIds"]]


def alarms(sessions: Sessions, account: str, region: str, wanted: Sequence[str], *, tags: bool) -> Seen:
    """The alarms of an account in a region that are in ALARM, and those that are `wanted`, ARNs, whatever they are.

    With `tags`, each has a key `Tags` more. Raises AwsError.
    """
    with told("cloudwatch", region):
        client = sessions.client(account, "cloudwatch", region, Access.READ)
        found = list(_described(client, StateValue="ALARM"))
        for some in _batches([arn.split(":", 6)[-1] for arn in wanted], _ALARMS):
            found += _described(client, AlarmNames=some)
        by_arn = {alarm["AlarmArn"]: alarm for alarm in found}
        if tags:
            by_arn = {arn: {**alarm, "Tags": _tags(client, arn)} for arn, alarm in by_arn.items()}
    return Seen(items=list(by_arn.values()), gone=sorted(set(wanted) - by_arn.keys()))


def _tags(client: Any, arn: str) -> Sequence[Item]:
    tags: Sequence[Item] = client.list_tags_for_resource(ResourceARN=arn)["Tags"]
    return tags


def _described(client: Any, **parameters: Any) -> Iterator[Item]:
    for page in client.get_paginator("describe_alarms").paginate(AlarmTypes=list(_KINDS), **parameters):
        yield from (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))


def _batches(values: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
