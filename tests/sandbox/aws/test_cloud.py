"""The cloud as a whole: who gets in, what is logged, what can be made to go wrong, starting and stopping."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.aws import Cloud

pytestmark = pytest.mark.xdist_group("sandbox-aws-cloud")
AsBot = Callable[..., Any]
LISTS = [
    ("acm", "list_certificates"),
    ("cloudfront", "list_distributions"),
    ("cloudwatch", "describe_alarms"),
    ("ec2", "describe_vpcs"),
    ("guardduty", "list_detectors"),
    ("iam", "list_users"),
    ("lambda", "list_functions"),
    ("s3", "list_buckets"),
    ("sqs", "list_queues"),
]


@pytest.fixture(autouse=True)
def no_faults(cloud: Cloud) -> None:
    cloud.faults.clear()
    cloud.calls.clear()


def test_the_environment_is_all_that_an_aws_tool_needs(cloud: Cloud, as_bot: AsBot) -> None:
    assert cloud.environment()["AWS_ENDPOINT_URL"] == cloud.url
    identity = as_bot(cloud, "sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::777788889999:user/picket"


def test_unknown_and_inactive_keys_are_refused(cloud: Cloud, as_bot: AsBot, account: str) -> None:
    iam = cloud.client("iam", account)
    iam.create_user(UserName="anna")
    key = iam.create_access_key(UserName="anna")["AccessKey"]["AccessKeyId"]
    settings = {"aws_secret_access_key": "x"}

    assert as_bot(cloud, "sts", aws_access_key_id=key, **settings).get_caller_identity()["Account"] == account
    iam.update_access_key(UserName="anna", AccessKeyId=key, Status="Inactive")
    for unwelcome in (key, "AKIAUNKNOWN000000000"):
        for service, operation in LISTS:
            with pytest.raises(
                ClientError, match=r"InvalidClientTokenId|UnrecognizedClient|AuthFailure|InvalidAccessKeyId"
            ):
                getattr(as_bot(cloud, service, aws_access_key_id=unwelcome, **settings), operation)()


def test_each_call_is_logged_with_its_account_and_not_the_sandbox_s_own(cloud: Cloud, as_bot: AsBot) -> None:
    cloud.client("iam").list_users()
    for service, operation in LISTS:
        getattr(as_bot(cloud, service), operation)()
    assert cloud.calls.count(account="777788889999") == dict.fromkeys(
        (
            "acm:ListCertificates",
            "cloudfront:ListDistributions",
            "cloudwatch:DescribeAlarms",
            "ec2:DescribeVpcs",
            "guardduty:ListDetectors",
            "iam:ListUsers",
            "lambda:ListFunctions",
            "s3:ListBuckets",
            "sqs:ListQueues",
        ),
        1,
    )
    assert cloud.calls.count(account="111122223333") == {}


@pytest.mark.parametrize(("service", "operation"), LISTS)
def test_each_protocol_says_that_it_was_denied(cloud: Cloud, as_bot: AsBot, service: str, operation: str) -> None:
    cloud.faults.deny(service)
    with pytest.raises(ClientError) as caught:
        getattr(as_bot(cloud, service), operation)()
    assert caught.value.response["Error"]["Code"] in {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
    }
    assert "user/picket is not authorized to perform" in str(caught.value)


@pytest.mark.parametrize(("service", "operation"), LISTS)
def test_each_protocol_throttles_so_that_boto3_tries_again(
    cloud: Cloud, as_bot: AsBot, service: str, operation: str
) -> None:
    cloud.faults.throttle(service, times=1)
    getattr(as_bot(cloud, service, config=Config(retries={"mode": "standard"})), operation)()
    assert len(cloud.calls) == 2


def test_a_fault_can_be_of_one_operation_account_and_region(cloud: Cloud, as_bot: AsBot) -> None:
    cloud.faults.deny("ec2", "DescribeVpcs", account="777788889999", region="eu-west-1")
    as_bot(cloud, "ec2").describe_vpcs()
    there = as_bot(cloud, "ec2", region_name="eu-west-1")
    there.describe_subnets()
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        there.describe_vpcs()


def test_what_the_sandbox_lacks_is_said_and_not_tried_again(cloud: Cloud, as_bot: AsBot) -> None:
    with pytest.raises(ClientError, match=r"\(NotImplemented\).*lookup_events"):
        as_bot(cloud, "cloudtrail").lookup_events()
    assert len(cloud.calls) == 1


def test_an_internal_error_is_one(cloud: Cloud, as_bot: AsBot) -> None:
    cloud.faults.fail("iam", times=None)
    with pytest.raises(ClientError, match="InternalFailure"):
        as_bot(cloud, "iam", config=Config(retries={"max_attempts": 0})).list_users()


def test_a_region_that_is_down_drops_the_connection(cloud: Cloud, as_bot: AsBot) -> None:
    cloud.faults.down("eu-west-1")
    once = Config(retries={"max_attempts": 0}, read_timeout=20)
    begun = time.monotonic()
    with pytest.raises(BotoCoreError):
        as_bot(cloud, "ec2", region_name="eu-west-1", config=once).describe_vpcs()
    assert time.monotonic() - begun < 10
    as_bot(cloud, "ec2").describe_vpcs()


def test_latency_slows_the_bot_and_not_the_sandbox(cloud: Cloud, as_bot: AsBot) -> None:
    cloud.faults.latency = 0.3
    begun = time.monotonic()
    as_bot(cloud, "sts").get_caller_identity()
    assert time.monotonic() - begun >= 0.3


def test_a_long_poll_holds_nobody_up(cloud: Cloud, as_bot: AsBot) -> None:
    sqs = as_bot(cloud, "sqs")
    url = sqs.create_queue(QueueName="slow")["QueueUrl"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=10)
        time.sleep(0.2)
        as_bot(cloud, "iam").list_users()
        assert not waiting.done()
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        assert waiting.result(timeout=9)["Messages"][0]["Body"] == "hello"


def test_reads_and_writes_from_many_threads_do_not_disturb_each_other(cloud: Cloud, account: str) -> None:
    iam = cloud.client("iam", account)

    def both(number: int) -> None:
        iam.create_user(UserName=f"user-{number}")
        iam.get_account_authorization_details()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, range(40)))
    assert len(iam.list_users()["Users"]) == 40


def test_only_one_cloud_runs_in_a_process(cloud: Cloud) -> None:
    with pytest.raises(RuntimeError, match="another sandbox AWS"):
        Cloud().start()
