"""The three accounts of the company that the sandbox plays, and where its bot lives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """One AWS account of the organisation."""

    id: str
    name: str


PROD = Account("111122223333", "acme-prod")
DEV = Account("444455556666", "acme-dev")
LOG = Account("777788889999", "acme-log")
ACCOUNTS = (PROD, DEV, LOG)

MANAGEMENT = PROD
"""The company's first account, so the one that owns the organisation."""

HUB = LOG
"""Where the bot's own credentials and its queue live; it may list the organisation's accounts."""

HUB_REGION = "us-east-1"
REGIONS = ("us-east-1", "eu-west-1", "eu-north-1", "ap-southeast-2")
"""What each account has enabled; a call anywhere else is refused, as in a region not opted in to."""

READ_ROLE = "PicketRead"
REMEDIATION_ROLE = "PicketRemediate"
BOT_USER = "picket"
QUEUE = "picket-events"
DEAD_LETTER_QUEUE = "picket-events-dead-letter"
EXTERNAL_ID = "acme-picket"


def role_arn(account: Account, role: str) -> str:
    """The ARN of a role of this account."""
    return f"arn:aws:iam::{account.id}:role/{role}"


def queue_url(endpoint: str, name: str = QUEUE) -> str:
    """The address of one of the hub's queues at this endpoint."""
    return f"{endpoint}/{HUB.id}/{name}"
