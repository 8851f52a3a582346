"""What AWS holds is compared with what the queue brought."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import reconciliation, relay
from bot.alerts import Resolution, State, reopen, resolve
from bot.aws import looking
from bot.aws.permissions import read_policy
from bot.aws.sessions import Access
from bot.config import Alarms
from bot.errors import AwsUnreachable
from bot.messages.alert import Setting, card
from bot.reconciliation import complaint, take, work
from bot.reconciliation import read as reconcile_read
from bot.store import inbox, looks
from sandbox.aws.accounts import PROD, READ_ROLE
from tests.bot.reconciliation.conftest import ALARM, FORGOTTEN, GUARDED

KIND = "Backdoor:Lambda/C&CActivity.B"


def compare(watch, minutes=6, **given):
    watch.clock.pass_(minutes=minutes)
    return reconciliation.compare(watch.services, **given)


def find(watch, region=FORGOTTEN, kind=KIND, **parts):
    return watch.cloud.guardduty_finding(PROD, region, kind, 8.0, **{"title": "Somebody guesses", **parts})


def place(watch, region=FORGOTTEN, source="guardduty"):
    with watch.services.store.read() as tx:
        return next(look for look in looks.every(tx) if look.key == (PROD.id, region, source))


def out(watch):
    with watch.services.store.read() as tx:
        return tx.execute("select count(*) from outbox").fetchone()[0]


def words(alert):
    return str(card(alert, Setting()).blocks)


def test_a_finding_that_no_rule_lets_out_is_found_and_its_card_says_so(watch):
    find(watch)

    assert compare(watch) == 1

    alert = watch.alert("guardduty")
    assert (alert.state, alert.account, alert.region) == (State.OPEN, PROD.id, FORGOTTEN)
    assert "Found by looking" in words(alert)
    assert "the queue had not brought it" in words(alert)


def test_what_was_found_is_not_found_again(watch):
    find(watch)
    compare(watch)
    said = out(watch)

    assert compare(watch, minutes=20) == 0
    assert out(watch) == said


def test_an_event_that_may_still_be_on_its_way_is_waited_for(watch):
    find(watch)

    assert compare(watch, minutes=3) == 0
    assert watch.alerts("guardduty") == []
    assert compare(watch, minutes=15) == 1


def test_what_the_queue_brought_is_one_card_and_was_not_missed(watch):
    find(watch, GUARDED)
    watch.receive()
    said = out(watch)

    assert compare(watch) == 0
    assert "Found by looking" not in words(watch.alert("guardduty"))
    assert out(watch) == said


def test_an_event_that_comes_after_it_was_found_is_the_same_card(watch):
    find(watch, GUARDED)
    compare(watch)
    said = out(watch)
    watch.receive()

    assert len(watch.alerts("guardduty")) == 1
    assert watch.alert("guardduty").cards == 1
    assert "Found by looking" in words(watch.alert("guardduty"))
    assert out(watch) == said


def test_an_update_waits_as_long_as_guardduty_may_keep_it_to_itself(watch):
    id_ = find(watch, GUARDED)
    watch.receive()
    watch.cloud.update_finding(id_, count=40)
    watch.lose()
    # the sandbox wrote both in one second
    with watch.services.store.write() as tx:
        earlier = (watch.clock() - timedelta(minutes=1)).isoformat()
        tx.execute("update members set updated_at = ?", (earlier,))

    assert compare(watch) == 0
    assert compare(watch, minutes=20) == 1
    assert watch.alert("guardduty").count == 40


def test_a_finding_that_got_worse_is_not_waited_for_so_long(watch):
    id_ = find(watch, GUARDED)
    watch.receive()
    with watch.services.store.write() as tx:
        tx.execute("update members set updated_at = ?", ((watch.clock() - timedelta(minutes=1)).isoformat(),))
    watch.cloud.update_finding(id_, severity=9.5)
    watch.lose()

    assert compare(watch) == 1
    assert str(watch.alert("guardduty").severity) == "critical"


def test_a_finding_that_was_archived_resolves_its_alert_and_the_queue_is_not_blamed(watch):
    id_ = find(watch, GUARDED)
    watch.receive()
    client = watch.cloud.client("guardduty", PROD, GUARDED)
    client.archive_findings(DetectorId=client.list_detectors()["DetectorIds"][0], FindingIds=[id_])

    assert compare(watch) == 0

    alert = watch.alert("guardduty")
    assert (alert.state, alert.resolution) == (State.RESOLVED, "over")
    assert "looked" not in alert.facts


def test_one_that_somebody_has_just_reopened_is_not_resolved_by_what_guardduty_still_says(watch):
    id_ = find(watch, GUARDED)
    watch.receive()
    client = watch.cloud.client("guardduty", PROD, GUARDED)
    client.archive_findings(DetectorId=client.list_detectors()["DetectorIds"][0], FindingIds=[id_])
    alert = watch.alert("guardduty").id
    relay.move(watch.services, alert, lambda one: resolve(one, "U1", Resolution.FIXED, watch.clock()))
    watch.clock.pass_(minutes=30)
    relay.move(watch.services, alert, lambda one: reopen(one, "U1", watch.clock()))

    compare(watch, minutes=1)

    assert watch.alert("guardduty").state is State.OPEN


def test_one_thing_that_picket_fails_on_holds_up_no_other(watch, monkeypatch):
    find(watch, kind="Trojan:Lambda/Bad")
    find(watch, kind="Trojan:Lambda/Good")
    taken = take.keep

    def fail(services, tx, said, body):
        taken(services, tx, said, body)
        if said.type.endswith("Bad"):
            raise RuntimeError("a bug")

    monkeypatch.setattr(take, "keep", fail)
    compare(watch)

    assert [alert.type for alert in watch.alerts("guardduty")] == ["Trojan:Lambda/Good"]
    assert "1 of what it holds cannot be read" in place(watch).why


def test_a_finding_without_an_id_is_said_to_be_unreadable(watch, monkeypatch):
    read = reconcile_read._read
    monkeypatch.setattr(
        reconcile_read, "_read", lambda *given: replace(read(*given), seen=looking.Seen(items=[{"Type": "x"}]))
    )

    assert compare(watch) == 0
    assert "cannot be read" in place(watch).why


def test_a_look_that_finds_nothing_new_writes_nothing_but_the_look(watch):
    find(watch, GUARDED)
    watch.receive()
    compare(watch)
    with watch.services.store.read() as tx:
        before = tx.execute("select count(*) from events").fetchone()[0]
    compare(watch, minutes=15)

    with watch.services.store.read() as tx:
        assert tx.execute("select count(*) from events").fetchone()[0] == before


def test_a_finding_that_was_archived_before_anybody_knew_it_is_no_alert(watch):
    id_ = find(watch)
    client = watch.cloud.client("guardduty", PROD, FORGOTTEN)
    client.archive_findings(DetectorId=client.list_detectors()["DetectorIds"][0], FindingIds=[id_])

    assert compare(watch) == 0
    assert watch.alerts("guardduty") == []


def test_a_finding_that_guardduty_has_no_more_resolves_its_alert_and_says_why(watch):
    from moto.guardduty.models import guardduty_backends

    id_ = find(watch, GUARDED)
    watch.receive()
    del vars(guardduty_backends[PROD.id][GUARDED])["findings"][id_]

    compare(watch)

    alert = watch.alert("guardduty")
    assert alert.state is State.RESOLVED
    assert "keeps them for 90 days" in alert.facts["end"]


@pytest.mark.parametrize("deed", ["suspend", "delete"])
def test_whoever_switches_guardduty_off_resolves_nothing(watch, deed):
    find(watch, GUARDED)
    watch.receive()
    client = watch.cloud.client("guardduty", PROD, GUARDED)
    detector = client.list_detectors()["DetectorIds"][0]
    from moto.guardduty.models import guardduty_backends

    backend = guardduty_backends[PROD.id][GUARDED]
    kept, findings = dict(backend.detectors), dict(vars(backend)["findings"])
    try:
        if deed == "suspend":
            client.update_detector(DetectorId=detector, Enable=False)
        else:
            client.delete_detector(DetectorId=detector)
            client.create_detector(Enable=True)
            vars(backend)["findings"].clear()
        compare(watch)
    finally:
        backend.detectors.clear()
        backend.detectors.update(kept)
        client.update_detector(DetectorId=detector, Enable=True)
        vars(backend)["findings"].update(findings)

    assert watch.alert("guardduty").state is State.OPEN


def test_an_alarm_that_the_queue_did_not_bring_is_found(watch):
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM", "Threshold Crossed: 1 datapoint [2.4] was greater than 1.0.")
    watch.lose()

    assert compare(watch) == 1

    alert = watch.alert("cloudwatch")
    assert alert.state is State.OPEN
    assert ["Metric", "AWS/ApplicationELB TargetResponseTime (average)"] in alert.facts["details"]
    assert "Found by looking" in words(alert)


def test_an_alarm_whose_end_was_lost_is_resolved(watch):
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.receive()
    with watch.services.store.write() as tx:
        tx.execute("update members set updated_at = ?", ((watch.clock() - timedelta(minutes=1)).isoformat(),))
    watch.cloud.alarm(PROD, GUARDED, ALARM, "OK")
    watch.lose()

    assert compare(watch) == 1
    assert watch.alert("cloudwatch").state is State.RESOLVED


def test_an_alarm_that_the_queue_brought_was_not_missed(watch):
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.receive()
    said = out(watch)

    assert compare(watch) == 0
    assert out(watch) == said


def test_an_alarm_that_somebody_deleted_resolves_its_alert_and_says_so(watch):
    client = watch.cloud.client("cloudwatch", PROD, GUARDED)
    client.put_metric_alarm(
        AlarmName="short-lived <!channel>", Namespace="N", MetricName="M", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    watch.cloud.alarm(PROD, GUARDED, "short-lived <!channel>", "ALARM")
    watch.receive()
    client.delete_alarms(AlarmNames=["short-lived <!channel>"])

    assert compare(watch) == 0

    alert = watch.alert("cloudwatch")
    assert alert.state is State.RESOLVED
    assert "no longer exists" in alert.title
    assert "<!channel>" not in words(alert)


def test_what_was_in_alarm_long_before_anybody_looked_is_no_news_until_it_goes_off_again(watch):
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.lose()
    watch.clock.pass_(days=2)

    assert compare(watch) == 0
    assert compare(watch, minutes=60) == 0

    watch.clock.now = datetime.now(UTC)
    with watch.services.store.write() as tx:
        tx.execute("update looks set since = ?", ((watch.clock() - timedelta(days=1)).isoformat(),))
    watch.cloud.alarm(PROD, GUARDED, ALARM, "OK")
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.lose()
    assert compare(watch) == 1


def test_alarms_of_auto_scaling_are_left_out_as_ever(watch):
    client = watch.cloud.client("cloudwatch", PROD, GUARDED)
    client.put_metric_alarm(
        AlarmName="TargetTracking-web", Namespace="N", MetricName="M", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    watch.cloud.alarm(PROD, GUARDED, "TargetTracking-web", "ALARM")

    assert compare(watch) == 0
    assert watch.alerts("cloudwatch") == []


def test_an_alarm_that_was_found_is_as_severe_as_its_tags_say(watch):
    client = watch.cloud.client("cloudwatch", PROD, GUARDED)
    client.tag_resource(
        ResourceARN=f"arn:aws:cloudwatch:{GUARDED}:{PROD.id}:alarm:{ALARM}", Tags=[{"Key": "tier", "Value": "gold"}]
    )
    rules = {"rules": [{"tags": ["tier=gold"], "severity": "critical"}]}
    settings = watch.services.settings
    watch.services.settings = settings.model_copy(update={"alarms": Alarms.model_validate(rules)})
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.lose()
    watch.cloud.calls.clear()

    compare(watch)

    assert str(watch.alert("cloudwatch").severity) == "critical"
    assert "cloudwatch:ListTagsForResource" in watch.cloud.calls.count()


def test_what_a_person_settled_stays_settled(watch):
    find(watch)
    compare(watch)
    id_ = watch.alert("guardduty").id
    relay.move(watch.services, id_, lambda alert: resolve(alert, "U1", Resolution.ACCEPTED, watch.clock()))
    said = out(watch)

    assert compare(watch, minutes=20) == 0
    assert watch.alert("guardduty").state is State.RESOLVED
    assert out(watch) == said


def test_a_source_that_is_not_meant_to_come_is_not_looked_at(tmp_path, watch):
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.lose()
    settings = watch.services.settings
    only = settings.reconciliation.model_copy(update={"sources": ("guardduty",)})
    watch.services.settings = settings.model_copy(update={"reconciliation": only})

    assert compare(watch) == 0
    assert watch.alerts("cloudwatch") == []


@pytest.mark.parametrize("operation", ["ListFindings", "GetFindings", "ListDetectors"])
def test_a_region_that_may_not_be_read_is_a_gap_and_holds_up_no_other(watch, operation):
    watch.cloud.faults.deny("guardduty", operation, PROD.id, GUARDED)
    find(watch, GUARDED)
    find(watch, FORGOTTEN)
    watch.lose()

    assert compare(watch) == 1

    refused = place(watch, GUARDED)
    assert operation in refused.why
    assert refused.looked_at is None
    assert place(watch, FORGOTTEN).failed_at is None

    watch.cloud.faults.clear()
    assert compare(watch) == 1
    assert place(watch, GUARDED).failed_at is None


def test_an_account_that_cannot_be_entered_is_a_gap(watch):
    watch.cloud.faults.deny("ec2", "DescribeRegions", PROD.id)

    compare(watch)

    assert "ec2:DescribeRegions" in place(watch, reconciliation.EVERYWHERE).why

    watch.cloud.faults.clear()
    compare(watch)
    with pytest.raises(StopIteration):
        place(watch, reconciliation.EVERYWHERE)


def test_a_region_that_cannot_be_read_resolves_nothing(watch):
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.receive()
    watch.cloud.faults.deny("cloudwatch", "DescribeAlarms", PROD.id)

    compare(watch)

    assert watch.alert("cloudwatch").state is State.OPEN


def test_an_outage_of_days_is_made_up_for(watch):
    compare(watch)
    find(watch)
    watch.clock.pass_(days=3)

    assert compare(watch) == 1


def test_one_alert_says_where_the_queue_brings_nothing_and_ends_when_it_does(watch):
    compare(watch, minutes=0)
    for number in range(complaint.ENOUGH):
        find(watch, kind=f"Trojan:Lambda/Number{number}")
    compare(watch)

    alert = watch.alert("picket")
    assert alert.state is State.OPEN
    assert [f"acme-prod {FORGOTTEN}", "2 of GuardDuty"] in alert.facts["details"]
    said = out(watch)
    compare(watch, minutes=20)
    assert out(watch) == said

    with watch.services.store.write() as tx:
        looks.save(
            tx,
            looks.Look(
                account=PROD.id, region=FORGOTTEN, source="guardduty", since=watch.clock(), looked_at=watch.clock()
            ),
        )
    compare(watch)
    assert watch.alert("picket").state is State.RESOLVED


def test_one_event_that_was_lost_is_an_accident(watch):
    compare(watch, minutes=0)
    find(watch)
    compare(watch)

    assert watch.alerts("picket") == []


def test_what_happened_before_the_first_look_is_not_held_against_the_queue(watch):
    for number in range(5):
        find(watch, kind=f"Trojan:Lambda/Number{number}")

    assert compare(watch) == 5
    assert watch.alerts("picket") == []


def test_a_queue_that_lags_behind_is_not_blamed(watch):
    compare(watch, minutes=0)
    for number in range(5):
        find(watch, kind=f"Trojan:Lambda/Number{number}")

    assert compare(watch, blame=False) == 5
    assert watch.alerts("picket") == []


def test_the_queue_is_trusted_again_when_it_brings_something(watch):
    compare(watch, minutes=0)
    find(watch, GUARDED)
    watch.lose()
    compare(watch)
    assert place(watch, GUARDED).missed == 1

    watch.clock.now -= timedelta(minutes=6)  # the sandbox's clock goes by itself
    with watch.services.store.write() as tx:
        tx.execute("update looks set looked_at = ?", ((watch.clock() - timedelta(minutes=1)).isoformat(),))
    find(watch, GUARDED, kind="Trojan:Lambda/Other")
    watch.receive()
    compare(watch)

    assert place(watch, GUARDED).missed == 0


def test_a_place_on_which_picket_fails_is_a_gap(watch, monkeypatch):
    client = watch.services.aws.client(PROD.id, "guardduty", GUARDED, Access.READ)
    monkeypatch.setattr(client, "list_detectors", dict)
    find(watch)

    assert compare(watch) == 1
    assert "KeyError" in place(watch, GUARDED).why


def looks_of(watch, monkeypatch, waiting, ends_after=1):
    """Run the loop with a queue that holds so much each time it is asked; how each look blames the queue."""
    stop, blamed, asked = threading.Event(), [], iter(waiting)
    monkeypatch.setattr(work, "_RETRY", 0.01)

    def compare(_services, _stop, *, blame):
        blamed.append(blame)
        if len(blamed) == ends_after:
            stop.set()

    def backlog():
        held = next(asked)
        if isinstance(held, Exception):
            raise held
        return held

    monkeypatch.setattr(work, "compare", compare)
    work.work(watch.services, stop, backlog)
    return blamed


def test_it_looks_at_the_start_once_the_queue_has_brought_what_it_holds(watch, monkeypatch):
    assert looks_of(watch, monkeypatch, [5, 1, 0]) == [True]


def test_a_queue_that_says_nothing_is_a_reason_to_look(watch, monkeypatch):
    assert looks_of(watch, monkeypatch, [AwsUnreachable("SQS does not answer.")]) == [True]


def test_a_queue_that_is_never_empty_does_not_put_the_look_off_for_ever(watch, monkeypatch):
    monkeypatch.setattr(work, "_PATIENCE", 0.03)

    assert looks_of(watch, monkeypatch, iter(lambda: 7, 0)) == [False]


def test_what_came_off_the_queue_and_is_not_worked_on_is_waited_for(watch, monkeypatch):
    monkeypatch.setattr(work, "_PATIENCE", 0.03)
    with watch.services.store.write() as tx:
        inbox.put(tx, [("m1", "{}")], watch.clock())

    assert looks_of(watch, monkeypatch, iter(lambda: 0, 1)) == [False]


def test_never_is_never(watch, monkeypatch):
    settings = watch.services.settings
    never = settings.reconciliation.model_copy(update={"every_minutes": 0})
    watch.services.settings = settings.model_copy(update={"reconciliation": never})

    assert looks_of(watch, monkeypatch, []) == []


def test_the_read_policy_allows_what_is_called_and_no_more(watch):
    find(watch, GUARDED)
    watch.cloud.alarm(PROD, GUARDED, ALARM, "ALARM")
    watch.receive()
    watch.cloud.calls.clear()
    compare(watch)

    called = set(watch.cloud.calls.count(role=READ_ROLE))
    assert called == set(looking.ACTIONS) - {"cloudwatch:ListTagsForResource"}  # no rule goes by tags
    assert called <= set(read_policy((), relay=True)["Statement"][0]["Action"])
