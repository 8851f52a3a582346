"""CloudTrail: whether everything is recorded, everywhere, in a way that can be trusted and searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from checks import trails
from checks.inventory import Gap, GapError, View, known
from checks.inventory.account import Account, AccountRegion
from checks.inventory.cloudtrail import Trail, TrailKey
from checks.model import Accepted, NotApplicable, Problem, Severity, Unknown, Verdict, check


@dataclass(frozen=True, slots=True)
class Logging:
    """The trails that are known to log, and the gaps behind which others may be."""

    trails: tuple[Trail, ...]
    gaps: tuple[Gap, ...]


def of_all_regions(view: View) -> Logging:
    """The logging trails of all regions: each is seen from everywhere, so one region that was read tells them all."""
    regions = view.inventory.regions
    missing = view.seen(Trail)[1]
    silent = {gap.region for gap in missing}
    relevant = missing if silent.issuperset(regions) else tuple(gap for gap in missing if gap.region not in regions)
    return _logging(view, relevant, lambda trail: trail.multi_region)


def covering(view: View, region: str) -> Logging:
    """The logging trails of one region: its own, and those of all regions."""
    missing = view.seen(Trail)[1]
    relevant = tuple(gap for gap in missing if gap.region == region or gap.region not in view.inventory.regions)
    return _logging(view, relevant, lambda trail: trail.multi_region or trail.region == region)


def _logging(view: View, missing: tuple[Gap, ...], meant: Callable[[Trail], bool]) -> Logging:
    trails_ = [trail for trail in view.seen(Trail)[0] if meant(trail)]
    unread = tuple(trail.status for trail in trails_ if isinstance(trail.status, Gap))
    logging = tuple(t for t in trails_ if not isinstance(t.status, Gap) and t.status.logging)
    return Logging(logging, (*missing, *unread))


def of_another(trail: Trail, view: View) -> bool:
    """Whether it is an organisation's trail that another account made, and is judged there."""
    return trail.owner != view.account


@check(
    id="cloudtrail-region-uncovered",
    title="Region not covered by CloudTrail",
    services=("cloudtrail",),
    severity=Severity.CRITICAL,
    why="What happens there leaves no record: an attacker works in the region nobody looks at.",
    fix=(
        "CloudTrail > Trails > Create trail: it covers all regions; choose read and write management events "
        "(`aws cloudtrail create-trail --is-multi-region-trail`, then `aws cloudtrail start-logging`)."
    ),
    references=("best-practices/1", "cis-3.0/3.1", "cis-5.0/3.1", "fsbp/CloudTrail.1"),
    judges=AccountRegion,
    reads=(Trail,),
)
def region_uncovered(here: AccountRegion, view: View) -> Verdict:
    """Row 1: the trails that log there do not, together, record the reads and writes of management events."""
    logging = covering(view, here.region)
    recorded: frozenset[str] = frozenset()
    could = list(logging.gaps)
    for trail in logging.trails:
        if isinstance(trail.selectors, Gap):
            could.append(trail.selectors)
        else:
            recorded |= trails.management(trail.selectors)
    if recorded == trails.BOTH:
        return _covered(logging.trails)
    if could:
        raise GapError(could[0])
    missing = " and ".join(sorted(trails.BOTH - recorded))
    return Problem({"not_recorded": f"{missing} of management events", "trails": _told(view, here)})


def _covered(logging: Iterable[Trail]) -> Verdict:
    """A pass, and which services' events the trails that make it one leave out."""
    selectors = [trail.selectors for trail in logging if not isinstance(trail.selectors, Gap)]
    if any(trails.management(each) == trails.BOTH and not trails.left_out(each) for each in selectors):
        return None
    excluded = sorted({service for each in selectors for service in trails.left_out(each)})
    return Accepted({"management_events_left_out": excluded}) if excluded else None


def _told(view: View, here: AccountRegion) -> list[str]:
    """Every trail that is meant for the region, and what it records there."""
    told = []
    for trail in view.seen(Trail)[0]:
        if not trail.multi_region and trail.region != here.region:
            continue
        if isinstance(trail.status, Gap) or not trail.status.logging:
            told.append(f"{trail.name}: not logging")
        else:
            recorded = sorted(trails.management(known(trail.selectors))) or ["no management events"]
            told.append(f"{trail.name}: {' and '.join(recorded)}")
    return told or ["none"]


@check(
    id="cloudtrail-not-multi-region",
    title="No trail of all regions",
    services=("cloudtrail",),
    severity=Severity.HIGH,
    why="Trails of single regions miss the regions that are enabled later, and each may miss global services.",
    fix=(
        "CloudTrail > Trails: make one trail multi-region (`aws cloudtrail update-trail --name TRAIL "
        "--is-multi-region-trail --include-global-service-events`) and start it."
    ),
    references=("best-practices/2", "cis-3.0/3.1", "cis-5.0/3.1", "fsbp/CloudTrail.1"),
    judges=Account,
    reads=(Trail,),
)
def not_multi_region(_account: Account, view: View) -> Verdict:
    """Row 2: no trail logs all regions and the global services."""
    logging = of_all_regions(view)
    if any(trail.global_events for trail in logging.trails):
        return None
    if logging.gaps:
        raise GapError(logging.gaps[0])
    return Problem({"trails": [_shape(trail) for trail in view.seen(Trail)[0]] or ["none"]})


def _shape(trail: Trail) -> str:
    regions = "all regions" if trail.multi_region else f"{trail.region} alone"
    services = "with" if trail.global_events else "without"
    logs = "" if not isinstance(trail.status, Gap) and trail.status.logging else ", not logging"
    return f"{trail.name}: {regions}, {services} global services{logs}"


@check(
    id="cloudtrail-no-log-validation",
    title="Trail without log file validation",
    services=("cloudtrail",),
    severity=Severity.HIGH,
    why="Without digests nobody can tell whether a log file was changed or deleted after it was written.",
    fix=(
        "CloudTrail > Trails > the trail > Edit > Log file validation, or `aws cloudtrail update-trail --name TRAIL "
        "--enable-log-file-validation`."
    ),
    references=("best-practices/2", "cis-3.0/3.2", "cis-5.0/3.2", "fsbp/CloudTrail.4"),
    judges=Trail,
)
def no_log_validation(trail: Trail, view: View) -> Verdict:
    """Row 2: the trail makes no digests."""
    if of_another(trail, view):
        return NotApplicable()
    return None if trail.validates else Problem({"trail": trail.name, "log_file_validation": False})


@check(
    id="cloudtrail-no-cloudwatch-logs",
    title="Trail does not reach CloudWatch Logs",
    services=("cloudtrail",),
    severity=Severity.MEDIUM,
    why="Files in a bucket are read after the fact; alarms on what happens now need the events in a log group.",
    fix=(
        "CloudTrail > Trails > the trail > CloudWatch Logs > Edit: name a log group and a role that may write into it "
        "(`aws cloudtrail update-trail --cloud-watch-logs-log-group-arn … --cloud-watch-logs-role-arn …`)."
    ),
    references=("best-practices/3", "fsbp/CloudTrail.5"),
    judges=Trail,
)
def no_cloudwatch_logs(trail: Trail, view: View) -> Verdict:
    """Row 3: a trail that logs has no log group, or has not delivered into it lately."""
    if of_another(trail, view):
        return NotApplicable()
    status = known(trail.status)
    if not status.logging:
        return NotApplicable()
    if not trail.log_group:
        return Problem({"trail": trail.name, "log_group": "none"})
    most = view.settings.trail_delivery
    evidence = {"trail": trail.name, "log_group": trail.log_group, "wanted": f"delivered within {_days(most)}"}
    if status.logs_error:
        evidence["error"] = status.logs_error
    if status.logs_delivered is not None:
        if view.age(status.logs_delivered) <= most:
            return None
        return Problem({**evidence, "last_delivered": status.logs_delivered.isoformat(timespec="minutes")})
    if status.started is not None and view.age(status.started) <= most:
        return None
    return Problem({**evidence, "last_delivered": "never"})


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


@check(
    id="cloudtrail-not-encrypted",
    title="Trail's logs not encrypted with a KMS key",
    services=("cloudtrail",),
    severity=Severity.MEDIUM,
    why="With a key of its own, who may read the bucket may still not read the logs; with a dead key none are written.",
    fix=(
        "CloudTrail > Trails > the trail > Edit > SSE-KMS: choose an enabled key (`aws cloudtrail update-trail --name "
        "TRAIL --kms-key-id KEY`); enable a disabled one, or cancel its deletion, in KMS."
    ),
    references=("best-practices/18", "cis-3.0/3.5", "cis-5.0/3.5", "fsbp/CloudTrail.2"),
    judges=Trail,
    reads=(TrailKey,),
)
def not_encrypted(trail: Trail, view: View) -> Verdict:
    """Row 18: no KMS key, or one that does not work."""
    if of_another(trail, view):
        return NotApplicable()
    if not trail.key:
        return Problem({"trail": trail.name, "kms_key": "none"})
    keys, gaps = view.seen(TrailKey)
    key = next((key for key in keys if key.id == trail.key), None)
    if key is None:
        if gaps:
            raise GapError(gaps[0])
        return Unknown(f"the key {trail.key} was not read")
    state = known(key.state)
    if state == "Enabled":
        return None
    return Problem({"trail": trail.name, "kms_key": trail.key, "key_state": state or "there is no such key"})
