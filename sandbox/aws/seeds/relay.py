"""How events reach the bot: rules in each account and region lead to one bus, and that to one queue.

Each region's default bus has the rules of RULES, whose target is the default bus of the hub in
us-east-1; there the same rules lead to the queue `picket-events`. What cannot be read five times goes to
`picket-events-dead-letter`.
"""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.aws.accounts import (
    ACCOUNTS,
    DEAD_LETTER_QUEUE,
    HUB,
    HUB_REGION,
    PROD,
    QUEUE,
    REGIONS,
    Account,
    role_arn,
)
from sandbox.aws.seeds.organization import policy, trust

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

RULE = "picket-events"
RULES = {
    RULE: {"source": ["aws.guardduty", "aws.cloudwatch", "aws.config", "aws.securityhub", "picket.drill"]},
    "picket-calls": {
        "source": ["aws.signin", "aws.cloudtrail", "aws.iam", "aws.kms", "aws.s3", "aws.ec2", "aws.organizations"],
        "detail-type": ["AWS Console Sign In via CloudTrail", "AWS API Call via CloudTrail"],
    },
    "picket-root": {
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"userIdentity": {"type": ["Root"]}},
    },
}
"""What is relayed, by the name of the rule. CloudTrail's events come under the source of the service called, so that
they are told by their type: those services' other events are nobody's alert."""
FORGOTTEN = (PROD, "eu-north-1")
"""Row 46: GuardDuty is on there, but no rule leads out of it."""

QUEUE_ARN = f"arn:aws:sqs:{HUB_REGION}:{HUB.id}:{QUEUE}"
BUS_ARN = f"arn:aws:events:{HUB_REGION}:{HUB.id}:event-bus/default"
FORWARDER = "picket-forward-events"


def build(cloud: "Cloud", now: datetime) -> None:
    """Make the queues, let the bus and the queue be written to, and put the rules."""
    _queues(cloud)
    bus = cloud.client("events", HUB, HUB_REGION)
    for account in ACCOUNTS:
        if account != HUB:
            bus.put_permission(Action="events:PutEvents", Principal=account.id, StatementId=f"from-{account.name}")
        iam = cloud.client("iam", account)
        iam.create_role(RoleName=FORWARDER, AssumeRolePolicyDocument=trust({"Service": "events.amazonaws.com"}))
        iam.put_role_policy(
            RoleName=FORWARDER, PolicyName=FORWARDER, PolicyDocument=policy("events:PutEvents", BUS_ARN)
        )
        for region in REGIONS:
            if (account, region) != FORGOTTEN:
                _rules(cloud, account, region)


def _queues(cloud: "Cloud") -> None:
    sqs = cloud.client("sqs", HUB, HUB_REGION)
    dead = sqs.create_queue(QueueName=DEAD_LETTER_QUEUE, Attributes={"MessageRetentionPeriod": "1209600"})
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 5}
    writers = {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE_ARN,
    }
    sqs.create_queue(
        QueueName=QUEUE,
        Attributes={
            "VisibilityTimeout": "30",
            "MessageRetentionPeriod": "1209600",
            "RedrivePolicy": json.dumps(redrive),
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [writers]}),
        },
    )


def _rules(cloud: "Cloud", account: Account, region: str) -> None:
    events = cloud.client("events", account, region)
    if (account, region) == (HUB, HUB_REGION):
        target = {"Id": "queue", "Arn": QUEUE_ARN}
    else:
        target = {"Id": "hub", "Arn": BUS_ARN, "RoleArn": role_arn(account, FORWARDER)}
    for name, pattern in RULES.items():
        events.put_rule(
            Name=name, EventPattern=json.dumps(pattern), Description="Security events on their way to Picket"
        )
        events.put_targets(Rule=name, Targets=[target])
