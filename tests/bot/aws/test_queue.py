"""The queue of events."""

import json

import pytest

from bot.aws.queue import Queue
from bot.errors import AwsError
from sandbox.aws.accounts import HUB


@pytest.fixture
def sqs(cloud):
    return cloud.client("sqs", HUB)


@pytest.fixture
def queue(sqs, sessions):
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    return Queue(sessions, sqs.create_queue(QueueName="events", Attributes={"RedrivePolicy": redrive})["QueueUrl"])


def send(sqs, queue, *bodies):
    for body in bodies:
        sqs.send_message(QueueUrl=queue.url, MessageBody=body)


def show(sqs, queue, message):
    """End the time for which SQS hides what it handed out."""
    sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=message.receipt, VisibilityTimeout=0)


def test_messages_come_ten_at_most(sqs, queue):
    send(sqs, queue, *(str(number) for number in range(12)))

    messages = queue.receive(wait=0)

    assert len({message.body for message in messages}) == len({message.id for message in messages}) == 10


def test_what_is_deleted_does_not_come_again(sqs, queue):
    send(sqs, queue, *(str(number) for number in range(12)))
    receipts = [message.receipt for _ in range(2) for message in queue.receive(wait=0)]

    queue.delete(receipts)

    left = sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])["Attributes"]
    assert len(receipts) == 12
    assert left["ApproximateNumberOfMessages"] == left["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_nothing_to_delete_calls_nobody(cloud, queue):
    queue.delete([])

    assert "sqs:DeleteMessageBatch" not in cloud.calls.count()


def test_a_message_that_could_not_be_deleted_is_named(queue):
    with pytest.raises(AwsError, match="1 of 1"):
        queue.delete(["no-such-receipt"])


def test_a_message_that_was_not_taken_off_comes_again_by_the_same_id(sqs, queue):
    send(sqs, queue, "later")
    (message,) = queue.receive(wait=0)
    assert queue.receive(wait=0) == []

    show(sqs, queue, message)

    (again,) = queue.receive(wait=1)
    assert (again.id, again.body) == (message.id, "later")


def test_poison_goes_to_the_dead_letter_queue_with_the_reason(sqs, queue):
    queue.dead_letter("{poison", "it is not JSON")

    (dead,) = sqs.receive_message(QueueUrl=queue.dead_letter_url, MessageAttributeNames=["All"])["Messages"]
    assert dead["Body"] == "{poison"
    assert dead["MessageAttributes"]["picket-reason"]["StringValue"] == "it is not JSON"


def test_poison_as_large_as_a_queue_takes_goes_without_the_reason(sqs, queue):
    queue.dead_letter("x" * 262_144, "it is not JSON")

    (dead,) = sqs.receive_message(QueueUrl=queue.dead_letter_url, MessageAttributeNames=["All"])["Messages"]
    assert len(dead["Body"]) == 262_144
    assert "MessageAttributes" not in dead


def test_without_a_dead_letter_queue_poison_has_nowhere_to_go(sqs, sessions):
    queue = Queue(sessions, sqs.create_queue(QueueName="alone")["QueueUrl"])

    with pytest.raises(AwsError, match="redrive"):
        queue.dead_letter("{poison", "it is not JSON")


def test_a_queue_that_is_not_there_is_told_in_words(sqs, sessions):
    with pytest.raises(AwsError, match="ReceiveMessage"):
        Queue(sessions, f"{sqs.meta.endpoint_url}/{HUB.id}/nowhere").receive(wait=0)


def test_the_queue_is_called_in_the_region_of_its_address(sessions):
    queue = Queue(sessions, "https://sqs.eu-north-1.amazonaws.com/777788889999/picket-events")

    assert queue._client.meta.region_name == "eu-north-1"
