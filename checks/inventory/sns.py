"""SNS: topics, and who hears what is published to them."""

from __future__ import annotations

from dataclasses import dataclass

from checks.inventory import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscription of a topic."""

    arn: str
    """Or a word in its place: `PendingConfirmation`, `Deleted`."""
    protocol: str
    endpoint: str = ""

    @property
    def address(self) -> str:
        """The endpoint, where it may be shown: an address or an ARN, not a web hook, which may hold a secret."""
        return "" if "://" in self.endpoint else self.endpoint

    @property
    def confirmed(self) -> bool:
        """Whether anything reaches it."""
        return self.arn.startswith("arn:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic that an alarm publishes to; one that is gone has no subscriptions."""

    arn: str
    region: str
    subscriptions: tuple[Subscription, ...] | Gap
