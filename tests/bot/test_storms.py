"""A flood of alerts is told of in one message, with nothing lost and no critical in it."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import alerts as life
from bot import bulk, relay, rollup, snoozing, storms
from bot.alerts import Resolution, State
from bot.config import Storms
from bot.errors import NotFound, Stale
from bot.escalation import escalate_due
from bot.messages import storm as messages
from bot.reminders import remind_due
from bot.snoozing import Wanted
from bot.store import alerts, attachments, lanes
from bot.store import storms as stored
from bot.store.snoozes import Scope
from bot.store.storms import Deed
from checks.model import Severity
from sandbox.slack import validate
from tests.alerting import NOW, Clock, a_signal
from tests.alerting import services as made

LIMIT = 5
CALM = 5


@dataclass
class Watch:
    """Picket whose channels take LIMIT cards a minute, and what came to it."""

    services: object
    clock: Clock

    def take(self, number, **facts):
        """A signal about the machine of that number."""
        signal = a_signal(**{"member_id": f"f{number}", "resource": f"machine-{number}", "at": self.clock(), **facts})
        with self.services.store.write() as tx:
            relay.take(self.services, tx, signal)
        return signal.alert_id

    def alert(self, id_):
        with self.services.store.read() as tx:
            return relay.find(tx, id_)

    def flood(self, number=20, start=0, **facts):
        return [self.take(start + each, **facts) for each in range(number)]

    @property
    def storm(self):
        """The newest storm."""
        with self.services.store.read() as tx:
            (id_,) = tx.execute("select id from storms order by began_at desc, id desc").fetchone()
            return stored.get(tx, id_)

    @property
    def tally(self):
        id_ = self.storm.id
        with self.services.store.read() as tx:
            return stored.tally(tx, id_)

    def said(self, like="%"):
        with self.services.store.read() as tx:
            rows = tx.query("select * from outbox where kind = 'message' and key like ? order by id", [like])
            return list(rows)

    def cards(self):
        """The ids of the alerts whose cards are in the outbox."""
        return {row["key"].split(":")[1] for row in self.said("alert:%") if row["parent"] is None}

    def tend(self, **span):
        self.clock.pass_(**span)
        bulk.go_on(self.services)
        rollup.tend(self.services)

    def sheet(self, key=None):
        text = rollup.csv_file(self.services, key or self.storm.key).content.decode()
        return list(csv.DictReader(io.StringIO(text)))


def a_watch(folder, **parts):
    clock, numbers = Clock(), count(1)
    wanted = {"storms": {"cards": LIMIT, "calm_minutes": CALM}, **parts}
    services = made(folder, clock, **wanted)
    services.new_id = lambda: f"s{next(numbers)}"
    return Watch(services, clock)


@pytest.fixture
def watch(tmp_path):
    return a_watch(tmp_path)


def test_what_comes_slowly_has_a_card_each(watch):
    for number in range(20):
        watch.take(number)
        watch.clock.pass_(seconds=15)

    assert len(watch.cards()) == 20
    assert watch.said("storm:%") == []


def test_above_the_rate_one_message_tells_of_all_that_come(watch):
    ids = watch.flood(20)
    watch.tend()

    assert watch.cards() == set(ids[:LIMIT])
    assert (watch.tally.total, watch.tally.open) == (15, 15)
    (card,) = watch.said("storm:%")
    assert card["text"].startswith("Storm: 15 alerts in 1 min, 15 open, the worst high")


def test_it_goes_before_the_cards_that_wait(watch):
    watch.flood(20)
    watch.tend()

    with watch.services.store.read() as tx:
        (first,) = lanes.due(tx, watch.clock())
    assert first.key == watch.storm.key


def test_it_is_edited_and_not_posted_again_as_more_come(watch):
    watch.flood(20)
    watch.tend()
    watch.flood(5, start=20)
    watch.tend(seconds=10)

    assert [row["key"] for row in watch.said("storm:%")] == [watch.storm.key]
    assert "20 alerts" in watch.said("storm:%")[-1]["text"]


def test_nothing_is_said_when_nothing_has_changed(watch):
    watch.flood(20)
    watch.tend()
    with watch.services.store.write() as tx:
        tx.execute("update outbox set sent_at = created_at")
    watch.tend(seconds=10)

    assert len(watch.said("storm:%")) == 1


def test_criticals_have_cards_whatever_comes(watch):
    watch.flood(20)
    critical = watch.take(99, severity=Severity.CRITICAL)

    assert critical in watch.cards()
    assert watch.tally.total == 15


def test_a_flood_of_criticals_is_cards_too(watch):
    ids = watch.flood(20, severity=Severity.CRITICAL)

    assert watch.cards() == set(ids)


def test_a_member_that_turns_critical_gets_its_card_at_once(watch):
    member = watch.flood(20)[-1]
    watch.clock.pass_(seconds=5)
    watch.take(19, severity=Severity.CRITICAL)
    watch.tend()

    assert member in watch.cards()
    assert watch.alert(member).storm is None
    assert watch.alert(member).channel == "#critical"
    assert (watch.tally.total, watch.tally.left, watch.tally.open) == (15, 1, 14)
    assert "1 since told of elsewhere" in watch.said("storm:%")[-1]["body_json"]


def test_more_of_the_same_changes_no_count_and_says_nothing(watch):
    member = watch.flood(20)[-1]
    watch.clock.pass_(seconds=5)
    watch.take(19, count=4, title="It goes on")

    assert watch.alert(member).count == 4
    assert watch.tally.total == 15
    assert member not in watch.cards()


def test_what_ends_in_the_storm_is_counted_as_resolved(watch):
    member = watch.flood(20)[-1]
    watch.clock.pass_(seconds=5)
    watch.take(19, active=False)

    assert watch.alert(member).state is State.RESOLVED
    assert watch.tally.states == {State.OPEN: 14, State.RESOLVED: 1}
    assert member not in watch.cards()


def test_its_beginning_told_again_after_its_end_makes_no_card(watch):
    member = watch.flood(20)[-1]
    watch.clock.pass_(seconds=5)
    watch.take(19, active=False)
    watch.take(19, at=NOW)

    assert member not in watch.cards()
    assert watch.tally.total == 15


def test_a_storm_in_one_channel_is_none_in_another(tmp_path):
    routes = [{"channel": "#low", "severity": "info", "accounts": ["444455556666"]}, {"channel": "#alerts"}]
    watch = a_watch(tmp_path, routes=routes)
    watch.flood(20)
    other = watch.take(50, account="444455556666")

    assert other in watch.cards()


def test_no_storm_begins_where_the_setting_says_never(tmp_path):
    watch = a_watch(tmp_path, storms={"cards": 0})

    ids = watch.flood(40)

    assert watch.cards() == set(ids)


def test_it_is_over_when_it_was_calm_for_long_enough(watch):
    watch.flood(20)
    watch.tend(minutes=CALM - 1)
    assert watch.storm.ended_at is None

    watch.tend(minutes=1)

    assert watch.storm.ended_at == watch.clock()
    card, said = watch.said("storm:%")
    assert card["text"].startswith("Storm over: 15 alerts in 5 min, 15 open")
    assert said["text"] == "Over: 15 alerts in 5 min, 15 still open. New alerts get cards again."
    assert said["parent"] == watch.storm.key


def test_after_it_new_alerts_have_cards_again(watch):
    watch.flood(20)
    watch.tend(minutes=CALM)
    new = watch.flood(LIMIT, start=50)

    assert set(new) < watch.cards()


def test_it_goes_on_while_as_many_come_as_one_minute_may_bring(watch):
    watch.flood(20)
    for number in range(20):
        watch.take(100 + number)
        watch.tend(seconds=45)

    assert watch.storm.ended_at is None
    assert watch.tally.total == 35


def test_a_member_that_gets_worse_after_the_storm_gets_a_card(watch):
    member = watch.flood(20, severity=Severity.LOW)[-1]
    watch.take(19, severity=Severity.MEDIUM, at=NOW + timedelta(seconds=1))
    assert member not in watch.cards()
    watch.tend(minutes=CALM)

    watch.take(19, severity=Severity.HIGH)

    assert member in watch.cards()


def test_a_member_that_comes_back_after_the_storm_gets_a_card(watch):
    member = watch.flood(20)[-1]
    watch.take(19, active=False, at=NOW + timedelta(seconds=1))
    watch.tend(minutes=CALM)

    watch.take(19)

    assert member in watch.cards()
    assert watch.alert(member).storm is None


def test_a_card_that_was_there_before_the_storm_goes_on(watch):
    first = watch.take(0)
    watch.clock.pass_(minutes=2)
    watch.flood(20, start=1)
    watch.take(0, active=False)

    assert watch.alert(first).carded
    assert any("over" in row["text"] for row in watch.said(f"alert:{first}:%"))


def test_what_comes_back_in_a_storm_leaves_its_old_card_as_it_was(watch):
    first = watch.take(0)
    watch.take(0, active=False, at=NOW + timedelta(minutes=1))
    watch.clock.pass_(minutes=2)
    watch.flood(20, start=1)
    before = watch.said(f"alert:{first}%")

    watch.take(0)

    assert watch.alert(first).storm == watch.storm.id
    assert watch.said(f"alert:{first}%") == before


def test_snoozes_that_end_all_at_once_are_a_storm_too(watch):
    for number in range(20):
        watch.take(number)
        watch.clock.pass_(seconds=30)
    until = watch.clock() + timedelta(hours=1)
    with watch.services.store.read() as tx:
        found = [alert.id for alert in alerts.find(tx, [State.OPEN])]
    for id_ in found:
        relay.move(watch.services, id_, lambda alert: life.snooze(alert, "UANALYST", until, watch.clock()))
    watch.clock.pass_(hours=1)
    relay.wake_due(watch.services)

    assert watch.tally.total == 15


def test_a_snooze_of_many_that_somebody_ends_is_a_storm_too_and_no_flood_of_cards(watch):
    first = watch.take(0)
    with watch.services.store.write() as tx:
        wanted = Wanted(until=watch.clock() + timedelta(hours=9), scope=Scope.TYPE)
        snoozing.snooze(watch.services, tx, first, "UANALYST", wanted)
    watch.flood(20, start=1)
    assert watch.cards() == {first}

    relay.carry_out(watch.services, first, lambda tx: snoozing.rouse(watch.services, tx, first, "UANALYST"))

    assert len(watch.cards()) == LIMIT
    assert watch.tally.total == 21 - LIMIT


def test_what_comes_back_muted_is_told_of_in_no_roll_up(watch):
    member = watch.flood(20)[-1]
    watch.take(19, active=False, at=NOW + timedelta(seconds=1))
    before = watch.alert(member)
    muted = replace(before, state=State.SNOOZED, storm=None, muted="a maintenance window")

    with watch.services.store.write() as tx:
        assert storms.placed(watch.services, tx, before, muted) == muted


def test_all_members_are_in_the_file_and_none_twice(watch):
    ids = watch.flood(20)
    watch.take(19, severity=Severity.CRITICAL, at=NOW + timedelta(seconds=1))
    watch.tend(minutes=CALM)

    with watch.services.store.read() as tx:
        wanted = attachments.pending(tx)
    assert [each.parent for each in wanted] == [watch.storm.key]
    sheet = watch.sheet()
    assert sheet[0]["id"] == ids[-1]
    assert sorted(row["id"] for row in sheet) == sorted(ids[LIMIT:])
    assert (sheet[0]["severity"], sheet[0]["told_of"], sheet[1]["told_of"]) == ("critical", "elsewhere", "here")
    assert sheet[1]["account_name"] == "acme-prod"


def test_nothing_in_the_file_is_a_formula(watch):
    watch.flood(20, title='=HYPERLINK("https://example.org")', type="+1-1")

    assert all(row["title"].startswith("'=") and row["type"].startswith("'+") for row in watch.sheet())


def test_somebody_acknowledges_all_of_it_at_once_and_it_stays_one_message(watch):
    ids = watch.flood(20)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")
    watch.tend(seconds=1)

    assert watch.tally.states == {State.ACKNOWLEDGED: 15}
    assert watch.alert(ids[-1]).acknowledged_by == "UANALYST"
    assert watch.cards() == set(ids[:LIMIT])
    assert "<@UANALYST> acknowledged" in watch.said("storm:%")[-1]["text"]
    assert watch.storm.deed is None


def test_what_comes_after_the_click_stays_open(watch):
    watch.flood(20)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")
    watch.clock.pass_(seconds=1)
    late = watch.take(70)
    watch.tend()

    assert watch.alert(late).state is State.OPEN
    assert watch.tally.states == {State.ACKNOWLEDGED: 15, State.OPEN: 1}


@pytest.mark.parametrize(
    ("deed", "state", "words"),
    [
        (Deed.SNOOZE, State.SNOOZED, "snoozed"),
        (Deed.FIXED, State.RESOLVED, "resolved as fixed"),
        (Deed.FALSE_POSITIVE, State.RESOLVED, "resolved as false positive"),
        (Deed.ACCEPTED, State.RESOLVED, "resolved as accepted"),
    ],
)
def test_somebody_does_something_else_to_all_of_it(watch, deed, state, words):
    ids = watch.flood(20)
    relay.move(watch.services, ids[0], lambda alert: life.acknowledge(alert, "USECOND", watch.clock()))
    bulk.begin(watch.services, watch.storm.id, deed, "UANALYST")
    watch.tend()

    assert watch.tally.states == {state: 15}
    assert watch.cards() == set(ids[:LIMIT])
    assert watch.alert(ids[0]).state is State.ACKNOWLEDGED
    assert watch.said("storm:%")[-1]["text"] == f"<@UANALYST> {words} 15 alerts of the roll-up in #alerts"


def test_what_was_snoozed_together_wakes_together(watch):
    watch.flood(30)
    bulk.begin(watch.services, watch.storm.id, Deed.SNOOZE, "UANALYST")
    watch.tend(minutes=CALM)
    first = watch.storm.id
    watch.clock.pass_(days=1)
    relay.wake_due(watch.services)

    assert watch.storm.id != first
    assert watch.tally.states == {State.OPEN: 25 - LIMIT}


def test_a_restart_goes_on_with_what_is_done_to_all(watch, monkeypatch):
    monkeypatch.setattr(bulk, "_BATCH", 4)
    monkeypatch.setattr(bulk, "_BATCHES", 2)
    watch.flood(20)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")
    watch.tend()
    assert (watch.tally.states, watch.storm.done) == ({State.OPEN: 7, State.ACKNOWLEDGED: 8}, 8)

    watch.tend()
    watch.tend()

    assert watch.tally.states == {State.ACKNOWLEDGED: 15}


def test_the_second_to_acknowledge_all_is_told_who_was_first(watch):
    watch.flood(20)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")

    with pytest.raises(Stale, match="<@UANALYST> acknowledges all of it already"):
        bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "USECOND")
    watch.tend()
    with pytest.raises(Stale, match="Nothing in this roll-up is left"):
        bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "USECOND")


def test_a_roll_up_that_is_not_known_is_said_to_be_so(watch):
    with pytest.raises(NotFound):
        bulk.begin(watch.services, "gone", Deed.ACKNOWLEDGE, "UANALYST")


@pytest.mark.parametrize("move", [life.acknowledge, lambda a, u, n: life.resolve(a, u, Resolution.FIXED, n)])
def test_what_somebody_takes_in_hand_by_itself_gets_a_card(watch, move):
    member = watch.flood(20)[-1]
    relay.move(watch.services, member, lambda alert: move(alert, "UANALYST", watch.clock()))

    assert member in watch.cards()
    assert watch.alert(member).carded
    assert watch.tally.left == 1


def test_members_are_on_the_lists_like_all_alerts(watch):
    ids = watch.flood(20)

    with watch.services.store.read() as tx:
        assert {alert.id for alert in alerts.find(tx, [State.OPEN])} == set(ids)


SIGNALS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from([Severity.LOW, Severity.HIGH, Severity.CRITICAL]),
        st.booleans(),
        st.sampled_from([0, 1, 20, 90, 200]),
        st.booleans(),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(signals=SIGNALS)
def test_whatever_comes_each_alert_is_in_one_roll_up_or_has_a_card_and_criticals_have_cards(tmp_path_factory, signals):
    watch = a_watch(tmp_path_factory.mktemp("storm"), storms={"cards": 2, "calm_minutes": 2})
    try:
        _hold(watch, signals)
    finally:
        watch.services.store.close()


def _hold(watch, signals):
    seen = set()
    for number, severity, active, seconds, tends in signals:
        watch.clock.pass_(seconds=seconds)
        seen.add(watch.take(number, severity=severity, active=active))
        if tends:
            watch.tend()
        with watch.services.store.read() as tx:
            found = [relay.find(tx, id_) for id_ in seen]
            running = stored.running(tx)
            known = [stored.get(tx, id_) for (id_,) in tx.execute("select id from storms")]
            tallies = {storm.id: stored.tally(tx, storm.id) for storm in known}
        cards = watch.cards()
        for alert in found:
            if alert.state is not State.RESOLVED:
                assert alert.carded == (alert.storm is None)
            if alert.carded:
                assert alert.id in cards
            if alert.state is State.OPEN and alert.severity == Severity.CRITICAL:
                assert alert.carded
        assert len({storm.channel for storm in running}) == len(running)
        for id_, tally in tallies.items():
            inside = [alert for alert in found if alert.storm == id_]
            assert sum(tally.states.values()) == sum(group.total for group in tally.groups) == len(inside)
            assert tally.open == sum(alert.state is State.OPEN for alert in inside)
            assert tally.left >= 0


@given(gaps=st.lists(st.floats(0, 400), max_size=200))
def test_storms_of_a_channel_are_never_closer_than_the_calm_that_ends_them(gaps):
    limits, now = Storms(cards=3, calm_minutes=2), NOW
    arrived, began, begins = [], None, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if began is not None:
            lately = sum(at > now - storms.calm(limits) for at in arrived)
            storm = stored.Storm(id="s", channel="c", mention="", began_at=began)
            if storms.is_over(limits, storm, lately, now):
                began, arrived = None, []
        arrived.append(now)
        if began is None and storms.begins(limits, sum(at > now - storms.MINUTE for at in arrived)):
            began = now
            begins.append(now)
    assert all(later - earlier >= storms.calm(limits) for earlier, later in pairwise(begins))


HOSTILE = st.text(min_size=1, max_size=300) | st.sampled_from(["<!channel>", "*" * 300, "`&<>" * 80, "\n\n" * 50])


@given(
    names=st.lists(st.tuples(HOSTILE, HOSTILE, st.sampled_from(list(Severity))), min_size=1, max_size=25),
    over=st.booleans(),
    taken=st.booleans(),
)
def test_a_roll_up_fits_slack_whatever_accounts_and_types_are_called(names, over, taken):
    groups = [stored.Group(account, type_, level, 12_345_678, 1_234_567) for account, type_, level in names]
    tally = stored.Tally(total=99_999_999, states=dict.fromkeys(State, 12_345_678), groups=groups)
    storm = stored.Storm(
        id="s1", channel="#alerts", mention="@here", began_at=NOW, ended_at=NOW if over else None,
        deed=Deed.ACKNOWLEDGE if taken else None, done_by="U1", done_at=NOW, done=12,
    )  # fmt: skip

    card = messages.card(storm, tally, lambda account: account, NOW + timedelta(hours=30))

    validate.check_message(card.text, list(card.blocks))
    assert "<!channel>" not in str(card.blocks)


def escalating(folder, **step):
    step = {"severity": "high", "after_minutes": 15, "mention": "@here", "channel": "#on-call", **step}
    return a_watch(folder, escalation=[step])


def test_what_nobody_acknowledges_in_a_storm_is_called_for_once_and_not_each_by_itself(tmp_path):
    watch = escalating(tmp_path)
    watch.flood(LIMIT + 30)
    for _ in range(20):
        watch.tend(minutes=1)
        escalate_due(watch.services)

    (here,) = watch.said("storm:%:called:%")
    (there,) = watch.said("storm:%:step:%")
    assert here["text"] == "<!here> *Nobody has acknowledged 30 alerts of this roll-up for 15 minutes*"
    assert (there["channel"], "Acknowledge all" in there["body_json"]) == ("#on-call", True)
    assert len(watch.said("alert:%:step:%")) == LIMIT


def test_who_acknowledges_all_of_it_stops_the_calls_and_is_named_where_it_was_called(tmp_path):
    watch = escalating(tmp_path, after_minutes=3)
    watch.flood(LIMIT + 30)
    watch.tend(minutes=4)
    escalate_due(watch.services)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")
    watch.tend(minutes=1)
    escalate_due(watch.services)

    (there,) = watch.said("storm:%:step:%")
    assert there["text"] == "<@UANALYST> acknowledged 30 alerts of the roll-up in #alerts"


def test_what_comes_after_all_was_acknowledged_is_called_for_again(tmp_path):
    watch = escalating(tmp_path, after_minutes=3)
    watch.flood(LIMIT + 30)
    watch.tend(minutes=3)
    escalate_due(watch.services)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")
    watch.tend(seconds=10)
    watch.flood(3, start=100)
    watch.tend(minutes=3)
    escalate_due(watch.services)

    assert ["30 alerts" in row["text"] for row in watch.said("storm:%:called:%")] == [True, False]


def test_who_acknowledged_all_of_it_is_reminded_once_and_not_of_each(tmp_path):
    watch = a_watch(tmp_path, reminders={"high": 24})
    watch.flood(LIMIT + 30)
    bulk.begin(watch.services, watch.storm.id, Deed.ACKNOWLEDGE, "UANALYST")
    watch.tend(seconds=10)
    for _ in range(3):
        watch.clock.pass_(hours=16)
        remind_due(watch.services)

    (first,) = watch.said("storm:%:reminder:%")
    assert first["text"].startswith("<@UANALYST>: 30 alerts of severity high in this roll-up were acknowledged")
    assert "for 32 hours" in first["text"]


def test_a_minute_with_no_storm_forgets_what_came_before(watch):
    for number in range(40):
        watch.take(number)
        watch.clock.pass_(minutes=1)

    with watch.services.store.read() as tx:
        (kept,) = tx.execute("select count(*) from raised").fetchone()
    assert kept == CALM
