"""Trails: what they cover, and how their logs are kept."""

import pytest

from checks.inventory.cloudtrail import Trail, TrailKey
from checks.model import Severity, Status
from tests.builders import ACCOUNT, REGION, a_gap, ago
from tests.trail_builders import (
    GROUP,
    KEY,
    a_basic_selector,
    a_region,
    a_status,
    a_trail,
    a_trail_key,
    an_advanced_selector,
    the_account,
)

ELSEWHERE = "us-east-1"
STOPPED = a_status(logging=False)
UNREAD = a_gap(Trail, REGION, permission="cloudtrail:GetTrailStatus")
READS = (a_basic_selector(read_write="ReadOnly"),)
WRITES = (a_basic_selector(read_write="WriteOnly"),)
FOREIGN = "999988887777"
TRAIL_CHECKS = ("cloudtrail-no-log-validation", "cloudtrail-no-cloudwatch-logs", "cloudtrail-not-encrypted")


# row 1


def test_a_trail_of_all_regions_covers_each_of_them(answers):
    found = answers("cloudtrail-region-uncovered", a_region(), a_region(ELSEWHERE), a_trail(region=ELSEWHERE))
    assert [f.status for f in found] == [Status.PASS, Status.PASS]
    assert {f.region for f in found} == {REGION, ELSEWHERE}


def test_a_region_without_a_trail_is_critical_and_told_for_the_account(answer):
    finding = answer("cloudtrail-region-uncovered", a_region())
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.CRITICAL)
    assert (finding.resource, finding.region) == (f"AWS::::Account:{ACCOUNT}", REGION)
    assert finding.evidence == {"not_recorded": "reads and writes of management events", "trails": ["none"]}


def test_a_trail_of_one_region_covers_that_one_alone(answers):
    trail = a_trail(multi_region=False)
    found = answers("cloudtrail-region-uncovered", a_region(), a_region(ELSEWHERE), trail)
    assert {f.region: f.status for f in found} == {REGION: Status.PASS, ELSEWHERE: Status.FAIL}


def test_logging_counts_and_not_existence(answer):
    finding = answer("cloudtrail-region-uncovered", a_region(), a_trail(status=STOPPED))
    assert finding.status is Status.FAIL
    assert finding.evidence["trails"] == ["main: not logging"]


@pytest.mark.parametrize(("selectors", "missing"), [(READS, "writes"), (WRITES, "reads"), ((), "reads and writes")])
def test_a_trail_that_records_half_covers_nothing_by_itself(answer, selectors, missing):
    finding = answer("cloudtrail-region-uncovered", a_region(), a_trail(selectors=selectors))
    assert finding.status is Status.FAIL
    assert finding.evidence["not_recorded"] == f"{missing} of management events"


def test_two_trails_cover_a_region_together(answer):
    reads, writes = a_trail("reads", selectors=READS), a_trail("writes", multi_region=False, selectors=WRITES)
    assert answer("cloudtrail-region-uncovered", a_region(), reads, writes).status is Status.PASS
    stopped = a_trail("writes", status=STOPPED, selectors=WRITES)
    assert answer("cloudtrail-region-uncovered", a_region(), reads, stopped).status is Status.FAIL


def test_advanced_selectors_are_read_too(answer):
    all_of_it = an_advanced_selector(eventCategory_Equals="Management")
    reads = an_advanced_selector(eventCategory_Equals="Management", readOnly_Equals="true")
    assert answer("cloudtrail-region-uncovered", a_region(), a_trail(selectors=(all_of_it,))).status is Status.PASS
    assert answer("cloudtrail-region-uncovered", a_region(), a_trail(selectors=(reads,))).status is Status.FAIL


def test_events_of_kms_may_be_left_out_and_that_is_said(answer):
    selectors = (a_basic_selector(excluded=("kms.amazonaws.com",)),)
    finding = answer("cloudtrail-region-uncovered", a_region(), a_trail(selectors=selectors))
    assert finding.status is Status.PASS
    assert finding.evidence == {"management_events_left_out": ["kms.amazonaws.com"]}
    both = answer("cloudtrail-region-uncovered", a_region(), a_trail(selectors=selectors), a_trail("whole"))
    assert (both.status, both.evidence) == (Status.PASS, {})


def test_an_organisations_trail_covers_a_member(answer):
    trail = a_trail(owner=FOREIGN, organization=True)
    assert answer("cloudtrail-region-uncovered", a_region(), trail).status is Status.PASS


def test_an_organisations_trail_whose_status_is_refused_is_unknown_and_not_failed(answer):
    trail = a_trail(owner=FOREIGN, organization=True, status=UNREAD)
    finding = answer("cloudtrail-region-uncovered", a_region(), trail)
    assert finding.status is Status.UNKNOWN
    assert finding.evidence["missing_permission"] == "cloudtrail:GetTrailStatus"


def test_selectors_that_could_not_be_read_are_unknown(answer):
    trail = a_trail(selectors=UNREAD)
    assert answer("cloudtrail-region-uncovered", a_region(), trail).status is Status.UNKNOWN


def test_what_could_not_be_read_does_not_matter_beside_a_trail_that_covers(answer):
    for unread in (a_trail("b", status=UNREAD), a_trail("b", selectors=UNREAD)):
        assert answer("cloudtrail-region-uncovered", a_region(), a_trail(), unread).status is Status.PASS


def test_a_region_whose_trails_could_not_be_read_is_unknown_unless_one_of_all_regions_covers_it(answer):
    gap = a_gap(Trail, REGION, permission="cloudtrail:DescribeTrails")
    finding = answer("cloudtrail-region-uncovered", a_region(), gaps=[gap])
    assert finding.status is Status.UNKNOWN
    assert "cloudtrail:DescribeTrails" in finding.reason
    assert (
        answer("cloudtrail-region-uncovered", a_region(), a_trail(region=ELSEWHERE), gaps=[gap]).status is Status.PASS
    )


def test_trails_unread_in_another_region_leave_this_one_failed(answer):
    gap = a_gap(Trail, ELSEWHERE)
    # the builders' account looks at one region; what is unread outside of it may be anything
    assert answer("cloudtrail-region-uncovered", a_region(), gaps=[gap]).status is Status.UNKNOWN
    hidden = a_trail(region=ELSEWHERE, multi_region=False, status=UNREAD)
    assert answer("cloudtrail-region-uncovered", a_region(), hidden).status is Status.FAIL


# row 2


def test_a_logging_trail_of_all_regions_with_global_services_passes(answer):
    finding = answer("cloudtrail-not-multi-region", the_account(), a_trail())
    assert (finding.status, finding.region) == (Status.PASS, "global")


@pytest.mark.parametrize("facts", [{"multi_region": False}, {"global_events": False}, {"status": STOPPED}])
def test_one_trail_must_be_all_of_it(answer, facts):
    finding = answer("cloudtrail-not-multi-region", the_account(), a_trail(**facts))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.HIGH)
    assert finding.evidence["trails"][0].startswith("main: ")


def test_no_trail_at_all_fails(answer):
    assert answer("cloudtrail-not-multi-region", the_account()).evidence == {"trails": ["none"]}


def test_whether_a_trail_of_all_regions_logs_may_be_unknown(answer):
    assert answer("cloudtrail-not-multi-region", the_account(), a_trail(status=UNREAD)).status is Status.UNKNOWN
    local = a_trail(status=UNREAD, multi_region=False)
    assert answer("cloudtrail-not-multi-region", the_account(), local).status is Status.FAIL
    good = answer("cloudtrail-not-multi-region", the_account(), a_trail(status=UNREAD), a_trail("good"))
    assert good.status is Status.PASS
    assert answer("cloudtrail-not-multi-region", the_account(), gaps=[a_gap(Trail, REGION)]).status is Status.UNKNOWN


def test_validation_is_judged_for_each_trail_in_its_home_region(answers):
    found = answers("cloudtrail-no-log-validation", a_trail(), a_trail("old", ELSEWHERE, validates=False))
    assert {(f.region, f.status) for f in found} == {(REGION, Status.PASS), (ELSEWHERE, Status.FAIL)}
    assert {f.resource.split("/")[1] for f in found} == {"main", "old"}


# row 3's first link


def test_a_trail_that_delivers_into_its_log_group_passes(answer):
    assert answer("cloudtrail-no-cloudwatch-logs", a_trail()).status is Status.PASS


def test_a_trail_without_a_log_group_fails(answer):
    finding = answer("cloudtrail-no-cloudwatch-logs", a_trail(log_group=""))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence["log_group"] == "none"


def test_the_last_delivery_is_counted_in_whole_days(answer):
    passed = answer("cloudtrail-no-cloudwatch-logs", a_trail(status=a_status(logs_delivered=ago(1.9))))
    assert passed.status is Status.PASS
    late = a_trail(status=a_status(logs_delivered=ago(2), logs_error="AccessDenied"))
    failed = answer("cloudtrail-no-cloudwatch-logs", late)
    assert failed.status is Status.FAIL
    assert failed.evidence["last_delivered"] == "2026-02-27T12:00+00:00"
    assert failed.evidence["error"] == "AccessDenied"
    assert answer("cloudtrail-no-cloudwatch-logs", late, trail_delivery=2).status is Status.PASS


def test_a_trail_that_never_delivered_fails_unless_it_started_within_the_day(answer):
    never = a_trail(status=a_status(logs_delivered=None, started=ago(3)))
    assert answer("cloudtrail-no-cloudwatch-logs", never).evidence["last_delivered"] == "never"
    new = a_trail(status=a_status(logs_delivered=None, started=ago(0.5)))
    assert answer("cloudtrail-no-cloudwatch-logs", new).status is Status.PASS
    undated = a_trail(status=a_status(logs_delivered=None, started=None))
    assert answer("cloudtrail-no-cloudwatch-logs", undated).status is Status.FAIL


def test_a_trail_that_does_not_log_is_not_spoken_of(answers):
    assert answers("cloudtrail-no-cloudwatch-logs", a_trail(status=STOPPED, log_group="")) == []


def test_a_trail_whose_status_was_refused_is_unknown(answer):
    assert answer("cloudtrail-no-cloudwatch-logs", a_trail(status=UNREAD)).status is Status.UNKNOWN


# row 18


def test_a_trail_with_an_enabled_key_passes(answer):
    assert answer("cloudtrail-not-encrypted", a_trail(), a_trail_key()).status is Status.PASS


def test_a_trail_without_a_key_fails(answer):
    finding = answer("cloudtrail-not-encrypted", a_trail(key=""))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)
    assert finding.evidence == {"trail": "main", "kms_key": "none"}


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion", "PendingImport", "Unavailable", ""])
def test_a_key_that_does_not_work_fails_and_its_state_is_named(answer, state):
    finding = answer("cloudtrail-not-encrypted", a_trail(), a_trail_key(state=state))
    assert finding.status is Status.FAIL
    assert finding.evidence["key_state"] == (state or "there is no such key")


def test_a_key_that_could_not_be_read_is_unknown(answer):
    unread = a_gap(TrailKey, REGION, permission="kms:DescribeKey")
    finding = answer("cloudtrail-not-encrypted", a_trail(), a_trail_key(state=unread))
    assert (finding.status, finding.evidence["missing_permission"]) == (Status.UNKNOWN, "kms:DescribeKey")
    assert answer("cloudtrail-not-encrypted", a_trail(), gaps=[unread]).status is Status.UNKNOWN
    assert KEY in answer("cloudtrail-not-encrypted", a_trail()).reason


@pytest.mark.parametrize("check_id", TRAIL_CHECKS)
def test_an_organisations_trail_is_judged_in_the_account_that_made_it(answers, check_id):
    bad = {"validates": False, "key": "", "log_group": ""}
    assert answers(check_id, a_trail(owner=FOREIGN, organization=True, **bad)) == []
    assert [f.status for f in answers(check_id, a_trail(organization=True, **bad))] == [Status.FAIL]


@pytest.mark.parametrize("check_id", TRAIL_CHECKS)
def test_trails_that_could_not_be_read_are_unknown_in_their_region(answer, check_id):
    finding = answer(check_id, gaps=[a_gap(Trail, REGION, permission="cloudtrail:DescribeTrails")])
    assert (finding.status, finding.region) == (Status.UNKNOWN, REGION)


def test_a_stopped_trail_is_still_judged_for_validation_and_encryption(answer):
    stopped = a_trail(status=STOPPED, validates=False, key="", log_group=GROUP)
    assert answer("cloudtrail-no-log-validation", stopped).status is Status.FAIL
    assert answer("cloudtrail-not-encrypted", stopped).status is Status.FAIL
