"""GuardDuty: on everywhere, its findings dealt with, and carried to where somebody sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checks import relay
from checks.evidence import few
from checks.inventory import Gap, GapError, View, foremost
from checks.inventory.account import AccountRegion
from checks.inventory.events import EventRule, Target
from checks.inventory.guardduty import Detector, OpenFinding
from checks.model import NotApplicable, Problem, Severity, Verdict, check

CRITICAL_FROM = 9.0
"""GuardDuty's own scale: high from 7.0, critical from 9.0 (GuardDuty User Guide, "Severity levels")."""

_TYPES = (
    "Backdoor:EC2/C&CActivity.B",
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    "Exfiltration:S3/MaliciousIPCaller",
    "Policy:S3/BucketAnonymousAccessGranted",
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
)
"""Of several kinds, all of high severity: a rule that carries findings carries each of them."""


@check(
    id="guardduty-off",
    title="GuardDuty is off",
    services=("guardduty",),
    severity=Severity.HIGH,
    why="Nothing watches the region for stolen credentials, malware and odd traffic, and intruders like quiet places.",
    fix=(
        "Switch it on in the region (`aws guardduty create-detector --enable`), or for the whole organisation from its "
        "delegated administrator; a suspended one with `aws guardduty update-detector --enable`."
    ),
    references=("best-practices/45", "fsbp/GuardDuty.1"),
    judges=AccountRegion,
    reads=(Detector,),
)
def off(place: AccountRegion, view: View) -> Verdict:
    """Row 45: no detector in an enabled region, or a suspended one."""
    detectors = view.of(Detector, place.region)
    if any(detector.enabled for detector in detectors):
        return None
    return Problem({"detector": "suspended" if detectors else "none"})


@check(
    id="guardduty-finding-left-open",
    title="GuardDuty finding left open",
    services=("guardduty",),
    severity=Severity.HIGH,
    worst=Severity.CRITICAL,
    why="What GuardDuty calls high is mostly an intrusion or its beginning, and goes on while nobody looks at it.",
    fix=(
        "Look into it and end what it found; then archive it (`aws guardduty archive-findings`), or write a "
        "suppression rule for what is no threat here."
    ),
    references=("best-practices/45",),
    judges=OpenFinding,
)
def finding_left_open(finding: OpenFinding, view: View) -> Verdict:
    """Row 45: of high severity or worse, not archived, and older than a week."""
    age = view.age(finding.created)
    if age <= view.settings.guardduty_left_open:
        return None
    evidence = {
        "type": finding.type,
        "finding": finding.title,
        "severity": finding.severity,
        "created": f"{finding.created:%Y-%m-%d}",
        "age_days": age,
        "seen": finding.count,
    }
    return Problem(evidence, Severity.CRITICAL if finding.severity >= CRITICAL_FROM else None)


@check(
    id="guardduty-not-relayed",
    title="GuardDuty findings reach nobody",
    services=("guardduty",),
    severity=Severity.MEDIUM,
    why="A finding that stays in the console of one region is seen when somebody happens to look there.",
    fix=(
        "Make an EventBridge rule on source aws.guardduty in the region that leads to the queue, or to the bus whose "
        "rule does: `aws events put-rule`, then `aws events put-targets`."
    ),
    references=("best-practices/46",),
    judges=AccountRegion,
    reads=(Detector, EventRule),
)
def not_relayed(place: AccountRegion, view: View) -> Verdict:
    """Row 46: no rule carries the region's findings to the queue; without a queue, to any target."""
    if not any(detector.enabled for detector in view.of(Detector, place.region)):
        return NotApplicable()  # that it is off is another check's
    queue = view.settings.event_queue

    def heard(target: Target) -> str | Gap:
        return _reaches(target, queue) if queue else ""

    traces = [relay.trace(view.of(EventRule, place.region), event, heard) for event in _findings(place)]
    silent = [trace for trace in traces if not trace.heard]
    if not silent:
        return None
    if unread := [gap for trace in silent for gap in trace.unread]:
        raise GapError(foremost(unread))
    lost = list(dict.fromkeys(text for trace in silent for text in trace.lost))
    evidence: dict[str, Any] = {
        "should_reach": queue or "any target",
        "looked_at": few(lost) or "no rule lets them out",
    }
    if len(silent) < len(traces):
        evidence["carried"] = "only some types of findings"
    return Problem(evidence)


def _reaches(target: Target, queue: str) -> str | Gap:
    """Why what is sent to a target does not come to the queue; empty: it does."""
    if _is_queue(target.arn, queue):
        return ""
    if target.topic is None:
        return "it is another queue" if target.arn.split(":")[2] == "sqs" else "it does not lead to the queue"
    if isinstance(target.topic.subscriptions, Gap):
        return target.topic.subscriptions
    subscribed = [one for one in target.topic.subscriptions if _is_queue(one.endpoint, queue)]
    if any(one.confirmed for one in subscribed):
        return ""
    return "the queue's subscription is not confirmed" if subscribed else "the queue does not subscribe to it"


def _is_queue(arn: str, url: str) -> bool:
    """Whether an ARN is that of the queue at this URL (which ends in account and name, and may tell the region)."""
    parts = arn.split(":")
    if parts[2:3] != ["sqs"] or len(parts) != 6:
        return False
    region = re.search(r"//sqs\.([a-z0-9-]+)\.", url)
    return parts[4:] == url.rstrip("/").split("/")[-2:] and (region is None or region[1] == parts[3])


def _findings(place: AccountRegion) -> Iterator[dict[str, Any]]:
    for number, kind in enumerate(_TYPES):
        detail = {
            "schemaVersion": "2.0",
            "accountId": place.id,
            "region": place.region,
            "partition": "aws",
            "id": f"{number:032x}",
            "type": kind,
            "severity": 8,
            "title": "A finding",
            "resource": {"resourceType": "Instance"},
            "service": {"serviceName": "guardduty", "archived": False, "count": 1},
        }
        yield {
            "source": "aws.guardduty",
            "detail-type": "GuardDuty Finding",
            "account": place.id,
            "region": place.region,
            "detail": detail,
        }
