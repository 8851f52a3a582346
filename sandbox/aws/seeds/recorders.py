"""AWS Config in a region: its recorder, its delivery channel, and who hears of changes."""

import json
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import Account, role_arn
from sandbox.aws.gaps.sns import confirm
from sandbox.aws.seeds.alarms import ADDRESS

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

TOPIC = "config-changes"
SERVICE_ROLE = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def record(
    cloud: "Cloud",
    account: Account,
    region: str,
    bucket: str,
    frequency: str | None = "TwentyFour_Hours",
    types: tuple[str, ...] = (),
) -> None:
    """Record all types (or those named) into a bucket, with a snapshot so often; global types in us-east-1."""
    config = cloud.client("config", account, region)
    group: dict[str, Any] = {"allSupported": True, "includeGlobalResourceTypes": region == "us-east-1"}
    if types:
        group = {
            "allSupported": False,
            "includeGlobalResourceTypes": False,
            "resourceTypes": list(types),
            "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"},
        }
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": role_arn(account, SERVICE_ROLE),
            "recordingGroup": group,
        }
    )
    channel: dict[str, Any] = {"name": "default", "s3BucketName": bucket}
    if frequency:
        channel["configSnapshotDeliveryProperties"] = {"deliveryFrequency": frequency}
    config.put_delivery_channel(DeliveryChannel=channel)
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def notify(cloud: "Cloud", account: Account, region: str) -> None:
    """Send changes of compliance and configuration to a topic that somebody reads."""
    sns = cloud.client("sns", account, region)
    arn = str(sns.create_topic(Name=TOPIC)["TopicArn"])
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ADDRESS)
    confirm(account.id, region, arn, ADDRESS)
    events = cloud.client("events", account, region)
    pattern = {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change", "Config Configuration Item Change"],
    }
    events.put_rule(Name=TOPIC, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=TOPIC, Targets=[{"Id": "topic", "Arn": arn}])
