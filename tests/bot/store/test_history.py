"""What changed since a moment and how much passed at one, from the dates of the findings."""

from datetime import timedelta

import pytest

from bot.messages import diff, score
from bot.store import history
from checks.model import Severity, Status
from sandbox.slack.validate import check_message
from tests.audit_builders import ACCOUNT, NOW, a_finding, a_picket, audited, users


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def ago(days):
    return NOW - timedelta(days=days)


def since(services, days):
    with services.store.read() as tx:
        return history.diff(tx, ago(days), NOW)


def standing(services, days):
    with services.store.read() as tx:
        return history.standing(tx, ago(days)).get(ACCOUNT)


def checked(message):
    check_message(message.text, [dict(block) for block in message.blocks])
    return message.text + str(message.blocks)


def test_new_back_worse_and_fixed_are_told_apart_and_a_baseline_is_no_news(services):
    new, back, worse, fixed, same = users(5)
    passed = {"status": Status.PASS, "evidence": {}}
    low = {"severity": Severity.LOW}
    audited(services, [a_finding(**{"resource": worse.resource} | low), back, fixed, same], at=ago(9), id="a1")
    audited(services, [a_finding(resource=back.resource, **passed), worse, fixed, same], at=ago(5), id="a2")
    gone = a_finding(resource=fixed.resource, **passed)
    audited(services, [new, back, worse, gone, same], at=ago(1), id="a3")

    found = since(services, 7)
    assert [f.id for f in found.new] == [new.id]
    assert [f.id for f in found.returned] == [back.id]
    assert [f.id for f in found.worse] == [worse.id]
    assert [f.id for f in found.fixed] == [fixed.id]
    assert found.first == 0

    assert since(services, 2).worse == ()
    everything = since(services, 20)
    assert everything.new == (new,)
    assert everything.first > 0
    assert "The first audit was" in checked(diff.build(everything, str))


def test_the_score_weighs_by_severity_and_moves_with_what_was_fixed(services):
    bad, other = users(2, severity=Severity.CRITICAL)
    good = a_finding(resource=other.resource, status=Status.PASS, evidence={}, severity=Severity.CRITICAL)
    light = a_finding(resource="arn:light", severity=Severity.LOW)
    audited(services, [bad, other, light], at=ago(31), id="a1")
    audited(services, [bad, good, light], at=ago(2), id="a2")

    assert standing(services, 30) == history.Standing(judged=3, failing=3, weight=34, failing_weight=34)
    assert standing(services, 0) == history.Standing(judged=3, failing=2, weight=34, failing_weight=18)
    assert standing(services, 40) is None


def test_what_is_gone_counts_then_and_not_now(services):
    bad, other = users(2)
    audited(services, [bad, other], at=ago(31), id="a1")
    audited(services, [bad], at=ago(2), id="a2")

    assert standing(services, 30).judged == 2
    assert standing(services, 0).judged == 1


def test_the_trend_is_told_in_words_and_only_where_nothing_fails_it_is_100():
    now, before = history.Standing(10_000, 1, 80_000, 1), history.Standing(10, 5, 80, 40)

    text = checked(score.build({"1": now, "2": before}, {"1": before, "2": before}, NOW, str))
    assert "1: *99.9 %*, up from 50 % 30 days ago (1 answer of 10,000 fails)" in text
    assert "2: *50 %*, as 30 days ago" in text
    assert "not judged 30 days ago" in checked(score.build({"1": now}, {}, NOW, str))


def test_however_much_changed_and_however_it_is_spelt_slack_takes_it():
    many = tuple(
        a_finding(resource=f"arn:aws:iam::1:user/<!here>&{number}*" * 20, account="<@U1>&" * 30) for number in range(99)
    )
    changed = history.Diff(
        since=NOW, first_audit=NOW + timedelta(1), first=9, new=many, returned=many, worse=many, fixed=many
    )

    assert "<!here>" not in checked(diff.build(changed, str))
    hundred = {f"<!here>&{number}" * 20: history.Standing(9, 3, 90, 30) for number in range(100)}
    assert "80 more" in checked(score.build(hundred, {}, NOW, str))


def test_before_any_audit_both_say_so(services):
    assert "Nothing was audited yet" in checked(diff.build(since(services, 1), str))
    assert "Nothing was audited yet" in checked(score.build({}, {}, NOW, str))


def test_standings_are_those_of_the_ends_of_the_days_and_of_now(services):
    failing, fixed = users(2)
    audited(services, [failing, fixed], at=ago(9), id="a1")
    audited(
        services, [failing, a_finding(resource=fixed.resource, status=Status.PASS, evidence={})], at=ago(2), id="a2"
    )

    with services.store.read() as tx:
        days = history.standings(tx, NOW, days=11)

    assert [day.isoformat() for day, _ in (days[0], days[-1])] == ["2026-11-15", "2026-11-25"]
    assert [standing[ACCOUNT].failing if standing else None for _, standing in days] == [None, *[2] * 7, 1, 1, 1]


def test_accounts_taken_together_weigh_by_what_was_judged():
    whole = history.Standing.of([history.Standing(10, 1, 100, 50), history.Standing(2, 0, 100, 0)])

    assert (whole.judged, whole.failing, whole.passing) == (12, 1, 0.75)
    assert history.Standing.of([]).passing == 1.0
