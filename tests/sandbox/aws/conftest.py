"""One cloud a module: empty, or with the company in it; each test of an empty one has an account of its own."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from sandbox.aws import Cloud

_numbers = itertools.count(200000000001)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud() as running:
        yield running


@pytest.fixture(scope="module")
def company() -> Iterator[Cloud]:
    with Cloud() as running:
        running.seed(datetime.now(UTC))
        yield running


@pytest.fixture
def account() -> str:
    return str(next(_numbers))


@pytest.fixture
def queue() -> Callable[..., Any]:
    """Makes a queue; the function it returns takes all messages out of it."""

    def make(cloud: Cloud, account: str, region: str = "us-east-1", name: str = "inbox") -> Any:
        sqs = cloud.client("sqs", account, region)
        url = sqs.create_queue(QueueName=name)["QueueUrl"]

        def take() -> list[str]:
            bodies = []
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    bodies.append(message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return bodies

        take.arn = f"arn:aws:sqs:{region}:{account}:{name}"  # type: ignore[attr-defined]
        take.url = url  # type: ignore[attr-defined]
        return take

    return make


@pytest.fixture
def as_bot() -> Callable[..., Any]:
    """Clients with the environment that the bot is given, in the role it assumes if one is named."""

    def client(cloud: Cloud, service: str, role_arn: str | None = None, **settings: Any) -> Any:
        environment = cloud.environment()
        session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_DEFAULT_REGION"],
        )
        if role_arn:
            sts = session.client("sts", endpoint_url=cloud.url)
            given = sts.assume_role(RoleArn=role_arn, RoleSessionName="picket", ExternalId="acme-picket")
            sts.close()
            session = boto3.Session(
                aws_access_key_id=given["Credentials"]["AccessKeyId"],
                aws_secret_access_key=given["Credentials"]["SecretAccessKey"],
                aws_session_token=given["Credentials"]["SessionToken"],
                region_name="us-east-1",
            )
        return session.client(service, endpoint_url=cloud.url, **settings)

    return client
