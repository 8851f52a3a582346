"""SNS: a topic reaches a queue in another account, and an e-mail address waits to be confirmed."""

from typing import Any

from sandbox.aws.patch import Patch

PENDING = "PendingConfirmation"


def install(patch: Patch) -> None:
    """Deliver to the queue's own account; leave e-mail subscriptions pending."""
    from moto.sns.models import SNSBackend, Subscription
    from moto.sqs.models import sqs_backends

    @patch.around(Subscription, "publish")
    def publish(original: Any, subscription: Any, *args: Any, **kwargs: Any) -> None:
        if subscription.arn == PENDING:
            return
        if subscription.protocol != "sqs":
            original(subscription, *args, **kwargs)
            return
        _, _, _, region, account, queue = subscription.endpoint.split(":", 5)
        if queue not in sqs_backends[account][region].queues:
            return  # SNS drops what it cannot deliver
        owner, subscription.account_id = subscription.account_id, account
        try:
            original(subscription, *args, **kwargs)
        finally:
            subscription.account_id = owner

    @patch.around(SNSBackend, "subscribe")
    def subscribe(original: Any, backend: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
        known = backend._find_subscription(topic_arn, endpoint, protocol)
        subscription = known or original(backend, topic_arn, endpoint, protocol)
        if known is None and protocol in {"email", "email-json"}:
            del backend.subscriptions[subscription.arn]
            backend.subscriptions[f"{topic_arn}/{endpoint}"] = subscription
            subscription.arn = PENDING
        return subscription

    @patch.around(SNSBackend, "list_subscriptions_by_topic")
    def list_subscriptions_by_topic(_original: Any, backend: Any, topic_arn: str, next_token: str | None = None) -> Any:
        # moto tells subscriptions apart by their ARN, which is the same for all that are pending
        topic = backend.get_topic(topic_arn)
        of_topic = {key: one for key, one in backend.subscriptions.items() if one.topic is topic}
        return backend._get_values_nexttoken(of_topic, next_token)


def confirm(account: str, region: str, topic_arn: str, endpoint: str) -> None:
    """Do what the person does who clicks the link in the confirmation e-mail.

    Raises KeyError if that address has no pending subscription to the topic.
    """
    from moto.sns.models import sns_backends
    from moto.sns.utils import make_arn_for_subscription

    backend = sns_backends[account][region]
    subscription = backend.subscriptions.pop(f"{topic_arn}/{endpoint}")
    subscription.arn = make_arn_for_subscription(topic_arn)
    subscription.confirmed = True
    backend.subscriptions[subscription.arn] = subscription
