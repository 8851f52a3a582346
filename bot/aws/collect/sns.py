"""Reads SNS topics: those that alarms publish to, and their subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.aws.collect import cloudwatch
from bot.aws.collect.cloudtrail import seen_here
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import lies_here, part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.sns import Subscription, Topic

_GONE = {"NotFound", "NotFoundException"}


def topics(source: Source) -> Iterable[Topic]:
    """The topics of this region to which the alarms on trails' log groups publish."""
    silent = seen_here(source).errors
    named = dict.fromkeys(
        action
        for group in cloudwatch.groups(source)
        for alarm in cloudwatch.watching(group)
        for action in alarm.actions
        if action.split(":")[2:3] == ["sns"] and lies_here(source, action.split(":")[3], silent)
    )
    return source.each(lambda arn: topic(source, arn), named)


def topic(source: Source, arn: str) -> Topic:
    """One topic, of whichever account and region, read once."""
    return source.shared.once(lambda: _topic(replace(source, region=arn.split(":")[3]), arn), ("sns.topic", arn))


def _topic(source: Source, arn: str) -> Topic:
    return Topic(
        arn=arn, region=source.region, subscriptions=part(source, "Topic", lambda: _subscriptions(source, arn))
    )


def _subscriptions(source: Source, arn: str) -> tuple[Subscription, ...]:
    try:
        found = source.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
    except AwsError as error:
        if error.code in _GONE:
            return ()
        raise
    return tuple(
        Subscription(arn=each["SubscriptionArn"], protocol=each.get("Protocol", ""), endpoint=each.get("Endpoint", ""))
        for each in found
    )


COLLECTORS = (
    Collector(
        record=Topic,
        scope=Scope.REGIONAL,
        actions=(*cloudwatch.ACTIONS, "sns:ListSubscriptionsByTopic"),
        read=topics,
    ),
)
