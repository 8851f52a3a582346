"""Reads GuardDuty: detectors, and the findings of high severity that nobody archived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from checks.inventory.guardduty import Detector, OpenFinding

_PAGE = 50
_BATCH = 50
"""What GetFindings takes at once."""
_HIGH = 7


def detectors(source: Source) -> Iterable[Detector]:
    """The region's detector, of which AWS allows one."""
    return source.each(lambda id_: _detector(source, id_), source.once(_ids))


def _ids(source: Source) -> list[str]:
    return source.pages("guardduty", "list_detectors", "DetectorIds", size=_PAGE)


def _detector(source: Source, id_: str) -> Detector:
    found = source.call("guardduty", "get_detector", DetectorId=id_)
    return Detector(id=id_, arn=_arn(source, id_), region=source.region, enabled=found.get("Status") == "ENABLED")


def _arn(source: Source, id_: str) -> str:
    return f"arn:{source.partition}:guardduty:{source.region}:{source.account}:detector/{id_}"


def open_findings(source: Source) -> list[OpenFinding]:
    """The account's own findings of high severity that are not archived; an administrator sees those of others too."""
    return [found for id_ in source.once(_ids) for found in _open(source, id_)]


def _open(source: Source, detector: str) -> list[OpenFinding]:
    criterion = {
        "service.archived": {"Eq": ["false"]},
        "severity": {"Gte": _HIGH},
        "accountId": {"Eq": [source.account]},
    }
    ids: Sequence[str] = source.pages(
        "guardduty",
        "list_findings",
        "FindingIds",
        size=_PAGE,
        DetectorId=detector,
        FindingCriteria={"Criterion": criterion},
    )
    batches = [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]

    def read(batch: Sequence[str]) -> list[OpenFinding]:
        answer = source.call("guardduty", "get_findings", DetectorId=detector, FindingIds=list(batch))
        return [_finding(source, found) for found in answer["Findings"]]

    return [found for batch in source.each(read, batches) for found in batch]


def _finding(source: Source, found: Mapping[str, Any]) -> OpenFinding:
    return OpenFinding(
        id=found["Id"],
        arn=found["Arn"],
        region=source.region,
        type=found["Type"],
        title=found.get("Title", ""),
        severity=float(found["Severity"]),
        created=datetime.fromisoformat(found["CreatedAt"]),
        count=found.get("Service", {}).get("Count", 1),
    )


_LIST = ("guardduty:ListDetectors",)

COLLECTORS = (
    Collector(record=Detector, scope=Scope.REGIONAL, actions=(*_LIST, "guardduty:GetDetector"), read=detectors),
    Collector(
        record=OpenFinding,
        scope=Scope.REGIONAL,
        actions=(*_LIST, "guardduty:GetFindings", "guardduty:ListFindings"),
        read=open_findings,
    ),
)
