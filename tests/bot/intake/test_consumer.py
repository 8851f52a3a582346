"""The loop that empties the queue."""

import json
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot import alerts as life
from bot import relay
from bot.alerts import State
from bot.aws.queue import QueueMessage
from bot.errors import AwsUnreachable, StoreBusy, StoreError
from bot.intake.consumer import TRIES, consume, take_in
from bot.store import alerts
from tests.alerting import NOW, Clock, a_finding, an_alarm_event, an_alarm_message, eventbridge, in_sns, services


@dataclass
class AQueue:
    """A queue that holds what a test put in, and what became of it."""

    waiting: list = field(default_factory=list)
    deleted: list = field(default_factory=list)
    dead: list = field(default_factory=list)
    dead_letter_url: str = "https://sqs/dead"
    failures: int = 0

    def put(self, event, number=1, received=1):
        body = event if isinstance(event, str) else json.dumps(event)
        message = QueueMessage(id=f"m{number}", receipt=f"r{number}", body=body, received_count=received, sent_at=NOW)
        self.waiting.append(message)

    def receive(self, wait):
        if self.failures:
            self.failures -= 1
            raise AwsUnreachable("SQS does not answer.")
        came, self.waiting = self.waiting, []
        return came

    def delete(self, receipts):
        self.deleted += receipts

    def dead_letter(self, message, why):
        self.dead.append((message.receipt, why))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bot(tmp_path, clock):
    return services(tmp_path, clock)


@pytest.fixture
def queue():
    return AQueue()


def kept(bot, statement="select outcome from events order by received_at, id"):
    with bot.store.read() as tx:
        return [row[0] for row in tx.execute(statement)]


def out(bot, kind="message"):
    with bot.store.read() as tx:
        return list(tx.query("select key, channel, text from outbox where kind = ? order by id", (kind,)))


def the_alert(bot):
    with bot.store.read() as tx:
        (found,) = alerts.find(tx, list(State))
    return found


def test_an_event_becomes_a_card_with_its_json_in_the_thread_and_is_taken_off(bot, queue):
    queue.put(eventbridge(a_finding()))

    take_in(bot, queue)

    alert = the_alert(bot)
    assert kept(bot) == ["alert"]
    (row,) = out(bot)
    assert (row["key"], row["channel"]) == (alert.key, "#alerts")
    assert row["text"].startswith("High: 198.51.100.23 is guessing")
    assert [file["key"] for file in out(bot, "file")] == [f"alert:{alert.id}:raw:guardduty"]
    assert queue.deleted == ["r1"]


def test_a_critical_goes_where_its_route_leads(bot, queue):
    queue.put(eventbridge(a_finding(severity=9.5)))

    take_in(bot, queue)

    assert [row["channel"] for row in out(bot)] == ["#critical"]


def test_an_event_that_comes_twice_is_told_once(bot, queue):
    queue.put(eventbridge(a_finding()), 1)
    queue.put(eventbridge(a_finding()), 2)

    take_in(bot, queue)

    assert kept(bot) == ["alert"]
    assert len(out(bot)) == 1
    assert queue.deleted == ["r1", "r2"]


def test_an_alarm_told_of_by_eventbridge_and_by_sns_is_one_card(bot, queue):
    queue.put(an_alarm_event(), 1)
    queue.put(in_sns(an_alarm_message()), 2)

    take_in(bot, queue)

    assert len(the_alert(bot).members) == 1
    assert len(out(bot)) == 1


def test_an_alarm_that_is_ok_again_resolves_its_card(bot, queue):
    queue.put(an_alarm_event("ALARM", at="08:30:00"), 1)
    queue.put(an_alarm_event("OK", "ALARM", at="08:40:00"), 2)

    take_in(bot, queue)

    assert the_alert(bot).state is State.RESOLVED
    assert [row["text"].partition(":")[0] for row in out(bot)] == ["High", "CloudWatch says that it is over"]


def test_an_alarm_and_its_end_in_the_wrong_order_leave_a_resolved_card(bot, queue):
    queue.put(an_alarm_event("OK", "ALARM", at="08:40:00"), 1)
    queue.put(an_alarm_event("ALARM", at="08:30:00"), 2)

    take_in(bot, queue)

    assert the_alert(bot).state is State.RESOLVED
    assert len(out(bot)) == 1


def test_an_ok_without_anything_open_is_kept_and_not_told(bot, queue):
    queue.put(an_alarm_event("OK", "INSUFFICIENT_DATA"))

    take_in(bot, queue)

    assert (kept(bot), out(bot)) == (["unchanged"], [])


def test_a_configuration_change_is_kept_with_the_reason_why_it_is_no_alert(bot, queue):
    queue.put({**an_alarm_event(), "detail-type": "CloudWatch Alarm Configuration Change"})

    take_in(bot, queue)

    assert kept(bot) == ["ignored"]
    assert "configuration" in kept(bot, "select why from events")[0]
    assert out(bot) == []


def test_an_unknown_event_is_shown(bot, queue):
    queue.put({"source": "aws.later", "detail-type": "Something New", "id": "1", "detail": {}})

    take_in(bot, queue)

    assert out(bot)[0]["text"].startswith("Medium: Something New from aws.later")


def test_a_malformed_event_is_kept_told_and_moved_to_the_dead_letter_queue(bot, queue):
    queue.put('{"detail": "unfinished')

    take_in(bot, queue)

    assert kept(bot) == ["malformed"]
    assert out(bot)[0]["text"].startswith("High: An event from AWS cannot be read")
    ((receipt, why),) = queue.dead
    assert receipt == "r1"
    assert "not JSON" in why


def test_many_malformed_events_are_one_card_that_counts_them(bot, queue):
    for number in range(3):
        queue.put(f"nonsense {number}", number)

    take_in(bot, queue)

    assert the_alert(bot).count == 3
    assert len(queue.dead) == 3


def test_without_a_dead_letter_queue_a_malformed_event_is_kept_and_taken_off(bot, queue):
    queue.dead_letter_url = ""
    queue.put("nonsense")

    take_in(bot, queue)

    assert (kept(bot), queue.deleted) == (["malformed"], ["r1"])


def test_a_message_stays_when_the_state_file_is_busy(bot, queue, monkeypatch):
    def busy(*_):
        raise StoreBusy("busy")

    monkeypatch.setattr(relay, "take", busy)
    queue.put(eventbridge(a_finding()), 1, received=TRIES + 1)
    take_in(bot, queue)

    assert (queue.deleted, queue.dead, kept(bot)) == ([], [], [])


def test_a_message_that_picket_fails_on_comes_again_and_is_given_up_with_an_alert(bot, queue, monkeypatch):
    take = relay.take
    monkeypatch.setattr(relay, "take", lambda *given: take(*given) if given[2].source == "picket" else 1 / 0)

    queue.put(eventbridge(a_finding()), received=TRIES - 1)
    take_in(bot, queue)
    assert (queue.deleted, queue.dead, kept(bot)) == ([], [], [])

    queue.put(eventbridge(a_finding()), received=TRIES)
    take_in(bot, queue)

    assert kept(bot) == ["poison"]
    assert "ZeroDivisionError" in queue.dead[0][1]
    assert out(bot)[0]["text"].startswith("High: Picket cannot work on an event")


def test_one_bad_message_does_not_hold_up_the_others(bot, queue):
    queue.put("nonsense", 1)
    queue.put(eventbridge(a_finding()), 2)

    take_in(bot, queue)

    assert queue.deleted == ["r2"]
    assert sorted(kept(bot)) == ["alert", "malformed"]


def test_the_loop_goes_on_when_aws_did_not_answer(bot, queue, monkeypatch):
    stop = threading.Event()
    waits = []
    monkeypatch.setattr(stop, "wait", waits.append)
    queue.failures = 2
    queue.put(eventbridge(a_finding()))
    monkeypatch.setattr(queue, "delete", lambda _: stop.set())

    consume(bot, queue, stop)

    assert 1 <= waits[0] <= 2 <= waits[1] <= 4
    assert kept(bot) == ["alert"]


def test_a_full_disk_is_no_fault_of_the_message_however_often_it_came(bot, queue, monkeypatch):
    def full(_services, _tx, _signal):
        raise StoreError("The disk is full.")

    queue.put(eventbridge(a_finding()), received=TRIES)
    with monkeypatch.context() as patch:
        patch.setattr(relay, "take", full)
        with pytest.raises(StoreError):
            take_in(bot, queue)
    assert (queue.deleted, queue.dead, kept(bot)) == ([], [], [])

    queue.put(eventbridge(a_finding()), received=TRIES + 1)
    take_in(bot, queue)
    assert kept(bot) == ["alert"]


def test_a_snooze_ends_aloud_with_what_happened_meanwhile(bot, queue, clock):
    queue.put(eventbridge(a_finding()))
    take_in(bot, queue)
    alert = the_alert(bot)
    relay.move(bot, alert.id, lambda it: life.snooze(it, "UANALYST", NOW + timedelta(hours=1), NOW))
    clock.pass_(minutes=30)
    service = {**a_finding()["service"], "count": 20}
    queue.put(eventbridge(a_finding(service=service, updatedAt="2026-11-25T09:20:00.000Z")))
    take_in(bot, queue)
    before = len(out(bot))

    relay.wake_due(bot)
    assert len(out(bot)) == before
    clock.pass_(minutes=31)
    relay.wake_due(bot)

    said = out(bot)
    assert the_alert(bot).key == f"alert:{alert.id}:card2" in [row["key"] for row in said]
    assert "8 times more" in said[-1]["text"]
    assert "its time has come" in said[-1]["text"]


def test_an_event_is_known_again_after_a_restart(bot, queue, tmp_path):
    queue.put(eventbridge(a_finding()))
    take_in(bot, queue)
    bot.store.close()

    again = services(tmp_path)
    queue.put(eventbridge(a_finding()))
    take_in(again, queue)

    assert len(out(again)) == 1
    assert kept(again) == ["alert"]
