"""A long poll and the process that made it."""

import socket
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox.aws.request import administrator_key


def poll_and_die(cloud, account, url):
    """What a bot leaves behind that is killed while it polls: a request, and a closed connection."""
    request = AWSRequest(
        "POST",
        cloud.url,
        headers={"X-Amz-Target": "AmazonSQS.ReceiveMessage", "Content-Type": "application/x-amz-json-1.0"},
        data=f'{{"QueueUrl": "{url}", "WaitTimeSeconds": 20}}',
    )
    SigV4Auth(Credentials(administrator_key(account), "sandbox"), "sqs", "us-east-1").add_auth(request)
    prepared = request.prepare()
    head = "".join(f"{name}: {value}\r\n" for name, value in prepared.headers.items())
    host, port = cloud.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        body = prepared.body if isinstance(prepared.body, bytes) else prepared.body.encode()
        connection.sendall(f"POST / HTTP/1.1\r\nHost: {host}:{port}\r\n{head}\r\n".encode() + body)
        time.sleep(0.3)


def test_a_message_is_not_handed_to_a_process_that_was_killed(cloud, account):
    sqs = cloud.client("sqs", account)
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    poll_and_die(cloud, account, url)
    time.sleep(0.2)
    sqs.send_message(QueueUrl=url, MessageBody="after")

    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"]
    assert [message["Body"] for message in got] == ["after"]


def test_a_poll_waits_for_a_message_and_no_longer_than_it_asked(cloud, account):
    sqs = cloud.client("sqs", account)
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    began = time.monotonic()

    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    assert time.monotonic() - began > 0.9
