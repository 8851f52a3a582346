"""Updates of a GuardDuty finding, through the one way in: the same card, whatever the update says of the resource."""

import json
from datetime import timedelta

import pytest

from bot import relay
from bot.intake.parse import parse
from bot.store import alerts
from tests.alerting import NOW, Clock, a_finding, a_key_finding, eventbridge, services
from tests.guardduty_words import finding

LATER = "2026-11-25T14:55:00.000Z"


@pytest.fixture
def bot(tmp_path):
    return services(tmp_path, Clock())


def take(bot, detail, **parts):
    (signal,) = parse(json.dumps(eventbridge(detail, **parts)), NOW)
    with bot.store.write() as tx:
        relay.take(bot, tx, signal)
        tx.execute("update outbox set sent_at = created_at where kind = 'message'")


def only(bot):
    with bot.store.read() as tx:
        (alert,) = alerts.select(tx, "1 = ?", (1,))
    return alert


def thread(bot):
    """What was said under the card, oldest first."""
    with bot.store.read() as tx:
        rows = tx.execute("select text from outbox where parent is not null and kind = 'message' order by id")
        return [text for (text,) in rows.fetchall()]


def updated(detail, count=15, **parts):
    service = {**detail["service"], "count": count, "eventLastSeen": LATER, **parts.pop("service", {})}
    return {**detail, "updatedAt": LATER, "service": service, **parts}


def test_an_update_edits_the_card_and_says_what_changed(bot):
    take(bot, a_finding())
    take(bot, updated(a_finding(), severity=9))

    alert = only(bot)
    assert (alert.count, str(alert.severity), alert.cards) == (15, "critical", 2)
    (said,) = thread(bot)
    assert "severity rose from high to critical; seen 3 times more, 15 times in all" in said


def test_an_update_without_its_resource_edits_the_same_card(bot):
    take(bot, a_finding())
    take(bot, updated(a_finding(), resource=None))

    alert = only(bot)
    assert (alert.count, len(alert.members)) == (15, 1)


@pytest.mark.parametrize("joining", [{}, {"enabled": False}])
def test_a_sequence_that_comes_to_a_further_bucket_edits_the_same_card(tmp_path, joining):
    bot = services(tmp_path, Clock(), joining=joining)
    detail = finding("attack-sequence-s3")
    more = json.loads(json.dumps(detail))
    found = more["service"]["detection"]["sequence"]["resources"]
    found.insert(0, {**found[0], "uid": "arn:aws:s3:::archive", "name": "archive"})
    take(bot, detail)
    take(bot, updated(more, count=4))

    assert only(bot).resource == "arn:aws:s3:::archive"


def test_an_old_update_that_comes_late_changes_nothing(bot):
    take(bot, updated(a_finding()))
    before = only(bot)
    take(bot, a_finding())

    assert (only(bot).count, only(bot).title, thread(bot)) == (15, before.title, [])


def test_one_problem_of_several_regions_is_one_card_and_over_when_all_say_so(bot):
    regions = ("us-east-1", "eu-west-1", "eu-north-1")
    for number, region in enumerate(regions):
        take(bot, a_key_finding(region=region, id=f"f{number}"))
    alert = only(bot)
    assert (len(alert.members), alert.facts["reported_in"]) == (3, sorted(regions))

    for number, region in enumerate(regions):
        detail = a_key_finding(region=region, id=f"f{number}")
        take(bot, updated(detail, count=12, service={"archived": True}))
        assert (only(bot).state == "resolved") is (number == 2)
    assert only(bot).resolved_by == "guardduty"


def test_other_findings_of_the_same_resource_have_cards_of_their_own(bot):
    take(bot, a_finding())
    take(bot, a_finding(id="f2", type="CryptoCurrency:EC2/BitcoinTool.B!DNS"))

    with bot.store.read() as tx:
        assert len(alerts.select(tx, "1 = ?", (1,))) == 2


def test_a_finding_that_comes_back_after_it_was_archived_opens_its_card_again(bot):
    take(bot, a_finding())
    take(bot, updated(a_finding(), service={"archived": True}))
    bot.now.pass_(hours=1)
    again = {**updated(a_finding(), count=20), "updatedAt": (NOW + timedelta(hours=9)).isoformat()}
    take(bot, again)

    assert (only(bot).state, only(bot).cards) == ("open", 2)
    assert "came back" in thread(bot)[-1]
