"""Remedies for CloudTrail: trails that log, everywhere, and whose files can be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.alerts import Source
from bot.aws.errors import told
from bot.aws.remedies.setting import Seen, aimed, by_arn, looked, setting
from bot.errors import NotFound
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Subject, Target

_STOPPED = re.compile(r"^([^:]+): not logging$")
_PARTIAL = re.compile(r"^([^:]+): (?:\S+ alone, (?:with|without) global services|all regions, without global services)")
"""As `cloudtrail-not-multi-region` tells of a trail, be it stopped or not."""
_TRAIL = r":trail/(?P<trail>[^/:]+)"
_ONE = re.compile(rf"{_TRAIL}$")
_LOGGING, _NOT_LOGGING = "logging", "stopped"


def _strings(facts: Facts, key: str) -> Sequence[str]:
    said = facts.get(key)
    return [each for each in said if isinstance(each, str)] if isinstance(said, list | tuple) else []


def _trails(clients: Clients, target: Target) -> list[dict[str, Any]]:
    """All that are seen from the target's region and are the account's own, its organisation's left to who made it."""
    with told("cloudtrail", target.region):
        trails: list[dict[str, Any]] = clients("cloudtrail").describe_trails()["trailList"]
    return [trail for trail in trails if f":{target.account}:" in trail["TrailARN"]]


# Starting.


def _aim_at_stopped(subject: Subject) -> Target | None:
    """Those that the check names, the one whose stop CloudTrail tells of; all there are where GuardDuty names none."""
    if subject.source is not Source.AUDIT:
        stopped_one = _ONE.search(subject.resource)
        return aimed(subject, trails=[stopped_one["trail"]] if stopped_one else [])
    names = sorted({stopped[1] for said in _strings(subject.facts, "trails") if (stopped := _STOPPED.match(said))})
    return aimed(subject, trails=names) if names else None


def _look_at_logging(clients: Clients, target: Target) -> Seen:
    wanted = target.parameters["trails"]
    trails = {trail["Name"]: trail for trail in _trails(clients, target) if not wanted or trail["Name"] in wanted}
    chosen = sorted(trails)
    if not chosen:
        which = " and ".join(wanted) or "that somebody stopped"
        raise NotFound(f"The trail {which} does not exist any more.")
    logging = {name: _is_logging(clients, trails[name]) for name in chosen}
    return Seen(
        name=f"{'trail' if len(chosen) == 1 else 'trails'} {', '.join(chosen)}",
        parts={name: _LOGGING if logging[name] else _NOT_LOGGING for name in chosen},
        wanted=dict.fromkeys(chosen, _LOGGING),
        effects=tuple(Effect(f"{name} writes into the bucket {trails[name]['S3BucketName']}.") for name in chosen),
        handles={name: {"arn": trails[name]["TrailARN"], "region": trails[name]["HomeRegion"]} for name in chosen},
    )


def _is_logging(clients: Clients, trail: dict[str, Any]) -> bool:
    region = trail["HomeRegion"]
    with told("cloudtrail", region):
        return bool(clients("cloudtrail", region).get_trail_status(Name=trail["TrailARN"])["IsLogging"])


def _write_logging(clients: Clients, _target: Target, parts: Facts, handles: Facts) -> None:
    for name, state in parts.items():
        region = handles[name]["region"]
        with told("cloudtrail", region):
            client = clients("cloudtrail", region)
            call = client.start_logging if state == _LOGGING else client.stop_logging
            call(Name=handles[name]["arn"])


START_LOGGING = Remedy(
    id="cloudtrail-start-logging",
    title="Start a trail's logging",
    label="Start logging",
    risk=Risk.LOW,
    fixes=("cloudtrail-region-uncovered", "cloudtrail-not-multi-region"),
    answers=("Stealth:IAMUser/CloudTrailLoggingDisabled", "DefenseEvasion:IAMUser/*"),
    reads=("cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus"),
    writes=("cloudtrail:StartLogging", "cloudtrail:StopLogging"),
    takes_back=("cloudtrail:StopLogging",),
    aim=_aim_at_stopped,
    **setting(_look_at_logging, _write_logging),
)

# Changing the trail itself.


def _named(clients: Clients, target: Target) -> dict[str, Any]:
    name = target.parameters["trail"]
    trail = next((each for each in _trails(clients, target) if each["Name"] == name), None)
    if trail is None:
        raise NotFound(f"The trail {name} does not exist any more.")
    return trail


def _handles(trail: dict[str, Any]) -> Facts:
    return {"arn": trail["TrailARN"], "region": trail["HomeRegion"]}


def _update(clients: Clients, handles: Facts, **settings: Any) -> None:
    with looked("cloudtrail", handles["region"], "the trail", "TrailNotFoundException"):
        clients("cloudtrail", handles["region"]).update_trail(Name=handles["arn"], **settings)


def _look_at_validation(clients: Clients, target: Target) -> Seen:
    trail = _named(clients, target)
    return Seen(
        name=f"trail {trail['Name']}",
        parts={"log file validation": trail["LogFileValidationEnabled"]},
        wanted={"log file validation": True},
        effects=(Effect("From then on a signed digest is written each hour; files from before stay without one."),),
        handles=_handles(trail),
    )


def _write_validation(clients: Clients, _target: Target, parts: Facts, handles: Facts) -> None:
    _update(clients, handles, EnableLogFileValidation=parts["log file validation"])


ENABLE_VALIDATION = Remedy(
    id="cloudtrail-enable-validation",
    title="Let a trail sign its log files",
    label="Validate log files",
    risk=Risk.LOW,
    fixes=("cloudtrail-no-log-validation",),
    answers=(),
    reads=("cloudtrail:DescribeTrails",),
    writes=("cloudtrail:UpdateTrail",),
    aim=by_arn(_TRAIL),
    **setting(_look_at_validation, _write_validation),
)


def _aim_at_partial(subject: Subject) -> Target | None:
    """The first that the check names, one that logs before one that is stopped."""
    told_of = [said for said in _strings(subject.facts, "trails") if _PARTIAL.match(said)]
    ranked = sorted(told_of, key=lambda said: (said.endswith("not logging"), said))
    return aimed(subject, trail=ranked[0].partition(":")[0]) if ranked else None


def _look_at_regions(clients: Clients, target: Target) -> Seen:
    trail = _named(clients, target)
    return Seen(
        name=f"trail {trail['Name']}",
        parts={
            "regions": "all" if trail["IsMultiRegionTrail"] else "its own alone",
            "global services": trail["IncludeGlobalServiceEvents"],
        },
        wanted={"regions": "all", "global services": True},
        effects=(Effect(f"Events of every region will be written into the bucket {trail['S3BucketName']}."),),
        warnings=("Where another trail records the same events, CloudTrail charges for the second copy.",),
        handles=_handles(trail),
    )


def _write_regions(clients: Clients, _target: Target, parts: Facts, handles: Facts) -> None:
    everywhere, services = parts["regions"] == "all", parts["global services"]
    _update(clients, handles, IsMultiRegionTrail=everywhere, IncludeGlobalServiceEvents=services)


MAKE_MULTI_REGION = Remedy(
    id="cloudtrail-make-multi-region",
    title="Let a trail record all regions",
    label="Record all regions",
    risk=Risk.LOW,
    fixes=("cloudtrail-not-multi-region",),
    answers=(),
    reads=("cloudtrail:DescribeTrails",),
    writes=("cloudtrail:UpdateTrail",),
    aim=_aim_at_partial,
    **setting(_look_at_regions, _write_regions),
)

REMEDIES = (START_LOGGING, ENABLE_VALIDATION, MAKE_MULTI_REGION)
