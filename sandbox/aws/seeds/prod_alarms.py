"""acme-prod: the CIS alarms, four of them broken each at another link, and an operator's own alarm."""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds import alarms
from sandbox.aws.seeds.alarms import Broken

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

BROKEN = Broken(
    no_filter=("vpc-change",),
    narrow=("unauthorized-api",),
    muted=("root-use",),
    unheard=("nacl-change",),
)
LATENCY = "orders-api-latency"


def build(cloud: "Cloud", now: datetime) -> None:
    """Row 3, and an alarm of the orders team that has nothing to do with CloudTrail."""
    alarms.watch(cloud, PROD, BROKEN)
    cloud.client("cloudwatch", PROD).put_metric_alarm(
        AlarmName=LATENCY,
        AlarmDescription="Orders answer slower than a second",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=[{"Name": "LoadBalancer", "Value": "app/orders/50dc6c495c0c9188"}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=5,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )
