"""One problem is one alert whichever sources tell of it, in whatever order; people split it and join it again."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from bot import alerts as life
from bot import relay
from bot.alerts import Source, State, receive
from bot.alerts.problems import problem
from bot.joining import place
from bot.store import alerts, findings
from checks.model import Finding, Severity, Status
from tests.alerting import ACCOUNT, NOW, Bot, a_signal, services

LATER = NOW + timedelta(hours=1)
WHOLE = f"AWS::::Account:{ACCOUNT}"
TRAIL = f"arn:aws:cloudtrail:eu-north-1:{ACCOUNT}:trail/main"
ALARM = f"arn:aws:cloudwatch:eu-north-1:{ACCOUNT}:alarm:trail"
KINDS = {
    "guardduty": ("Stealth:IAMUser/CloudTrailLoggingDisabled", f"arn:aws:iam::{ACCOUNT}:user/eve", "global", {}),
    "securityhub": ("CloudTrail.1", WHOLE, "us-east-1", {"control_id": "CloudTrail.1"}),
    "cloudtrail": ("StopLogging", TRAIL, "eu-north-1", {"event_name": "StopLogging"}),
    "config": ("cloudtrail-enabled", WHOLE, "eu-north-1", {"resource_type": "AWS::::Account"}),
    "audit": ("cloudtrail-region-uncovered", WHOLE, "eu-north-1", {}),
    "cloudwatch": ("trail", ALARM, "eu-north-1", {"practice": "cloudwatch-no-alarm-cloudtrail-change"}),
}
"""The same of one account by six sources: the trail does not record."""
ROUTES = [
    {"channel": "#critical", "severity": "critical"},
    {"channel": "#guardduty", "sources": ["guardduty"]},
    {"channel": "#audit", "sources": ["audit"]},
    {"channel": "#alerts"},
]


def of(source, **facts):
    """The trail does not record, by `source`."""
    type_, resource, region, told = KINDS[source]
    more = {"what": f"{source} says so", **told, **facts.pop("facts", {})}
    given = {"type": type_, "resource": resource, "region": region, "title": f"{source}: stopped", "member_id": source}
    return a_signal(**{"event_id": f"{source}-{facts}", "source": Source(source), "facts": more, **given, **facts})


EITHER, STANDING = st.booleans(), st.just(True)


@st.composite
def told(draw, active=EITHER, counted=True):
    """One signal of six sources: few ids, moments and counts, so that they meet."""
    source = draw(st.sampled_from(sorted(KINDS)))
    seen = NOW + timedelta(minutes=draw(st.integers(-3, 3)))
    return of(
        source,
        member_id=f"{source}-{draw(st.integers(1, 2))}",
        at=NOW + timedelta(hours=draw(st.integers(0, 2))),
        severity=draw(st.sampled_from(Severity)),
        count=draw(st.integers(1, 3)),
        active=draw(active),
        adds=not counted and source == "cloudtrail",  # it keeps no count of its own
        title=draw(st.sampled_from(["It stopped", "It does not record"])),
        sample=draw(st.booleans()),
        facts={
            "who": draw(st.sampled_from(["", "eve", "mallory"])),
            "first_seen": seen.isoformat(),
            "last_seen": seen.isoformat(),
            "reported_in": [draw(st.sampled_from(["eu-north-1", "us-east-1"]))],
        },
    )


@st.composite
def orders(draw, active=EITHER, once=False):
    """Signals, `once` from each member, and the same in another order."""
    unique = (lambda signal: (signal.source, signal.member_id)) if once else None
    signals = draw(st.lists(told(active, counted=False), min_size=1, max_size=8, unique_by=unique))
    return signals, draw(st.permutations(signals))


def taken(signals):
    """What signals make of their alert, one after the other, without the store."""
    alert = None
    for number, signal in enumerate(signals):
        placed = replace(signal, problem=problem(signal))
        alert, _ = receive(alert, placed, NOW + timedelta(seconds=number), "C1")
    return alert


def plain(alert, **given):
    """Without when things reached us, and how often its card was begun anew by that."""
    times = {"opened_at": NOW, "updated_at": NOW, "open_since": None, "cards": 1}
    return replace(alert, **times, resolved_at=NOW if alert.resolved_at else None, **given)


@given(orders())
@hypothesis(max_examples=300)
def test_any_order_of_arrival_makes_the_same_alert(both):
    one, other = (taken(order) for order in both)

    assert plain(one) == plain(other)


@given(st.lists(told(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_what_comes_twice_changes_nothing(signals, random):
    again = [*signals, *random.sample(signals, k=len(signals))]

    assert plain(taken(again)) == plain(taken(signals))


@given(orders(active=STANDING, once=True))
@hypothesis(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_order_leaves_one_alert_in_the_store_and_its_card_where_its_lead_belongs(both):
    left = []
    for order in both:
        with TemporaryDirectory() as folder:
            made = services(Path(folder), routes=ROUTES)  # a card that is better again stays: people saw it there
            for signal in order:
                with made.store.write() as tx:
                    relay.take(made, tx, signal)
            with made.store.read() as tx:
                (alert,) = alerts.select(tx, "1 = ?", (1,))
                left.append((plain(alert), alert.channel))
            made.store.close()

    assert left[0] == left[1]


@given(orders())
def test_an_alert_is_over_when_all_that_tell_of_it_say_so(both):
    alert = taken(both[0])

    assert (alert.state is State.RESOLVED) == (not any(member.active for member in alert.members))
    assert alert.severity == max(
        (member.severity for member in alert.members if member.active),
        default=max(member.severity for member in alert.members),
    )


def test_what_stands_leads_before_what_is_over_and_the_worst_of_that():
    alert = taken([of("config", severity=Severity.MEDIUM), of("guardduty", severity=Severity.HIGH)])
    assert (alert.source, alert.severity, alert.title) == (Source.GUARDDUTY, Severity.HIGH, "guardduty: stopped")

    over = replace(of("guardduty", severity=Severity.HIGH, active=False, at=LATER))
    alert, said = receive(alert, replace(over, problem=problem(over)), LATER, "C1")

    assert (alert.state, alert.source, alert.severity) == (State.OPEN, Source.CONFIG, Severity.MEDIUM)
    assert said[0].who == Source.GUARDDUTY


def test_the_second_source_is_said_to_have_joined_and_why():
    alert = taken([of("cloudtrail")])
    signal = of("guardduty")

    _, said = receive(alert, replace(signal, problem=problem(signal)), LATER, "C1")

    assert said[0].text.startswith("joined in, because each says that CloudTrail does not record everything")


@pytest.fixture
def joined(tmp_path):
    """A bot with one alert of GuardDuty and the audit."""
    bot = Bot.with_alert(tmp_path)
    with bot.services.store.write() as tx:
        for source in ("guardduty", "audit"):
            relay.take(bot.services, tx, of(source))
        (alert,) = alerts.select(tx, "problem = ?", ("cloudtrail-stopped",))
        tx.execute("update outbox set sent_at = created_at")
    bot.alert_id = alert.id
    return bot


def take(bot, signal):
    with bot.services.store.write() as tx:
        relay.take(bot.services, tx, signal)


def standing(bot):
    """The alerts of the problem that are not resolved, by their sources."""
    with bot.services.store.read() as tx:
        found = alerts.select(tx, "problem = ? and state != 'resolved'", ("cloudtrail-stopped",))
    return {tuple(map(str, alert.sources)): alert for alert in found}


def shown(bot, alert):
    """The words of its card."""
    with bot.services.store.read() as tx:
        return json.dumps(relay.shown(bot.services, tx, alert).blocks, ensure_ascii=False)


def test_the_card_says_who_joined_and_why_and_offers_to_split(joined):
    card = shown(joined, joined.alert)

    assert "*Joined*  GuardDuty and Audit, because each says that CloudTrail does not record everything" in card
    assert "Split by source" in card


def test_splitting_gives_each_source_a_card_and_later_signals_go_to_their_own(joined):
    joined.choose("alert:more", "split")

    assert joined.alert.resolution == life.SPLIT
    apart = standing(joined)
    assert set(apart) == {("guardduty",), ("audit",)}
    cards = [row for row in joined.said() if row["key"] in {alert.key for alert in apart.values()}]
    assert len(cards) == 2

    take(joined, of("audit", count=5, at=LATER))
    take(joined, of("config"))

    assert {sources: alert.count for sources, alert in standing(joined).items()} == {
        ("guardduty",): 1,
        ("audit",): 5,
        ("config",): 1,
    }
    with joined.services.store.read() as tx:
        lines = [line.what for line in alerts.timeline(tx, joined.alert_id) if line.who == "UANALYST"]
    assert lines == ["split it: GuardDuty and Audit have cards of their own"]


def test_joining_again_undoes_it(joined):
    before = joined.alert
    joined.choose("alert:more", "split")
    whole, part = joined.alert_id, standing(joined)[("audit",)]
    take(joined, of("audit", count=5, at=LATER))

    joined.alert_id = part.id
    joined.choose("alert:more", "join")

    joined.alert_id = whole
    assert list(standing(joined)) == [("guardduty", "audit")]
    assert (joined.alert.state, joined.alert.source, joined.alert.count) == (State.OPEN, before.source, 5)
    take(joined, of("config"))
    assert list(standing(joined)) == [("guardduty", "audit", "config")]


def test_the_joined_card_offers_to_join_again_and_cannot_be_reopened_by_itself(joined):
    joined.choose("alert:more", "split")
    assert "incident:join" in shown(joined, joined.alert)

    joined.click("alert:reopen")
    assert "cannot be reopened by itself" in joined.whispered()
    joined.click("incident:join")

    assert list(standing(joined)) == [("guardduty", "audit")]


def test_who_may_not_respond_may_not_split(joined):
    joined.choose("alert:more", "split", user="UNOBODY")

    assert joined.alert.state is State.OPEN


def test_one_sources_alert_cannot_be_split(tmp_path):
    bot = Bot.with_alert(tmp_path)

    bot.choose("alert:more", "split")

    assert "nothing to split" in bot.whispered()


def test_operators_join_types_of_their_own(tmp_path):
    join = {"name": "the shop is slow", "types": {"cloudwatch": ["shop-*"], "config": ["shop-size"]},
            "whole_account": True}  # fmt: skip
    bot = services(tmp_path, joins=[join])
    with bot.store.write() as tx:
        relay.take(bot, tx, of("cloudwatch", type="shop-latency", facts={"practice": ""}))
        relay.take(bot, tx, of("config", type="shop-size"))
        (alert,) = alerts.select(tx, "1 = ?", (1,))

    assert (alert.problem, len(alert.sources)) == ("join:the shop is slow", 2)


def test_joining_can_be_switched_off(tmp_path):
    bot = services(tmp_path, joining={"enabled": False})
    with bot.store.write() as tx:
        for source in KINDS:
            relay.take(bot, tx, of(source))
        assert len(alerts.select(tx, "1 = ?", (1,))) == len(KINDS)


def test_a_joined_card_offers_what_fixes_it_by_any_of_its_sources():
    from bot.offers import offers
    from tests.alerting import settings

    user = f"arn:aws:iam::{ACCOUNT}:user/alice"
    old = a_signal(source=Source.AUDIT, type="iam-key-old", resource=f"{user}/access-key/AKIAIOSFODNN7EXAMPLE",
                   severity=Severity.MEDIUM, facts={"evidence": {"access_key_id": "AKIAIOSFODNN7EXAMPLE"}})  # fmt: skip
    worse = a_signal(source=Source.SECURITYHUB, type="IAM.3", resource=user, facts={"control_id": "IAM.3"})
    alone, both = taken([old]), taken([old, worse])

    assert both.source is Source.SECURITYHUB
    assert offers(alone, settings()) == offers(both, settings()) != ()


def a_failing(check, resource, title, severity=Severity.HIGH, region="eu-north-1"):
    return Finding(check=check, status=Status.FAIL, severity=severity, account=ACCOUNT, region=region,
                   resource=resource, title=title)  # fmt: skip


def test_a_card_shows_what_else_the_last_audit_found_wrong_there(tmp_path):
    from bot.store import findings

    place = f"arn:aws:ec2:eu-north-1:{ACCOUNT}"
    bot = Bot.with_alert(
        tmp_path,
        type="UnauthorizedAccess:EC2/SSHBruteForce",
        region="eu-north-1",
        resource=f"{place}:instance/i-0a1b2c3d4e5f60718",
        facts={
            "security_group_ids": ["sg-0a1b2c3d"],
            "instance_profile": f"arn:aws:iam::{ACCOUNT}:instance-profile/admin",
            "reported_in": ["eu-north-1"],
        },
    )
    failing = [
        a_failing("ec2-sg-open-ssh", f"{place}:security-group/sg-0a1b2c3d", "sg-0a1b2c3d opens SSH to the world"),
        a_failing("iam-policy-admin", f"arn:aws:iam::{ACCOUNT}:role/admin", "The role admin may do anything",
                  Severity.CRITICAL, "global"),
        a_failing("ec2-sg-open-ssh", f"{place}:security-group/sg-99999999", "another group"),
    ]  # fmt: skip
    with bot.services.store.write() as tx:
        findings.save(tx, ACCOUNT, failing, frozenset(), "a1", NOW)

    card = shown(bot, bot.alert)

    assert "Also wrong there" in card
    assert card.index("The role admin may do anything") < card.index("sg-0a1b2c3d opens SSH to the world")
    assert "another group" not in card


def test_groups_that_only_the_audit_names_count_too(tmp_path):
    from bot.store import findings

    place = f"arn:aws:ec2:eu-north-1:{ACCOUNT}"
    instance = f"{place}:instance/i-0a1b2c3d4e5f60718"
    bot = Bot.with_alert(tmp_path, type="Impact:EC2/PortSweep", region="eu-north-1", resource=instance)
    own = replace(a_failing("ec2-admin-port-not-bastion", instance, "no bastion"),
                  evidence={"rules": ["sg-0a1b2c3d: tcp 22 from 0.0.0.0/0"]})  # fmt: skip
    group = a_failing("ec2-sg-open-ssh", f"{place}:security-group/sg-0a1b2c3d", "sg-0a1b2c3d opens SSH to the world")
    with bot.services.store.write() as tx:
        findings.save(tx, ACCOUNT, [own, group], frozenset(), "a1", NOW)

    assert "sg-0a1b2c3d opens SSH to the world" in shown(bot, bot.alert)


def test_hostile_words_of_sources_and_findings_stay_words():
    from bot.messages.alert import Setting, card
    from sandbox.slack import validate

    alert = None
    for source in Source:
        signal = a_signal(source=source, title="<!here> &" * 99, member_id=str(source), facts={})
        shared = life.Problem(name="x", region="global", resource="r", why="<!channel> & *b* " * 99)
        alert, _ = receive(alert, replace(signal, problem=shared), NOW, "C1")
    found = [a_failing("c", "r", "<@U1> &" * 300)] * 9

    made = card(alert, Setting(related=found, owner="UOWNER"))

    validate.check_message(made.text, list(made.blocks))
    assert not any(word in str(made.blocks) for word in ("<!channel>", "<!here>", "<@U1>"))


def audited(bot, check, **evidence):
    """An audit has judged the check of the account, and kept what it saw."""
    finding = Finding(
        check=check, status=Status.PASS, severity=Severity.MEDIUM, account=ACCOUNT, region="global",
        resource=WHOLE, title=check, evidence=evidence,
    )  # fmt: skip
    with bot.store.write() as tx:
        findings.save(tx, ACCOUNT, [finding], [], "audit", NOW)


def practice_of(bot, alarm):
    with bot.store.write() as tx:
        placed = place(bot.settings, tx, alarm)
    return placed.problem.name, dict(map(tuple, placed.facts["details"])).get("Practice", "")


def alarm(name="all-well"):
    arn = f"arn:aws:cloudwatch:eu-north-1:{ACCOUNT}:alarm:{name}"
    facts = {"details": [["Description", "Pages"], ["Metric", "Trail x (sum)"]], "metrics": []}
    return of("cloudwatch", type=name, resource=arn, member_id=arn, facts={**facts, "practice": ""})


def test_an_alarm_serves_the_practice_whose_metric_filter_the_last_audit_saw_behind_it(tmp_path):
    bot = services(tmp_path)
    assert practice_of(bot, alarm()) == ("cloudwatch:all-well", "")

    audited(bot, "cloudwatch-no-alarm-cloudtrail-change", alarms=[alarm().resource])

    name, said = practice_of(bot, alarm())
    assert name == "cloudtrail-stopped"
    assert said.startswith("notice changes of CloudTrail (best-practices/3")
    assert practice_of(bot, alarm("another"))[0] == "cloudwatch:another"


def test_an_alarm_whose_chain_is_broken_behind_it_serves_its_practice_too(tmp_path):
    bot = services(tmp_path)
    audited(bot, "cloudwatch-no-alarm-root-use", broken_at="alarm actions", alarm="all-well")

    assert practice_of(bot, alarm())[0] == "iam-root-used"


def test_an_alarm_on_everything_serves_no_one_practice(tmp_path):
    bot = services(tmp_path)
    for check in ("cloudwatch-no-alarm-root-use", "cloudwatch-no-alarm-cloudtrail-change"):
        audited(bot, check, alarms=[alarm().resource])

    assert practice_of(bot, alarm())[1] == ""
