"""The loops that empty the queue and work off what it brought."""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from bot import alerts as life
from bot import relay
from bot.alerts import State
from bot.aws.queue import FULL, QueueMessage
from bot.errors import AwsDenied, AwsUnreachable, StoreBusy, StoreError
from bot.intake.consumer import bury, consume, receive
from bot.intake.work import TRIES, work, work_off
from bot.store import alerts, inbox
from tests.alerting import NOW, Clock, a_finding, an_alarm_event, an_alarm_message, eventbridge, in_sns, services
from tests.audit_builders import outgoing


@dataclass
class AQueue:
    """A queue that holds what a test put in, and what became of it."""

    waiting: list = field(default_factory=list)
    deleted: list = field(default_factory=list)
    dead: list = field(default_factory=list)
    dead_letter_url: str = "https://sqs/dead"
    failures: int = 0
    refuses: bool = False

    def put(self, event, number=1):
        body = event if isinstance(event, str) else json.dumps(event)
        self.waiting.append(QueueMessage(id=f"m{number}", receipt=f"r{number}", body=body))

    def receive(self, wait):
        if self.failures:
            self.failures -= 1
            raise AwsUnreachable("SQS does not answer.")
        came, self.waiting = self.waiting[:FULL], self.waiting[FULL:]
        return came

    def delete(self, receipts):
        self.deleted += receipts

    def dead_letter(self, body, why):
        if self.refuses:
            raise AwsDenied("Not that queue.", permission="sqs:SendMessage")
        self.dead.append((body, why))


@pytest.fixture(autouse=True)
def log():
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bot(tmp_path, clock):
    return services(tmp_path, clock)


@pytest.fixture
def queue():
    return AQueue()


def take_in(bot, queue):
    """All that each loop has to do now."""
    receive(bot, queue)
    while work_off(bot):
        pass
    bury(bot, queue)


def inboxed(bot):
    """How many wait to be worked on."""
    with bot.store.read() as tx:
        return inbox.waiting(tx)[0]


def kept(bot, statement="select outcome from events order by received_at, id"):
    with bot.store.read() as tx:
        return [row[0] for row in tx.execute(statement)]


def out(bot, kind="message"):
    return [row for row in outgoing(bot) if row["kind"] == kind]


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
    assert [row["text"].partition(":")[0] for row in out(bot)] == ["Resolved", "CloudWatch says that it is over"]


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
    ((body, why),) = queue.dead
    assert body == '{"detail": "unfinished'
    assert "not JSON" in why
    assert queue.deleted == ["r1"]


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


def test_a_message_waits_in_the_inbox_when_the_state_file_is_busy(bot, queue, monkeypatch):
    def busy(*_):
        raise StoreBusy("busy")

    queue.put(eventbridge(a_finding()))
    receive(bot, queue)
    with monkeypatch.context() as patch:
        patch.setattr(relay, "take", busy)
        for _ in range(TRIES + 1):
            with pytest.raises(StoreBusy):
                work_off(bot)
    assert (queue.dead, kept(bot), inboxed(bot)) == ([], [], 1)

    work_off(bot)
    assert (kept(bot), inboxed(bot)) == (["alert"], 0)


def test_a_message_stays_in_the_queue_when_it_cannot_be_kept(bot, queue, monkeypatch):
    def busy(*_):
        raise StoreBusy("busy")

    monkeypatch.setattr(inbox, "put", busy)
    queue.put(eventbridge(a_finding()))
    with pytest.raises(StoreBusy):
        receive(bot, queue)

    assert queue.deleted == []


def test_a_flood_is_kept_a_hundred_at_a_time(bot, queue):
    for number in range(125):
        queue.put(f"nonsense {number}", number)

    assert [receive(bot, queue) for _ in range(3)] == [100, 25, 0]
    assert inboxed(bot) == len(queue.deleted) == 125


def test_what_is_in_hand_is_kept_when_the_queue_fails_in_a_flood(bot, queue):
    for number in range(25):
        queue.put(f"nonsense {number}", number)
    queue.receive = Mock(side_effect=[queue.receive(0), AwsUnreachable("SQS does not answer.")])

    assert receive(bot, queue) == inboxed(bot) == len(queue.deleted) == 10


def test_a_message_that_comes_again_while_it_waits_is_kept_once(bot, queue):
    for _ in range(2):
        queue.put(eventbridge(a_finding()))
        receive(bot, queue)

    assert inboxed(bot) == 1
    assert queue.deleted == ["r1", "r1"]


@pytest.fixture
def fails(monkeypatch):
    """Picket fails on everything but what it says itself."""
    take = relay.take
    monkeypatch.setattr(relay, "take", lambda *given: take(*given) if given[2].source == "picket" else 1 / 0)


def try_often(bot, clock, times):
    for _ in range(times):
        work_off(bot)
        clock.pass_(minutes=1)


@pytest.mark.usefixtures("fails")
def test_a_message_that_picket_fails_on_is_tried_again_and_given_up_with_an_alert(bot, queue, clock, log):
    queue.put(eventbridge(a_finding()))
    receive(bot, queue)
    try_often(bot, clock, TRIES - 1)
    bury(bot, queue)
    assert (queue.dead, kept(bot), inboxed(bot)) == ([], [], 1)

    try_often(bot, clock, 1)
    bury(bot, queue)

    assert (kept(bot), inboxed(bot)) == (["poison"], 0)
    assert "ZeroDivisionError" in queue.dead[0][1]
    assert [line["tries"] for line in log if "failed on" in line["event"]] == [*range(1, TRIES + 1)]
    assert out(bot)[0]["text"].startswith("High: Picket cannot work on an event")


@pytest.mark.usefixtures("fails")
def test_a_message_that_picket_fails_on_is_not_tried_at_once(bot, queue):
    queue.put(eventbridge(a_finding()))
    receive(bot, queue)

    assert [work_off(bot) for _ in range(3)] == [1, 0, 0]


def test_what_a_failed_message_had_changed_is_taken_back_and_the_rest_of_its_batch_stays(bot, queue, monkeypatch):
    take = relay.take

    def late_failure(services, tx, signal):
        changed = take(services, tx, signal)
        assert "bitcoin" not in signal.type.lower()
        return changed

    monkeypatch.setattr(relay, "take", late_failure)
    for number, kind in enumerate(("Recon:EC2/Portscan", "CryptoCurrency:EC2/BitcoinTool.B", "Recon:EC2/PortProbe")):
        queue.put(eventbridge(a_finding(id=f"f{number}", type=kind), id=f"e{number}"), number)

    take_in(bot, queue)

    with bot.store.read() as tx:
        assert {each.type for each in alerts.find(tx, list(State))} == {"Recon:EC2/Portscan", "Recon:EC2/PortProbe"}
    assert (kept(bot), inboxed(bot)) == (["alert", "alert"], 1)


def test_a_message_is_never_lost_when_even_the_alert_about_it_fails(bot, queue, clock, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(relay, "take", lambda *_: 1 / 0)
        queue.put("nonsense")
        receive(bot, queue)
        try_often(bot, clock, TRIES + 2)
    bury(bot, queue)
    assert (queue.dead, kept(bot), inboxed(bot)) == ([], [], 1)

    try_often(bot, clock, 1)
    bury(bot, queue)
    assert (len(queue.dead), kept(bot), inboxed(bot)) == (1, ["malformed"], 0)


def test_a_failure_in_words_that_no_file_takes_is_given_up_like_any_other(bot, queue, clock, monkeypatch):
    take = relay.take

    def fail(*given):
        if given[2].source != "picket":
            raise ValueError("no name for \ud800")
        return take(*given)

    monkeypatch.setattr(relay, "take", fail)
    queue.put(eventbridge(a_finding()))
    receive(bot, queue)
    try_often(bot, clock, TRIES)
    bury(bot, queue)

    assert kept(bot) == ["poison"]
    assert "no name for ?" in queue.dead[0][1]


def test_a_dead_letter_that_is_not_taken_holds_up_nothing_and_is_sent_again(bot, queue, clock):
    queue.refuses = True
    queue.put("nonsense", 1)
    take_in(bot, queue)
    queue.put(eventbridge(a_finding()), 2)
    take_in(bot, queue)
    assert sorted(kept(bot)) == ["alert", "malformed"]

    queue.refuses = False
    bury(bot, queue)
    assert queue.dead == []
    clock.pass_(minutes=2)
    for _ in range(2):
        bury(bot, queue)
    assert [body for body, _ in queue.dead] == ["nonsense"]


def test_a_malformed_message_that_comes_again_is_told_and_buried_once(bot, queue):
    for _ in range(2):
        queue.put("nonsense")
        take_in(bot, queue)

    assert the_alert(bot).count == 1
    assert len(queue.dead) == 1


def test_one_bad_message_does_not_hold_up_the_others(bot, queue):
    queue.put("nonsense", 1)
    queue.put(eventbridge(a_finding()), 2)

    take_in(bot, queue)

    assert queue.deleted == ["r1", "r2"]
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
    assert inboxed(bot) == 1


def test_a_full_disk_is_no_fault_of_the_message_however_often_it_was_tried(bot, queue, monkeypatch):
    def full(_services, _tx, _signal):
        raise StoreError("The disk is full.")

    queue.put(eventbridge(a_finding()))
    receive(bot, queue)
    with monkeypatch.context() as patch:
        patch.setattr(relay, "take", full)
        for _ in range(TRIES + 1):
            with pytest.raises(StoreError):
                work_off(bot)
    assert (queue.dead, kept(bot)) == ([], [])

    work_off(bot)
    assert kept(bot) == ["alert"]


def test_what_is_committed_to_the_inbox_is_worked_on_at_once(bot, queue):
    stop = threading.Event()
    loop = threading.Thread(target=work, args=(bot, stop))
    loop.start()
    try:
        queue.put(eventbridge(a_finding()))
        receive(bot, queue)
        ends = time.monotonic() + 3
        while not kept(bot) and time.monotonic() < ends:
            time.sleep(0.01)
        assert kept(bot) == ["alert"]
    finally:
        stop.set()
        bot.store.wake()
        loop.join()


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


def test_what_was_received_before_a_crash_is_worked_on_after_it(bot, queue, tmp_path):
    queue.put(eventbridge(a_finding()))
    receive(bot, queue)
    bot.store.close()

    again = services(tmp_path)
    take_in(again, queue)

    assert (kept(again), inboxed(again)) == (["alert"], 0)


def test_an_event_is_known_again_after_a_restart(bot, queue, tmp_path):
    queue.put(eventbridge(a_finding()))
    take_in(bot, queue)
    bot.store.close()

    again = services(tmp_path)
    queue.put(eventbridge(a_finding()))
    take_in(again, queue)

    assert len(out(again)) == 1
    assert kept(again) == ["alert"]
