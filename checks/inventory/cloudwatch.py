"""CloudWatch: a trail's log group, what is counted in it, and the alarms of its region."""

from __future__ import annotations

from dataclasses import dataclass

from checks.inventory import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a filter writes, and an alarm watches."""

    namespace: str
    name: str
    dimensions: frozenset[str] = frozenset()
    """Their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFilter:
    """One metric filter of a log group."""

    name: str
    pattern: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm: of metrics, or a composite of other alarms."""

    name: str
    arn: str
    metrics: tuple[Metric, ...] = ()
    rule: str = ""
    """What a composite alarm is made of, as `ALARM("one") OR ALARM("two")`."""
    enabled: bool = True
    """Whether its actions are."""
    actions: tuple[str, ...] = ()
    """ARNs of what it does when it goes into alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    """A log group into which a trail delivers, and the alarms of its region."""

    name: str
    arn: str
    region: str
    filters: tuple[MetricFilter, ...] | Gap
    alarms: tuple[Alarm, ...] | Gap
