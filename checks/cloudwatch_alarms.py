"""Alarms on sensitive activity: the whole chain from a trail to somebody who hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from checks import activities, alarm_rule
from checks.activities import Activity
from checks.cloudtrail import of_all_regions
from checks.inventory import Gap, GapError, View, foremost
from checks.inventory.account import Account
from checks.inventory.cloudtrail import Trail
from checks.inventory.cloudwatch import Alarm, LogGroup, MetricFilter
from checks.inventory.sns import Topic
from checks.metric_filter import PatternError, parse
from checks.model import Accepted, Check, Problem, Severity, Verdict, check

LINKS = ("trail", "log group", "metric filter", "alarm", "alarm actions", "confirmed subscription")
"""Of the chain, in order: evidence says at which it is broken."""

_MOST_ALARMS = 20
_LIVE = {"lambda", "ssm", "ssm-incidents", "aiops"}
"""Services whose things hear an alarm as well as a topic does: functions, incident plans and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One alarm of CIS AWS Foundations, section 4."""

    word: str
    title: str
    activities: tuple[Activity, ...]
    number: int
    """In section 4 of CIS 3.0 and 5.0 alike."""
    why: str
    severity: Severity = Severity.MEDIUM


WATCHES = (
    Watch(
        word="unauthorized-api",
        title="unauthorized API calls",
        activities=activities.UNAUTHORIZED_API,
        number=1,
        why="Calls that are refused are often the first sign of stolen keys that are being tried out.",
        severity=Severity.HIGH,
    ),
    Watch(
        word="console-no-mfa",
        title="console sign-ins without MFA",
        activities=activities.CONSOLE_NO_MFA,
        number=2,
        why="A sign-in without a second factor may be somebody with a stolen password.",
    ),
    Watch(
        word="root-use",
        title="use of the root user",
        activities=activities.ROOT_USE,
        number=3,
        why="Root can do everything and is used by nobody day to day: each use of it should be known of at once.",
        severity=Severity.HIGH,
    ),
    Watch(
        word="iam-change",
        title="changes of IAM policies",
        activities=activities.IAM_CHANGE,
        number=4,
        why="Who changes policies changes who may do what, and attackers stay by giving themselves rights.",
    ),
    Watch(
        word="cloudtrail-change",
        title="changes of CloudTrail",
        activities=activities.CLOUDTRAIL_CHANGE,
        number=5,
        why="Stopping the record of what happens is what an attacker does before the rest.",
    ),
    Watch(
        word="console-failure",
        title="failed console sign-ins",
        activities=activities.CONSOLE_FAILURE,
        number=6,
        why="Many failed sign-ins are somebody guessing passwords.",
    ),
    Watch(
        word="cmk-disable",
        title="KMS keys being disabled or deleted",
        activities=activities.CMK_DISABLE,
        number=7,
        why="What a deleted key has encrypted can never be read again.",
    ),
    Watch(
        word="bucket-policy-change",
        title="changes of bucket policies",
        activities=activities.BUCKET_POLICY_CHANGE,
        number=8,
        why="One changed policy makes a private bucket public.",
    ),
    Watch(
        word="config-change",
        title="changes of AWS Config",
        activities=activities.CONFIG_CHANGE,
        number=9,
        why="Without the recorder, changes of everything else go unseen.",
    ),
    Watch(
        word="security-group-change",
        title="changes of security groups",
        activities=activities.SECURITY_GROUP_CHANGE,
        number=10,
        why="A changed group opens a machine to the world, or lets data out.",
    ),
    Watch(
        word="nacl-change",
        title="changes of network ACLs",
        activities=activities.NACL_CHANGE,
        number=11,
        why="A changed ACL opens a whole subnet at once.",
    ),
    Watch(
        word="gateway-change",
        title="changes of network gateways",
        activities=activities.GATEWAY_CHANGE,
        number=12,
        why="A gateway joins a private network to the internet or to another network.",
    ),
    Watch(
        word="route-table-change",
        title="changes of route tables",
        activities=activities.ROUTE_TABLE_CHANGE,
        number=13,
        why="A changed route sends traffic past the firewall, or to somebody else.",
    ),
    Watch(
        word="vpc-change",
        title="changes of VPCs",
        activities=activities.VPC_CHANGE,
        number=14,
        why="A new peering or a deleted VPC changes who can reach whom.",
    ),
    Watch(
        word="organizations-change",
        title="changes of AWS Organizations",
        activities=activities.ORGANIZATIONS_CHANGE,
        number=15,
        why="An account that leaves its organisation, or loses its policies, is out of control.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Break:
    """Where one chain is broken."""

    link: str
    evidence: dict[str, Any]

    @property
    def reach(self) -> int:
        return LINKS.index(self.link)


@dataclass(frozen=True, slots=True)
class _Works:
    """A chain that is whole, and what it is made of."""

    evidence: dict[str, Any]


_Step = _Break | _Works | Gap
"""Of one chain: where it is broken, that it works, or what of it could not be read."""


def _chains(view: View, watched: tuple[Activity, ...]) -> Iterator[_Step]:
    """Every chain from a logging trail of all regions to who hears of it, as far as it goes."""
    logging = of_all_regions(view)
    candidates = logging.trails
    yield from logging.gaps
    if not candidates:
        yield _Break("trail", {"cause": "no trail of all regions is logging"})
    elif not any(trail.log_group for trail in candidates):
        names = ", ".join(trail.name for trail in candidates)
        yield _Break("log group", {"cause": f"no trail of all regions has a log group: {names}"})
    groups, unread = view.seen(LogGroup)
    named = {trail.log_group: trail for trail in candidates if trail.log_group}
    found = [group for group in groups if group.arn in named]
    if len(found) < len(named):
        yield from unread
    for group in found:
        for step in _of_group(group, view, watched):
            if not isinstance(step, Gap):
                step.evidence.update(trail=named[group.arn].name, log_group=group.name)
            yield step


def _of_group(group: LogGroup, view: View, watched: tuple[Activity, ...]) -> Iterator[_Step]:
    if isinstance(group.filters, Gap):
        yield group.filters
        return
    nearest = _Break("metric filter", {"metric_filter": "none that speaks of it"})
    missing = len(watched)
    for one in group.filters:
        missed = _missed(one, view, watched)
        if not missed:
            yield from _of_filter(one, group, view)
        elif len(missed) < missing:
            missing = len(missed)
            nearest = _Break("metric filter", {"metric_filter": one.name, "does_not_match": list(missed)})
    yield nearest


def _missed(one: MetricFilter, view: View, watched: tuple[Activity, ...]) -> tuple[str, ...]:
    try:
        return activities.missed(parse(one.pattern), watched, view.account, view.inventory.partition)
    except PatternError:
        return tuple(activity.name for activity in watched)


def _of_filter(one: MetricFilter, group: LogGroup, view: View) -> Iterator[_Step]:
    if isinstance(group.alarms, Gap):
        yield group.alarms
        return
    first = [alarm for alarm in group.alarms if set(one.metrics) & set(alarm.metrics)]
    if not first:
        metrics = [f"{metric.namespace}/{metric.name}" for metric in one.metrics]
        yield _Break("alarm", {"metric_filter": one.name, "alarm": f"none on {', '.join(metrics) or 'its metric'}"})
    for alarm in first:
        for going_off in alarm_rule.going_off(alarm, group.alarms):
            for step in _of_alarm(going_off, view):
                if not isinstance(step, Gap):
                    step.evidence.update(metric_filter=one.name, alarm=going_off.name)
                if isinstance(step, _Works):
                    step.evidence.update(alarm_arn=going_off.arn)
                yield step


def _of_alarm(alarm: Alarm, view: View) -> Iterator[_Step]:
    if not alarm.enabled:
        yield _Break("alarm actions", {"alarm_actions": "disabled"})
        return
    live = [action for action in alarm.actions if action.split(":")[2:3] == ["sns"] or _is_live(action)]
    if not live:
        yield _Break("alarm actions", {"alarm_actions": list(alarm.actions) or "none"})
    topics, unread = view.seen(Topic)
    by_arn = {topic.arn: topic for topic in topics}
    for action in live:
        if _is_live(action):
            yield _Works({})
        elif action not in by_arn:
            yield unread[0] if unread else _not_read(action, view)
        else:
            yield _of_topic(by_arn[action])


def _is_live(action: str) -> bool:
    return action.split(":")[2:3] in [[service] for service in _LIVE]


def _not_read(topic: str, view: View) -> Gap:
    return Gap(account=view.account, region="", record="Topic", reason=f"the topic {topic} was not read")


def _of_topic(topic: Topic) -> _Step:
    if isinstance(topic.subscriptions, Gap):
        return topic.subscriptions
    if any(subscription.confirmed for subscription in topic.subscriptions):
        return _Works({})
    waiting = [f"{' '.join((s.protocol, s.address)).strip()}: {s.arn}" for s in topic.subscriptions]
    return _Break("confirmed subscription", {"topic": topic.arn, "subscriptions": waiting or ["none"]})


def _judged(watched: tuple[Activity, ...]) -> Callable[[Account, View], Verdict]:
    def judge(_account: Account, view: View) -> Verdict:
        """Row 3: no chain leads from the activity to somebody who hears of it."""
        steps = list(_chains(view, watched))
        if whole := [step for step in steps if isinstance(step, _Works)]:
            return Accepted(_by(whole))
        if gaps := [step for step in steps if isinstance(step, Gap)]:
            raise GapError(foremost(gaps))
        furthest = max((step for step in steps if isinstance(step, _Break)), key=lambda step: step.reach)
        return Problem({"broken_at": furthest.link, **furthest.evidence})

    return judge


def _by(whole: list[_Works]) -> dict[str, Any]:
    """The first chain that works, by name, and all alarms by which one does: an alarm is known by it again."""
    first = min(whole, key=lambda step: sorted(step.evidence.items()))
    alarms = sorted({step.evidence["alarm_arn"] for step in whole})
    named = {name: first.evidence[name] for name in ("trail", "log_group", "metric_filter")}
    return {**named, "alarms": alarms[:_MOST_ALARMS]}


def _check(watch: Watch) -> Check:
    make = check(
        id=f"cloudwatch-no-alarm-{watch.word}",
        title=f"No alarm on {watch.title}",
        services=("cloudwatch",),
        severity=watch.severity,
        why=watch.why,
        fix=(
            "CloudWatch > Log groups > the log group of a CloudTrail trail of all regions: create a metric filter that "
            "covers the activity, an alarm on its metric with an SNS topic as action, and confirm a subscription of "
            "it (`aws logs put-metric-filter`, `aws cloudwatch put-metric-alarm`, `aws sns subscribe`)."
        ),
        references=("best-practices/3", f"cis-3.0/4.{watch.number}", f"cis-5.0/4.{watch.number}"),
        judges=Account,
        reads=(Trail, LogGroup, Topic),
    )
    return make(_judged(watch.activities))


ALARMS = tuple(_check(watch) for watch in WATCHES)
