"""Trails and what they need around them: a log group, the role that writes into it, a key."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import Account, role_arn
from sandbox.aws.seeds import ages
from sandbox.aws.seeds.organization import policy, trust

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

LOG_GROUP = "/acme/cloudtrail"
WRITER = "cloudtrail-to-logs"


def log_group(cloud: "Cloud", account: Account, region: str = "us-east-1") -> dict[str, str]:
    """Make the trail's log group and the role that writes into it; what CreateTrail wants to know of both."""
    cloud.client("logs", account, region).create_log_group(logGroupName=LOG_GROUP)
    iam = cloud.client("iam", account)
    iam.create_role(RoleName=WRITER, AssumeRolePolicyDocument=trust({"Service": "cloudtrail.amazonaws.com"}))
    group = f"arn:aws:logs:{region}:{account.id}:log-group:{LOG_GROUP}:*"
    iam.put_role_policy(
        RoleName=WRITER,
        PolicyName=WRITER,
        PolicyDocument=policy(["logs:CreateLogStream", "logs:PutLogEvents"], group),
    )
    return {"CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role_arn(account, WRITER)}


def key(cloud: "Cloud", account: Account, region: str = "us-east-1") -> str:
    """Make a KMS key for a trail; its ARN."""
    made = cloud.client("kms", account, region).create_key(Description="CloudTrail")
    return str(made["KeyMetadata"]["Arn"])


def start(
    cloud: "Cloud", account: Account, name: str, started: datetime, region: str = "us-east-1", **settings: Any
) -> None:
    """Make a trail and start it; `settings` are CreateTrail's."""
    client = cloud.client("cloudtrail", account, region)
    client.create_trail(Name=name, **settings)
    client.start_logging(Name=name)
    ages.trail(account, region, name, started)
