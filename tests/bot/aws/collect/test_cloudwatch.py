"""What is read of trails' log groups, the alarms of their regions, and the topics behind those."""

import pytest

from bot.aws.collect import cloudwatch, sns
from checks.inventory import Gap
from checks.inventory.cloudwatch import Metric
from sandbox.aws.accounts import HUB, PROD

US, EU = "us-east-1", "eu-west-1"
BOTH = (US, EU)
ROLE = f"arn:aws:iam::{HUB.id}:role/writer"


@pytest.fixture
def trail(cloud):
    """Make a trail with a log group in a region."""

    def make(region=US, name="main", group="trail", account=HUB):
        arn = f"arn:aws:logs:{region}:{account.id}:log-group:{group}:*"
        if account == HUB:
            cloud.client("logs", HUB, region).create_log_group(logGroupName=group)
        cloud.client("s3", HUB).create_bucket(Bucket=f"{name}-logs")
        return cloud.client("cloudtrail", HUB, region).create_trail(
            Name=name, S3BucketName=f"{name}-logs", CloudWatchLogsLogGroupArn=arn, CloudWatchLogsRoleArn=ROLE
        )

    return make


@pytest.fixture
def api(cloud):
    return cloud.client("cloudwatch", HUB)


def count(cloud, metric="seen", group="trail"):
    cloud.client("logs", HUB).put_metric_filter(
        logGroupName=group,
        filterName=metric,
        filterPattern="{ $.eventName = x }",
        metricTransformations=[{"metricName": metric, "metricNamespace": "Trail", "metricValue": "1"}],
    )


def watch(api, name="seen", metric="seen", **facts):
    api.put_metric_alarm(
        AlarmName=name,
        Namespace="Trail",
        MetricName=metric,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        **facts,
    )


def topic(cloud, name="security", account=HUB, region=US):
    return cloud.client("sns", account, region).create_topic(Name=name)["TopicArn"]


def test_a_log_group_is_read_with_its_filters_and_alarms(cloud, api, trail, source):
    trail()
    count(cloud)
    watch(
        api, ActionsEnabled=False, AlarmActions=["arn:aws:sns:us-east-1:1:a"], OKActions=["arn:aws:sns:us-east-1:1:b"]
    )

    (group,) = cloudwatch.log_groups(source(US))

    assert (group.name, group.region) == ("trail", US)
    (counted,) = group.filters
    assert (counted.name, counted.pattern) == ("seen", "{ $.eventName = x }")
    assert counted.metrics == (Metric(namespace="Trail", name="seen"),)
    (alarm,) = group.alarms
    assert (alarm.name, alarm.metrics, alarm.enabled) == ("seen", counted.metrics, False)
    assert alarm.actions == ("arn:aws:sns:us-east-1:1:a",)


def test_composite_alarms_and_alarms_on_expressions_are_read_too(canned, trail, source):
    trail()
    metric = {"Namespace": "Trail", "MetricName": "seen", "Dimensions": [{"Name": "d", "Value": "v"}]}
    stat = {"Metric": metric, "Period": 300, "Stat": "Sum"}
    expression = {
        "AlarmName": "expression",
        "AlarmArn": "arn:e",
        "Metrics": [{"Id": "m", "MetricStat": stat}, {"Id": "e"}],
    }
    over = {"AlarmName": "over", "AlarmArn": "arn:o", "AlarmRule": "ALARM(expression)", "AlarmActions": ["arn:a"]}
    page = {"MetricAlarms": [expression], "CompositeAlarms": [over]}
    (asked,) = [canned("cloudwatch", "DescribeAlarms", page, region=US)]

    (group,) = cloudwatch.log_groups(source(US))

    one, other = group.alarms
    assert one.metrics == (Metric(namespace="Trail", name="seen", dimensions=frozenset({"d"})),)
    assert (other.rule, other.metrics, other.actions) == ("ALARM(expression)", (), ("arn:a",))
    assert "CompositeAlarm" in str(asked[0])


def test_filters_and_alarms_are_read_page_by_page(canned, trail, source):
    trail()
    pages = [{"metricFilters": [{"filterName": f"f{n}", "filterPattern": ""}]} for n in range(2)]
    pages[0]["nextToken"] = "more"
    alarms = [{"MetricAlarms": [{"AlarmName": f"a{n}", "AlarmArn": f"arn{n}"}]} for n in range(2)]
    alarms[0]["NextToken"] = "more"
    canned("logs", "DescribeMetricFilters", *pages, region=US)
    asked = canned("cloudwatch", "DescribeAlarms", *alarms, region=US)

    (group,) = cloudwatch.log_groups(source(US))

    assert [one.name for one in group.filters] == ["f0", "f1"]
    assert [one.name for one in group.alarms] == ["a0", "a1"]
    assert len(asked) == 2


def test_each_log_group_and_each_regions_alarms_are_read_once(cloud, api, trail, source):
    trail()
    trail(name="second", group="other")
    trail(EU, "third", "far")
    one = source(US, BOTH)

    assert [group.name for group in cloudwatch.log_groups(one)] == ["trail", "other"]
    assert [group.name for group in cloudwatch.log_groups(source(EU, BOTH))] == ["far"]
    cloud.calls.clear()
    cloudwatch.log_groups(one)
    list(sns.topics(one))
    assert set(cloud.calls.count()) == set()


def test_a_log_group_that_is_gone_counts_nothing(cloud, trail, source):
    trail()
    cloud.client("logs", HUB).delete_log_group(logGroupName="trail")

    (group,) = cloudwatch.log_groups(source(US))

    assert group.filters == ()


def test_a_log_group_of_another_account_is_a_gap_and_not_asked_about(cloud, trail, source):
    trail(account=PROD)

    (group,) = cloudwatch.log_groups(source(US))

    assert isinstance(group.filters, Gap)
    assert PROD.id in group.filters.reason
    assert "logs:DescribeMetricFilters" not in cloud.calls.count()


@pytest.mark.parametrize(
    ("service", "operation", "part"),
    [("logs", "DescribeMetricFilters", "filters"), ("cloudwatch", "DescribeAlarms", "alarms")],
)
def test_a_part_that_may_not_be_read_is_a_gap(cloud, trail, source, service, operation, part):
    trail()
    cloud.faults.deny(service, operation)

    (group,) = cloudwatch.log_groups(source(US))

    assert getattr(group, part).permission == f"{service}:{operation}"


def test_the_topics_of_alarms_on_what_is_counted_are_read_and_no_others(cloud, api, trail, source):
    trail()
    count(cloud)
    heard, silent, other = topic(cloud), topic(cloud, "silent"), topic(cloud, "other")
    cloud.client("sns", HUB).subscribe(TopicArn=heard, Protocol="email", Endpoint="security@acme.example")
    watch(api, AlarmActions=[heard, silent, "arn:aws:lambda:us-east-1:1:function:f"])
    watch(api, "else", "else", AlarmActions=[other])

    found = {one.arn: one for one in sns.topics(source(US))}

    assert set(found) == {heard, silent}
    (subscription,) = found[heard].subscriptions
    assert (subscription.protocol, subscription.endpoint) == ("email", "security@acme.example")
    assert not subscription.confirmed
    assert found[silent].subscriptions == ()


def test_the_topics_of_composite_alarms_over_them_are_read_and_of_no_others(canned, cloud, trail, source):
    trail()
    count(cloud)
    over, apart = topic(cloud, "over"), topic(cloud, "apart")
    below = {"AlarmName": "seen", "AlarmArn": "arn:s", "Namespace": "Trail", "MetricName": "seen"}
    composites = [
        {"AlarmName": "over", "AlarmArn": "arn:o", "AlarmRule": "ALARM(seen)", "AlarmActions": [over]},
        {"AlarmName": "apart", "AlarmArn": "arn:a", "AlarmRule": "ALARM(else)", "AlarmActions": [apart]},
    ]
    canned("cloudwatch", "DescribeAlarms", {"MetricAlarms": [below], "CompositeAlarms": composites}, region=US)

    assert [one.arn for one in sns.topics(source(US))] == [over]


def test_a_topic_that_is_gone_has_no_subscriptions_and_one_that_may_not_be_read_is_a_gap(cloud, api, trail, source):
    trail()
    count(cloud)
    watch(api, AlarmActions=["arn:aws:sns:us-east-1:111122223333:gone"])
    (gone,) = sns.topics(source(US))
    assert gone.subscriptions == ()

    cloud.faults.deny("sns", "ListSubscriptionsByTopic")
    (unread,) = sns.topics(source(US))
    assert unread.subscriptions.permission == "sns:ListSubscriptionsByTopic"
