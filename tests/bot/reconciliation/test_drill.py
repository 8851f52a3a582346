"""A drill goes from AWS to Slack, and is missed by its time when the way is broken."""

import json
import threading
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot import drill
from bot.alerts import Ignored, State
from bot.aws import drilling, queue
from bot.aws.permissions import service_policy
from bot.aws.sessions import Access
from bot.cli import cli
from bot.intake.parse import parse
from bot.messages import drill as words
from bot.schedule import Schedule
from bot.store import drills, outbox
from sandbox.aws.accounts import HUB, HUB_REGION
from tests.alerting import NOW

RULE = "picket-events"


@pytest.fixture
def watch(watch):
    watch.services.new_id = iter(f"drill{number}" for number in range(100)).__next__
    return watch


def ask(watch):
    with watch.services.store.write() as tx:
        drill.request(watch.services, tx)
    drill.tend(watch.services)


def last(watch):
    with watch.services.store.read() as tx:
        return drills.latest(tx)


def post(watch):
    """Slack takes all that waits."""
    with watch.services.store.write() as tx:
        tx.execute("update outbox set sent_at = ? where sent_at is null", (watch.clock().isoformat(),))


def said(watch, key=drill.KEY):
    with watch.services.store.read() as tx:
        return list(tx.query("select * from outbox where key = ? order by id", (key,)))


def come_through(watch):
    watch.receive()
    drill.tend(watch.services)
    post(watch)
    drill.tend(watch.services)


@pytest.fixture
def closed(watch):
    """The rule lets nothing through."""
    events = watch.cloud.client("events", HUB, HUB_REGION)
    events.disable_rule(Name=RULE)
    yield events
    events.enable_rule(Name=RULE)


def test_a_drill_passes_every_station_and_calls_nobody(watch):
    ask(watch)
    come_through(watch)

    passed = last(watch)
    assert passed.sent_at <= passed.received_at <= passed.taken_at <= passed.posted_at
    assert passed.failed_at is None
    assert "picket.drill" in passed.how
    assert watch.alerts("picket") == []
    (message,) = said(watch)
    assert message["channel"] == "#alerts"
    assert "edits this message" in message["body_json"]


def test_the_next_drill_edits_the_message_of_the_one_before(watch):
    for _ in range(3):
        watch.clock.pass_(days=1)
        ask(watch)
        come_through(watch)

    assert {row["key"] for row in said(watch)} == {drill.KEY}
    assert last(watch).id == "drill2"


def test_a_drill_whose_rule_is_gone_is_missed_in_time_and_by_another_way(watch, closed):
    ask(watch)
    watch.receive()
    watch.clock.pass_(minutes=9)
    drill.tend(watch.services)
    assert watch.alerts("picket") == []

    watch.clock.pass_(minutes=2)
    drill.tend(watch.services)

    alert = watch.alert("picket")
    assert alert.state is State.OPEN
    assert "did not come off the queue within 10 min" in alert.facts["what"]
    assert "did not come off the queue" in words.standing(last(watch))


def test_every_further_drill_that_is_lost_counts_on_the_same_card_and_one_that_passes_ends_it(watch, closed):
    for _ in range(2):
        ask(watch)
        watch.clock.pass_(minutes=11)
        drill.tend(watch.services)
    assert (watch.alert("picket").count, watch.alert("picket").cards) == (2, 1)

    closed.enable_rule(Name=RULE)
    ask(watch)
    come_through(watch)

    assert watch.alert("picket").state is State.RESOLVED


def test_a_drill_that_comes_late_ends_its_alert_and_is_said_to_be_late(watch):
    ask(watch)
    watch.clock.pass_(minutes=11)
    drill.tend(watch.services)
    assert watch.alert("picket").state is State.OPEN

    come_through(watch)

    assert watch.alert("picket").state is State.RESOLVED
    assert "late" in words.standing(last(watch))


def test_a_drill_that_slack_does_not_take_is_lost_at_that_station(watch):
    ask(watch)
    watch.receive()
    drill.tend(watch.services)
    watch.clock.pass_(minutes=11)
    drill.tend(watch.services)

    assert "Slack did not take its message" in watch.alert("picket").facts["what"]


def test_a_drill_that_may_not_be_sent_says_what_is_needed(watch):
    watch.cloud.faults.deny("events", "PutEvents")
    ask(watch)

    alert = watch.alert("picket")
    assert "events:PutEvents" in alert.facts["what"]
    assert last(watch).sent_at is None
    assert drill.tend(watch.services) is False


def test_a_bus_that_is_not_there_is_an_error_in_words(watch, monkeypatch):
    client = watch.services.aws.client("", "events", HUB_REGION, Access.SERVICE)
    answer = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "Try later."}]}
    monkeypatch.setattr(client, "put_events", lambda **_: answer)
    ask(watch)

    assert "InternalFailure: Try later." in watch.alert("picket").facts["what"]


def test_a_restart_sends_nothing_twice_and_watches_on(watch):
    ask(watch)
    sent = last(watch)
    for _ in range(3):
        drill.tend(watch.services)
    assert watch.queue.backlog() == 1
    assert last(watch) == sent


def test_one_that_was_sent_twice_by_a_crash_is_one_drill(watch):
    ask(watch)
    drill.send(last(watch), watch.services.settings, watch.services.aws, watch.services.now)
    come_through(watch)

    assert len(said(watch)) == 1
    with watch.services.store.read() as tx:
        assert tx.execute("select count(*) from events").fetchone()[0] == 1


def test_the_schedule_asks_for_one_a_day_and_only_where_there_is_a_queue(watch):
    schedule = Schedule(watch.services)
    schedule._claim_the_past()
    watch.clock.pass_(days=1)
    schedule.tick()
    schedule.tick()

    with watch.services.store.read() as tx:
        assert tx.execute("select count(*) from drills").fetchone()[0] == 1

    settings = watch.services.settings
    none = settings.model_copy(update={"aws": settings.aws.model_copy(update={"queue_url": ""})})
    watch.services.settings = none
    watch.clock.pass_(days=1)
    schedule.tick()
    with watch.services.store.read() as tx:
        assert tx.execute("select count(*) from drills").fetchone()[0] == 1


@pytest.mark.parametrize("detail", [{}, {"drill": ["x"]}, {"drill": ""}, "drill", None])
def test_the_event_of_nobodys_drill_is_no_alert(detail):
    event = {"source": "picket.drill", "detail-type": "Picket Drill", "id": "e1", "detail": detail}

    (told,) = parse(json.dumps(event), NOW)

    assert isinstance(told, Ignored)
    assert not told.event_id.startswith("drill:")


def test_the_own_role_may_do_what_drills_and_the_queue_need_and_enter_the_roles(watch):
    watch.cloud.calls.clear()
    ask(watch)
    come_through(watch)

    policy = service_policy(watch.services.settings.aws)
    own, enters = policy["Statement"]
    assert set(own["Action"]) == {*queue.ACTIONS, *drilling.ACTIONS}
    assert enters["Resource"] == ["arn:aws:iam::*:role/PicketRead"]
    called = {call.replace("Batch", "") for call in watch.cloud.calls.count() if not call.startswith("sts:")}
    assert called <= set(own["Action"])


@pytest.fixture
def sampling(watch):
    """Drills are sample findings, for which the service's own role is allowed what it needs."""
    iam, guardduty = (watch.cloud.client(service, HUB, HUB_REGION) for service in ("iam", "guardduty"))
    allowed = {"Effect": "Allow", "Action": list(drilling.SAMPLING), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    group = {"GroupName": "security-tooling", "PolicyName": "samples"}
    iam.put_group_policy(**group, PolicyDocument=document)
    made = [] if guardduty.list_detectors()["DetectorIds"] else [guardduty.create_detector(Enable=True)["DetectorId"]]
    settings = watch.services.settings
    drills_ = settings.drill.model_copy(update={"sample_finding": True})
    watch.services.settings = settings.model_copy(update={"drill": drills_})
    yield guardduty
    iam.delete_group_policy(**group)
    for detector in made:
        guardduty.delete_detector(DetectorId=detector)


def test_a_sample_finding_is_a_drill_and_no_alert_and_is_archived(watch, sampling):
    for _ in range(2):
        watch.clock.now = datetime.now(NOW.tzinfo)
        ask(watch)
        come_through(watch)

    assert "a sample finding of GuardDuty" in last(watch).how
    assert "a sample finding of GuardDuty" in said(watch)[-1]["body_json"]
    assert last(watch).posted_at
    assert watch.alerts("guardduty") == []
    detector = sampling.list_detectors()["DetectorIds"][0]
    with watch.services.store.read() as tx:
        ids = [row[0] for row in tx.execute("select finding from drills")]
    found = sampling.get_findings(DetectorId=detector, FindingIds=ids)["Findings"]
    assert [one["Service"]["Archived"] for one in found] == [True, True]


def test_a_sample_finding_that_nobody_drilled_with_is_a_card_that_says_sample(watch, sampling):
    detector = sampling.list_detectors()["DetectorIds"][0]
    sampling.create_sample_findings(DetectorId=detector, FindingTypes=[drilling.SAMPLE])
    watch.receive()

    assert watch.alert("guardduty").sample


def test_where_guardduty_may_not_be_asked_for_one_the_event_is_sent_and_says_why(watch):
    settings = watch.services.settings
    drills_ = settings.drill.model_copy(update={"sample_finding": True})
    watch.services.settings = settings.model_copy(update={"drill": drills_})
    ask(watch)
    come_through(watch)

    assert last(watch).how.startswith("an event of source picket.drill")
    assert "AWS refused guardduty:ListDetectors" in last(watch).how
    assert last(watch).posted_at


def test_what_the_command_sent_is_not_forgotten_by_who_saw_it_come_first(watch):
    begun = drill.begun(watch.services.settings, "d1", "the command line", watch.clock())
    with watch.services.store.write() as tx:
        drills.save(tx, begun)
    sent = drill.send(begun, watch.services.settings, watch.services.aws, watch.services.now)
    come_through(watch)
    with watch.services.store.write() as tx:
        drills.note(tx, sent.id, how=sent.how, sample=sent.sample, sent_at=sent.sent_at)

    assert last(watch).sent_at
    assert last(watch).taken_at
    assert last(watch).posted_at


@pytest.fixture
def config(watch, tmp_path):
    path = tmp_path / "picket.toml"
    path.write_text(
        f'[aws]\nqueue_url = "{watch.cloud.queue_url}"\n[store]\npath = "{tmp_path}/picket.db"\n[drill]\nminutes = 1\n',
        encoding="utf-8",
    )
    return str(path)


class Running:
    """A Picket that runs on the state file: it takes in, tends its drills, and Slack takes what it says."""

    def __init__(self, watch):
        self.watch = watch
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.lock = self.watch.services.store.alone()
        self.lock.__enter__()
        self.thread.start()

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.lock.__exit__(None, None, None)

    def _run(self):
        self.watch.services.now = lambda: datetime.now(NOW.tzinfo)
        while not self.stop.wait(0.05):
            self.watch.receive()
            drill.tend(self.watch.services)
            post(self.watch)
        self.watch.services.store.close()


def test_the_command_prints_each_station_and_ends_with_0(watch, config):
    with Running(watch):
        run = CliRunner().invoke(cli, ["drill", "-c", config])

    assert run.exit_code == 0, run.output
    assert [line.split()[0] for line in run.output.splitlines()] == ["sent", "received", "taken", "posted", "The"]


def test_the_command_ends_with_1_when_the_rule_is_gone(watch, config, closed, monkeypatch):
    monkeypatch.setattr(drill, "begun", _impatient(drill.begun))
    with Running(watch):
        run = CliRunner().invoke(cli, ["drill", "-c", config])

    assert run.exit_code == 1
    assert "did not come off the queue" in run.output
    assert watch.alert("picket").state is State.OPEN


def _impatient(begun):
    def soon(settings, id_, asked_by, now):
        made = begun(settings, id_, asked_by, now)
        return type(made)(id=id_, asked_by=asked_by, asked_at=now, due_at=now + timedelta(seconds=2))

    return soon


def test_the_command_says_what_may_not_be_done_and_raises_no_alert_besides(watch, config):
    watch.cloud.faults.deny("events", "PutEvents")
    with Running(watch):
        run = CliRunner().invoke(cli, ["drill", "-c", config])

    assert run.exit_code == 1
    assert "events:PutEvents" in str(run.exception)
    assert "could not be sent" in words.standing(last(watch))
    watch.clock.pass_(minutes=30)
    watch.services.now = watch.clock
    drill.tend(watch.services)
    assert watch.alerts("picket") == []


def test_the_command_sends_nothing_where_no_picket_would_take_it(watch, config):
    run = CliRunner().invoke(cli, ["drill", "-c", config])

    assert run.exit_code == 1
    assert "start `picket run` first" in str(run.exception)
    assert watch.queue.backlog() == 0


def test_the_command_makes_no_state_file(watch, config, tmp_path):
    (tmp_path / "picket.db").unlink()

    run = CliRunner().invoke(cli, ["drill", "-c", config])

    assert "start `picket run` first" in str(run.exception)
    assert not (tmp_path / "picket.db").exists()


def test_what_waits_to_be_posted_is_not_in_slack_yet(watch):
    with watch.services.store.write() as tx:
        assert outbox.sent_at(tx, drill.KEY) is None
        outbox.message(tx, drill.KEY, "#alerts", "one", [], NOW)
        assert outbox.sent_at(tx, drill.KEY) is None
