"""The remedy for GuardDuty: archiving findings, in every region that has one of the same problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.aws.errors import told
from bot.errors import NotFound
from bot.remedy import Clients, Preview, Remedy, Risk, Subject, Target

_PAGE = 50
"""The most ids a call may name."""
_CURRENT, _ARCHIVED = "current", "archived"


def _aim(_subject: Subject) -> None:
    """Nothing: who resolves an alert asks for it (`bot.archiving`), for an archived finding would be open no more."""


def _preview(clients: Clients, target: Target, now: datetime) -> Preview:
    wanted: Mapping[str, Sequence[str]] = target.parameters["findings"]
    seen = list(_seen(clients, wanted))
    handles = {f"{each['id']} in {each['region']}": each for each, _ in seen}
    if not seen:
        raise NotFound(f"GuardDuty has none of the findings in {', '.join(wanted)} any more; it keeps one for 90 days.")
    count = len(handles)
    return Preview(
        name=f"GuardDuty's finding {next(iter(handles))}" if count == 1 else f"{count} findings of GuardDuty",
        before=dict(zip(handles, (state for _, state in seen), strict=True)),
        after=dict.fromkeys(handles, _ARCHIVED),
        handles=handles,
    )


def _seen(clients: Clients, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[dict[str, str], str]]:
    """Where each finding is that GuardDuty still has, and how it stands."""
    for region, ids in wanted.items():
        with told("guardduty", region):
            client = clients("guardduty", region)
            detector = next(iter(client.list_detectors()["DetectorIds"]), None)
            if detector is None:
                continue
            for some in _pages(ids):
                for finding in client.get_findings(DetectorId=detector, FindingIds=some)["Findings"]:
                    state = _ARCHIVED if finding.get("Service", {}).get("Archived") else _CURRENT
                    yield {"region": region, "detector": detector, "id": finding["Id"]}, state


def _apply(clients: Clients, target: Target, now: Preview) -> None:
    _mark(clients, "archive_findings", now.handles, [name for name in now.before if now.before[name] == _CURRENT])


def _undo(clients: Clients, target: Target, saved: Preview, now: Preview) -> None:
    names = [name for name, state in saved.before.items() if (state, now.before.get(name)) == (_CURRENT, _ARCHIVED)]
    _mark(clients, "unarchive_findings", now.handles, names)


def _mark(clients: Clients, call: str, handles: Mapping[str, Any], names: Iterable[str]) -> None:
    """One call for each fifty of a region."""
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        ids[handles[name]["region"], handles[name]["detector"]].append(handles[name]["id"])
    for (region, detector), some in ids.items():
        with told("guardduty", region):
            client = clients("guardduty", region)
            for page in _pages(some):
                getattr(client, call)(DetectorId=detector, FindingIds=page)


def _pages(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[start : start + _PAGE]) for start in range(0, len(ids), _PAGE))


ARCHIVE = Remedy(
    id="guardduty-archive-finding",
    title="Archive in GuardDuty",
    label="Archive in GuardDuty",
    risk=Risk.LOW,
    fixes=(),
    answers=(),
    reads=("guardduty:ListDetectors", "guardduty:GetFindings"),
    writes=("guardduty:ArchiveFindings", "guardduty:UnarchiveFindings"),
    aim=_aim,
    preview=_preview,
    apply=_apply,
    undo=_undo,
)

REMEDIES = (ARCHIVE,)
