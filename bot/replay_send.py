"""Use case: events from files into the state file of the settings, and what they say to Slack.

Into the state file, because the buttons of a card work only for a Picket that knows its alert. Where the service
runs, that delivers; where it does not, the outbox is emptied here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_sdk import WebClient

from bot import relay
from bot.aws.sessions import Sessions
from bot.config import Settings
from bot.delivery.outbox import Outbox
from bot.delivery.slack import Slack
from bot.errors import StoreError
from bot.messages.text import count
from bot.replay import Replay
from bot.rights import Rights
from bot.services import Services
from bot.store import Store, outbox

_LONGEST = 120.0
"""Seconds to wait for Slack."""


@dataclass(slots=True)
class Sent:
    """A run, and at its end how it went."""

    run: Replay
    began: datetime
    left: int = 0

    def said(self) -> str:
        """What was posted, in a line or two."""
        cards = dict(self.run.channels)
        if not cards:
            return "Nothing was posted: no event became an alert."
        with self.run.services.store.read() as tx:
            posted = sum(outbox.place(tx, key) is not None for key in cards)
            failed, why = outbox.given_up(tx, self.began)
        words = f"{count(posted, 'card')} of {len(cards)} in Slack, in {', '.join(sorted(set(cards.values())))}."
        if failed:
            words += f" Slack refused {count(failed, 'message')}: {why}."
        if self.left:
            words += f" {count(self.left, 'message')} still wait; Picket posts them when it runs."
        return words


@contextmanager
def sending(settings: Settings) -> Iterator[Sent]:
    """A run whose alerts stay; when the block ends, all that they say is posted, as far as Slack takes it in time.

    Raises StoreError when the state file cannot be used.
    """
    client = WebClient(
        token=settings.slack.bot_token.get_secret_value(),
        base_url=settings.slack.api_url,
        timeout=10,
        retry_handlers=[],
    )
    services = Services(
        settings=settings,
        store=Store(settings.store.path),
        rights=Rights(settings.rights, lambda _group: frozenset()),
        slack=client,
        aws=Sessions.of(settings.aws),
        now=lambda: datetime.now(UTC),
        new_id=lambda: "replay",
    )
    sent = Sent(Replay(services=services), services.now())
    try:
        yield sent
        sent.left = _deliver(services, client)
    finally:
        services.store.close()


def _deliver(services: Services, client: WebClient) -> int:
    """Empty the outbox, or let the service that runs do so; returns how many rows are left."""
    try:
        with services.store.alone(wait=0):
            stop = threading.Event()
            loop = threading.Thread(target=Outbox(services, Slack(client), relay.draw).run, args=(stop,))
            loop.start()
            try:
                return _wait(services)
            finally:
                stop.set()
                services.store.wake()
                loop.join()
    except StoreError:
        return _wait(services)


def _wait(services: Services) -> int:
    ends = time.monotonic() + _LONGEST
    while True:
        with services.store.read() as tx:
            left, _ = outbox.waiting(tx)
        if left == 0 or time.monotonic() >= ends:
            return left
        time.sleep(0.1)
