"""Reads EventBridge: the rules that can carry events of Config and GuardDuty, over other buses to their ends.

A bus of another account is read there, with the role that reads, where that account is audited too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.aws.collect import sns
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import part
from bot.aws.collect.source import Source
from checks import event_pattern
from checks.inventory import Gap
from checks.inventory.events import Bus, EventRule, Target

SOURCES = ("aws.config", "aws.guardduty")
MOST_HOPS = 3
"""Buses that are followed from an account's own one."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One rule, and the ARNs of its targets."""

    rule: Mapping[str, Any]
    targets: tuple[str, ...]


def rules(source: Source) -> Iterable[EventRule]:
    """The rules of the region's default bus that can match an event of Config or GuardDuty."""
    return [_rule(source, one, ()) for one in _listed(source, "default")]


def _rule(source: Source, listed: _Listed, passed: tuple[str, ...]) -> EventRule:
    return EventRule(
        name=listed.rule["Name"],
        arn=listed.rule["Arn"],
        region=source.region,
        enabled=_enabled(listed.rule),
        pattern=listed.rule["EventPattern"],
        targets=tuple(_target(source, arn, passed) for arn in listed.targets),
    )


def _enabled(rule: Mapping[str, Any]) -> bool:
    return str(rule.get("State", "")).startswith("ENABLED")


def _target(source: Source, arn: str, passed: tuple[str, ...]) -> Target:
    service, _, _, resource = arn.split(":", 5)[2:]
    if service == "sns":
        return Target(arn=arn, topic=sns.topic(source, arn))
    if service == "events" and resource.startswith("event-bus/"):
        return Target(arn=arn, bus=_bus(source, arn, passed))
    return Target(arn=arn)


def _bus(source: Source, arn: str, passed: tuple[str, ...]) -> Bus:
    """The bus with its rules; without them where it was passed before, or is too far away."""
    region, account, resource = arn.split(":", 5)[3:]
    if arn in passed or len(passed) >= MOST_HOPS:
        return Bus(arn=arn)
    if account != source.account and account not in {one.id for one in source.sessions.aws.accounts}:
        reason = f"the event bus {arn} lies in an account that is not audited"
        unread = Gap(account=source.account, region=source.region, record="EventRule", reason=reason, by_nature=True)
        return Bus(arn=arn, rules=unread)
    there = replace(source, account=account, region=region)
    listed = part(there, "EventRule", lambda: _listed(there, resource.removeprefix("event-bus/")))
    if isinstance(listed, Gap):
        return Bus(arn=arn, rules=listed)
    return Bus(arn=arn, rules=tuple(_rule(there, one, (*passed, arn)) for one in listed))


def _listed(source: Source, bus: str) -> tuple[_Listed, ...]:
    """The rules of a bus that can match, with their targets; read once. Raises AwsError."""

    def read() -> tuple[_Listed, ...]:
        found = source.pages("events", "list_rules", "Rules", EventBusName=bus)
        return tuple(_Listed(one, _targets(source, bus, one)) for one in found if _concerns(one))

    return source.shared.once(read, ("events.rules", source.account, source.region, bus))


def _targets(source: Source, bus: str, rule: Mapping[str, Any]) -> tuple[str, ...]:
    if not _enabled(rule):
        return ()  # it sends nothing anywhere
    found = source.pages("events", "list_targets_by_rule", "Targets", Rule=rule["Name"], EventBusName=bus)
    return tuple(target["Arn"] for target in found)


def _concerns(rule: Mapping[str, Any]) -> bool:
    """Whether the rule's pattern lets in one of the sources; one that cannot be read may."""
    try:
        pattern = event_pattern.parse(rule.get("EventPattern") or "{}")
    except event_pattern.PatternError:
        return True
    wanted = {"source": pattern["source"]} if "source" in pattern else {}
    return bool(pattern) and any(event_pattern.matches(wanted, {"source": name}) for name in SOURCES)


COLLECTORS = (
    Collector(
        record=EventRule,
        scope=Scope.REGIONAL,
        actions=("events:ListRules", "events:ListTargetsByRule", "sns:ListSubscriptionsByTopic"),
        read=rules,
    ),
)
