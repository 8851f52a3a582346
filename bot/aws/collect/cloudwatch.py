"""Reads the log groups of trails: what is counted in them, and the alarms of their regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.aws.collect.cloudtrail import DESCRIBE, everywhere, seen_here
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import lies_here, part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks import alarm_rule
from checks.inventory import Gap
from checks.inventory.cloudwatch import Alarm, LogGroup, Metric, MetricFilter

_FILTERS_PAGE = 50
_ALARMS_PAGE = 100
_GONE = "ResourceNotFoundException"


def log_groups(source: Source) -> list[LogGroup]:
    """The log groups of trails that lie in this region."""
    silent = seen_here(source).errors
    return [group for group in groups(source) if lies_here(source, group.region, silent)]


def groups(source: Source) -> tuple[LogGroup, ...]:
    """The log groups of all trails that are seen, read once; call it from a collector, never within `source.each`."""
    return source.shared.once(lambda: _groups(source), "cloudwatch.groups")


def _groups(source: Source) -> tuple[LogGroup, ...]:
    found = everywhere(source).trails.values()
    arns = dict.fromkeys(
        str(trail["CloudWatchLogsLogGroupArn"]) for trail in found if "CloudWatchLogsLogGroupArn" in trail
    )
    return tuple(source.each(lambda arn: _group(source, arn), arns))


def _group(source: Source, arn: str) -> LogGroup:
    # arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*
    region, account, name = arn.split(":")[3], arn.split(":")[4], arn.split(":")[6]
    there = replace(source, region=region)
    if account == source.account:
        filters = part(there, "LogGroup", lambda: _filters(there, name))
        alarms = part(there, "LogGroup", lambda: there.once(_alarms))
    else:
        filters = alarms = Gap(
            account=source.account,
            region=region,
            record="LogGroup",
            reason=f"the log group {name} is in account {account}: its alarms are judged there, "
            "when that account is audited too",
            by_nature=True,
        )
    return LogGroup(name=name, arn=arn, region=region, filters=filters, alarms=alarms)


def _filters(source: Source, name: str) -> tuple[MetricFilter, ...]:
    try:
        found = source.pages("logs", "describe_metric_filters", "metricFilters", size=_FILTERS_PAGE, logGroupName=name)
    except AwsError as error:
        if error.code == _GONE:
            return ()
        raise
    return tuple(
        MetricFilter(
            name=each["filterName"],
            pattern=each.get("filterPattern", ""),
            metrics=tuple(
                Metric(
                    namespace=made["metricNamespace"],
                    name=made["metricName"],
                    dimensions=frozenset(made.get("dimensions", ())),
                )
                for made in each.get("metricTransformations", ())
            ),
        )
        for each in found
    )


def _alarms(source: Source) -> tuple[Alarm, ...]:
    # composite alarms come only to those who ask for them
    kinds = ["MetricAlarm", "CompositeAlarm"]
    pages = source.whole("cloudwatch", "describe_alarms", size=_ALARMS_PAGE, AlarmTypes=kinds)
    return tuple(
        _alarm(each) for page in pages for key in ("MetricAlarms", "CompositeAlarms") for each in page.get(key, ())
    )


def _alarm(found: Mapping[str, Any]) -> Alarm:
    watched = [found] if found.get("MetricName") else []
    watched += [each["MetricStat"]["Metric"] for each in found.get("Metrics", ()) if "MetricStat" in each]
    return Alarm(
        name=found["AlarmName"],
        arn=found["AlarmArn"],
        metrics=tuple(
            Metric(
                namespace=metric["Namespace"],
                name=metric["MetricName"],
                dimensions=frozenset(each["Name"] for each in metric.get("Dimensions", ())),
            )
            for metric in watched
        ),
        rule=found.get("AlarmRule", ""),
        enabled=found.get("ActionsEnabled", True),
        actions=tuple(found.get("AlarmActions", ())),
    )


def watching(group: LogGroup) -> Iterator[Alarm]:
    """The alarms on what is counted in a log group, and those over them; none where they could not be read."""
    if isinstance(group.filters, Gap) or isinstance(group.alarms, Gap):
        return
    counted = {metric for each in group.filters for metric in each.metrics}
    for alarm in group.alarms:
        if counted.intersection(alarm.metrics):
            yield from alarm_rule.going_off(alarm, group.alarms)


ACTIONS = (*DESCRIBE, "cloudwatch:DescribeAlarms", "logs:DescribeMetricFilters")
COLLECTORS = (Collector(record=LogGroup, scope=Scope.REGIONAL, actions=ACTIONS, read=log_groups),)
