"""A flood of events, by the real loops, into a workspace."""

import json
import threading
from datetime import UTC, datetime
from itertools import count

import pytest
from slack_sdk import WebClient

from bot import relay, rollup
from bot.aws.queue import FULL, QueueMessage
from bot.delivery.outbox import Outbox
from bot.delivery.slack import Slack
from bot.intake.consumer import receive
from bot.intake.work import work
from bot.store import inbox
from bot.store import storms as stored
from sandbox.slack import Workspace
from tests.alerting import a_finding, eventbridge, services

EVENTS = 1_000
CRITICALS = (100, 500, 999)


class Flood:
    """A queue with findings about as many machines, of which a few are critical."""

    def __init__(self):
        self.bodies = [self._body(number) for number in range(EVENTS)]

    def _body(self, number):
        finding = a_finding(id=f"f{number}", severity=9.5 if number in CRITICALS else 5)
        instance = {**finding["resource"]["instanceDetails"], "instanceId": f"i-{number:017x}"}
        finding["resource"] = {**finding["resource"], "instanceDetails": instance}
        return json.dumps(eventbridge(finding, id=f"e{number}"))

    def receive(self, wait):
        came, self.bodies = self.bodies[:FULL], self.bodies[FULL:]
        left = len(self.bodies)
        return [QueueMessage(id=f"m{left}-{n}", receipt=f"r{n}", body=body) for n, body in enumerate(came)]

    def delete(self, receipts):
        pass


@pytest.fixture
def workspace():
    with Workspace(rate_scale=None) as workspace:
        yield workspace


@pytest.fixture
def bot(tmp_path, workspace):
    numbers = count(1)
    made = services(
        tmp_path,
        lambda: datetime.now(UTC),
        WebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=5, retry_handlers=[]),
        storms={"cards": 2},
        routes=[{"channel": "#security-critical", "severity": "critical"}, {"channel": "#security-alerts"}],
    )
    made.new_id = lambda: f"s{next(numbers)}"
    return made


@pytest.fixture
def running(bot):
    """The loops that work off the inbox and deliver."""
    stop = threading.Event()
    loops = [
        threading.Thread(target=work, args=(bot, stop)),
        threading.Thread(target=Outbox(bot, Slack(bot.slack), relay.draw).run, args=(stop,)),
    ]
    for loop in loops:
        loop.start()
    yield
    stop.set()
    bot.store.wake()
    for loop in loops:
        loop.join()


def test_every_event_of_a_flood_is_accounted_for_in_one_message_and_its_file(bot, running, workspace):
    queue = Flood()
    while queue.bodies:
        receive(bot, queue)

    def worked_off():
        with bot.store.read() as tx:
            return inbox.waiting(tx)[0] == 0

    workspace.wait_for(worked_off, 30)
    rollup.tend(bot)
    with bot.store.read() as tx:
        (storm,) = stored.running(tx)
        tally = stored.tally(tx, storm.id)
        (known,) = tx.execute("select count(*) from alerts").fetchone()
    said = f"Storm: {tally.total:,} alerts"
    workspace.wait_for(lambda: any(m["text"].startswith(said) for m in workspace.messages("CALERTS01")), 10)
    workspace.wait_for(
        lambda: sum(m["text"].startswith("Critical") for m in workspace.messages("CCRITICAL")) == len(CRITICALS), 10
    )

    assert known == EVENTS
    assert tally.total + 2 + len(CRITICALS) == EVENTS
    assert rollup.csv_file(bot, storm.key).content.count(b"\r\n") == 1 + tally.total
    assert len([m for m in workspace.messages("CALERTS01") if "Storm" in m["text"]]) == 1
