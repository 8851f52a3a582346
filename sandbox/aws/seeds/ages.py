"""Ages that no API can give: when a user, a key, a volume or a certificate was made and last used."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.aws.accounts import Account


def ago(now: datetime, days: float, hours: float = 0) -> datetime:
    """The moment so long before now."""
    return now - timedelta(days=days, hours=hours)


def naive(moment: datetime) -> datetime:
    """The same moment as moto's IAM and EC2 keep it: UTC without saying so, in whole seconds."""
    return moment.replace(tzinfo=None, microsecond=0)


def iam(account: Account) -> Any:
    """Moto's IAM of an account."""
    from moto.iam.models import iam_backends

    return iam_backends[account.id]["aws"]


def user(account: Account, name: str, created: datetime, signed_in: datetime | None = None) -> None:
    """Say when a user was created, and last signed in to the console."""
    known = iam(account).users[name]
    known.create_date = naive(created)
    known.password_last_used = naive(signed_in) if signed_in else None


def access_key(
    account: Account,
    key_id: str,
    created: datetime,
    used: datetime | None = None,
    service: str = "s3",
    region: str = "us-east-1",
) -> None:
    """Say when an access key was created, and last used for what."""
    from moto.iam.models import AccessKeyLastUsed

    key = iam(account).access_keys[key_id]
    key.create_date = naive(created)
    key.last_used = AccessKeyLastUsed(naive(used), service, region) if used else None


def ssh_key(account: Account, user_name: str, uploaded: datetime) -> None:
    """Say when a user's SSH public keys were uploaded."""
    for key in iam(account).users[user_name].ssh_public_keys:
        key.upload_date = naive(uploaded)


def key_pair(account: Account, region: str, name: str, created: datetime) -> None:
    """Say when an EC2 key pair was created."""
    from moto.ec2.models import ec2_backends

    ec2_backends[account.id][region].key_pairs[name].create_time = naive(created)


def bucket(account: Account, name: str, created: datetime) -> None:
    """Say when a bucket was created."""
    from moto.s3.models import s3_backends

    s3_backends[account.id]["aws"].buckets[name].creation_date = created


def trail(account: Account, region: str, name: str, started: datetime) -> None:
    """Say when a trail was last started."""
    from moto.cloudtrail.models import cloudtrail_backends

    cloudtrail_backends[account.id][region].trails[name].status.started = naive(started)
