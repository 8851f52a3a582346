"""Trails and what hangs on them, with good defaults: a chain from a trail to somebody who hears its alarms."""

from __future__ import annotations

from typing import Any

from checks import activities
from checks.activities import Activity
from checks.inventory import Record
from checks.inventory.account import Account, AccountRegion
from checks.inventory.cloudtrail import (
    AdvancedSelector,
    BasicSelector,
    Condition,
    Trail,
    TrailBucket,
    TrailKey,
    TrailStatus,
    Versioning,
)
from checks.inventory.cloudwatch import Alarm, LogGroup, Metric, MetricFilter
from checks.inventory.s3 import Grant
from checks.inventory.sns import Subscription, Topic
from checks.s3_public import EVERYONE
from tests.builders import ACCOUNT, REGION, a_bucket, ago

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail:*"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:security"
METRIC = Metric(namespace="Trail", name="seen")


def the_account() -> Account:
    """The account as a whole."""
    return Account(id=ACCOUNT)


def a_region(region: str = REGION) -> AccountRegion:
    """The account in one region."""
    return AccountRegion(id=ACCOUNT, region=region)


def a_basic_selector(**facts: Any) -> BasicSelector:
    """The selector that every new trail has: all management events."""
    return BasicSelector(**{"data": {}, **facts})


def an_advanced_selector(**fields: str | tuple[str, ...]) -> AdvancedSelector:
    """Conditions by field and operator: `an_advanced_selector(eventCategory_Equals="Management")`, `__` for a dot."""
    conditions = []
    for name, values in fields.items():
        field, _, operator = name.replace("__", ".").rpartition("_")
        texts = (values,) if isinstance(values, str) else values
        conditions.append(Condition(field=field, operator=operator, values=texts))
    return AdvancedSelector(conditions=tuple(conditions))


def a_status(**facts: Any) -> TrailStatus:
    """A trail that logs and delivered into its log group today."""
    return TrailStatus(**{"logging": True, "started": ago(400), "logs_delivered": ago(0.1), **facts})


def a_trail(name: str = "main", region: str = REGION, owner: str = ACCOUNT, **facts: Any) -> Trail:
    """A trail as it should be: all regions, all management events, validated, encrypted, with a log group."""
    facts = {
        "arn": f"arn:aws:cloudtrail:{region}:{owner}:trail/{name}",
        "bucket": "logs",
        "multi_region": True,
        "global_events": True,
        "validates": True,
        "key": KEY,
        "log_group": GROUP,
        "status": a_status(),
        "selectors": (a_basic_selector(),),
        **facts,
    }
    return Trail(name=name, region=region, **facts)


def a_trail_key(**facts: Any) -> TrailKey:
    """The enabled key of the trail."""
    return TrailKey(**{"id": KEY, "arn": KEY, "region": REGION, "state": "Enabled", **facts})


def a_trail_bucket(**facts: Any) -> TrailBucket:
    """The trail's bucket as it should be: private, with an access log and MFA delete."""
    facts = {
        "name": "logs",
        "arn": "arn:aws:s3:::logs",
        "region": REGION,
        "trails": (a_trail().arn,),
        "bucket": a_bucket(),
        "access_log": "access-logs",
        "versioning": Versioning(on=True, mfa_delete=True),
        **facts,
    }
    return TrailBucket(**facts)


def names(watched: tuple[Activity, ...]) -> str:
    """A pattern that names the events of these activities."""
    return "{ " + " || ".join(f"($.eventName = {one.facts['eventName']})" for one in watched) + " }"


def a_filter(pattern: str = names(activities.VPC_CHANGE), metric: Metric = METRIC, **facts: Any) -> MetricFilter:
    """A filter that counts changes of VPCs."""
    return MetricFilter(**{"name": "seen", "pattern": pattern, "metrics": (metric,), **facts})


def an_alarm(name: str = "seen", **facts: Any) -> Alarm:
    """An alarm on the filter's metric that publishes to the topic."""
    facts = {
        "arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
        "metrics": () if "rule" in facts else (METRIC,),
        "actions": (TOPIC,),
        **facts,
    }
    return Alarm(name=name, **facts)


def a_log_group(*filters: MetricFilter, alarms: Any = None, **facts: Any) -> LogGroup:
    """The trail's log group, with a filter and an alarm on its metric if nothing else is said."""
    facts = {
        "name": "trail",
        "arn": GROUP,
        "region": REGION,
        "filters": filters or (a_filter(),),
        "alarms": (an_alarm(),) if alarms is None else alarms,
        **facts,
    }
    return LogGroup(**facts)


def a_subscription(arn: str = f"{TOPIC}:1", **facts: Any) -> Subscription:
    """A confirmed subscription by e-mail."""
    return Subscription(**{"arn": arn, "protocol": "email", "endpoint": "security@acme.example", **facts})


def a_topic(*subscriptions: Subscription, **facts: Any) -> Topic:
    """The topic, with a confirmed subscription if none is named."""
    return Topic(**{"arn": TOPIC, "region": REGION, "subscriptions": subscriptions or (a_subscription(),), **facts})


def a_chain(**parts: Any) -> tuple[Record, ...]:
    """Every link of a working alarm on changes of VPCs, any of which `parts` may replace: trail, group, topic."""
    whole = {"account": the_account(), "trail": a_trail(), "group": a_log_group(), "topic": a_topic(), **parts}
    return tuple(record for record in whole.values() if record is not None)


def trails_wrong() -> tuple[Record, ...]:
    """A trail of one region that records reads alone into a public bucket, and has nothing else that it should."""
    trail = a_trail(
        multi_region=False,
        global_events=False,
        validates=False,
        key="",
        log_group="",
        selectors=(a_basic_selector(read_write="ReadOnly"),),
    )
    open_ = a_bucket(acl=(Grant(grantee=next(iter(EVERYONE)), permission="READ"),))
    bucket = a_trail_bucket(bucket=open_, access_log="", versioning=Versioning(on=False, mfa_delete=False))
    return trail, bucket
