"""Archiving findings: which calls AWS gets, in which region."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.aws.remedies import REMEDIES
from bot.errors import NotFound
from bot.remedy import Target

REMEDY = REMEDIES["guardduty-archive-finding"]
NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Guard:
    """GuardDuty in one region: its findings, by id, and whether each is archived."""

    def __init__(self, *ids: str, on: bool = True) -> None:
        self.findings = dict.fromkeys(ids, False)
        self.on = on
        self.calls: list[int] = []

    def list_detectors(self) -> Any:
        return {"DetectorIds": ["d1"] if self.on else []}

    def get_findings(self, DetectorId: str, FindingIds: list[str]) -> Any:  # noqa: N803 - boto3's names
        assert (DetectorId, len(FindingIds) <= 50) == ("d1", True)
        known = [id_ for id_ in FindingIds if id_ in self.findings]
        return {"Findings": [{"Id": id_, "Service": {"Archived": self.findings[id_]}} for id_ in known]}

    def archive_findings(self, DetectorId: str, FindingIds: list[str], archived: bool = True) -> None:  # noqa: N803
        assert DetectorId == "d1"
        self.calls.append(len(FindingIds))
        self.findings |= dict.fromkeys(FindingIds, archived)

    def unarchive_findings(self, DetectorId: str, FindingIds: list[str]) -> None:  # noqa: N803
        self.archive_findings(DetectorId, FindingIds, archived=False)


def a_world(**regions: Guard) -> tuple[Any, Target]:
    """Its clients, and a target that names every finding."""
    named = {region: sorted(guard.findings) or ["gone"] for region, guard in regions.items()}
    target = Target(account="1" * 12, region="global", resource="user/alice", parameters={"findings": named})
    return lambda _service, region: regions[region], target


def look(world: tuple[Any, Target]) -> Any:
    return REMEDY.preview(*world, NOW)


def test_it_is_offered_on_no_card_for_resolving_asks_for_it():
    assert (REMEDY.answers, REMEDY.fixes) == ((), ())


def test_a_hundred_and_twenty_findings_of_a_region_are_three_calls():
    guard = Guard(*(f"f{number:03}" for number in range(120)))
    world = a_world(a=guard)
    REMEDY.apply(*world, look(world))

    assert guard.calls == [50, 50, 20]
    assert look(world).already_done


def test_undoing_takes_out_what_it_archived_and_leaves_what_somebody_had_archived_before():
    here, there = Guard("f1", "f2"), Guard("f3")
    here.findings["f2"] = True
    world = a_world(a=here, b=there)
    saved = look(world)
    REMEDY.apply(*world, saved)
    REMEDY.undo(*world, saved, look(world))

    assert (here.findings, there.findings) == ({"f1": False, "f2": True}, {"f3": False})
    assert look(world).before == saved.before


def test_applying_after_one_region_was_done_does_the_other_alone():
    here, there = Guard("f1"), Guard("f2")
    world = a_world(a=here, b=there)
    here.findings["f1"] = True
    REMEDY.apply(*world, look(world))

    assert (here.calls, there.calls) == ([], [1])


def test_a_region_whose_detector_is_off_is_left_out():
    world = a_world(a=Guard("f1"), b=Guard("f2", on=False))

    assert look(world).before == {"f1 in a": "current"}


def test_findings_that_are_all_gone_are_said_to_be_gone():
    with pytest.raises(NotFound, match="none of the findings in a, b any more"):
        look(a_world(a=Guard(), b=Guard("f2", on=False)))
