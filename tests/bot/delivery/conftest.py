"""An outbox that delivers into a workspace."""

import threading
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot import config
from bot.delivery.outbox import Outbox
from bot.delivery.pacing import Pace
from bot.delivery.slack import Slack
from bot.messages.text import Message
from bot.rights import Rights
from bot.services import Services
from bot.store import Store, outbox
from sandbox.slack import Workspace

ANY = Pace(100, 100)


@pytest.fixture
def workspace():
    with Workspace(rate_scale=None) as workspace:
        yield workspace


@pytest.fixture
def services(tmp_path, workspace):
    settings = config.Settings(
        slack=config.Slack(bot_token=workspace.bot_token, app_token=workspace.app_token, api_url=workspace.api_url),
        routes=(config.Route(channel="#security-alerts"),),
    )
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=2, retry_handlers=[])
    return Services(
        settings=settings,
        store=Store(tmp_path / "picket.db"),
        rights=Rights(settings.rights, lambda _: frozenset()),
        slack=client,
        aws=None,
        now=lambda: datetime.now(UTC),
        new_id=lambda: "id",
    )


@pytest.fixture
def drawn():
    """The keys of the cards that were drawn, in order; each says which drawing it is."""
    return []


@pytest.fixture
def deliver(services, drawn):
    """Run an outbox until the test ends, or until it is called again: a new process on the same state."""

    def draw(_services, _tx, key, _channel):
        drawn.append(key)
        text = f"{key}, drawing {drawn.count(key)}"
        return Message(text, [{"type": "section", "text": {"type": "mrkdwn", "text": text}}])

    running = []

    def stop():
        for event, thread in running:
            event.set()
            services.store.wake()
            thread.join()
        running.clear()

    def start(pace=ANY):
        stop()
        event = threading.Event()
        outbox = Outbox(services, Slack(services.slack), draw, pace)
        thread = threading.Thread(target=outbox.run, args=(event,))
        thread.start()
        running.append((event, thread))

    yield start
    stop()


@pytest.fixture
def say(services):
    def say(key, text, channel="#security-alerts", parent=None):
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
        with services.store.write() as tx:
            outbox.message(tx, key, channel, text, blocks, services.now(), parent=parent)

    return say


@pytest.fixture
def idle(services, workspace):
    """Wait until nothing waits in the outbox."""

    def idle(timeout=10):
        def empty():
            with services.store.read() as tx:
                return outbox.waiting(tx)[0] == 0

        workspace.wait_for(empty, timeout)

    return idle
