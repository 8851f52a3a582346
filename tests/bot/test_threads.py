"""What is said in an alert's thread when much of it is said at once."""

import pytest

from bot import alerts as life
from bot import relay
from tests.alerting import Clock, a_signal, services


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bot(tmp_path, clock):
    made = services(tmp_path, clock)
    take(made, clock, 1)
    with made.store.write() as tx:
        tx.execute("update outbox set sent_at = created_at")
    return made


def take(bot, clock, count, **facts):
    clock.pass_(seconds=1)
    signal = a_signal(count=count, at=clock(), **facts)
    with bot.store.write() as tx:
        relay.take(bot, tx, signal)
    return signal.alert_id


def replies(bot):
    with bot.store.read() as tx:
        rows = tx.query("select text from outbox where parent is not null and sent_at is null order by id")
        return [row["text"] for row in rows]


def test_what_a_source_adds_while_its_last_line_waits_is_said_with_it(bot, clock):
    take(bot, clock, 2)
    take(bot, clock, 4)

    assert replies(bot) == ["GuardDuty seen once more, twice in all; GuardDuty seen twice more, 4 times in all"]


def test_a_flood_of_updates_is_one_reply_that_says_how_many_it_leaves_out(bot, clock):
    for count in range(2, 102):
        take(bot, clock, count)

    (said,) = replies(bot)
    assert said.startswith("Picket leaves out 91 earlier lines, which the timeline has; GuardDuty seen once more")
    assert said.endswith("101 times in all")


def test_what_is_on_its_way_is_said_as_it_was_and_the_rest_by_itself(bot, clock):
    take(bot, clock, 2)
    with bot.store.write() as tx:
        tx.execute("update outbox set begun_at = created_at where parent is not null")
    take(bot, clock, 3)
    take(bot, clock, 4)

    first, second = replies(bot)
    assert first == "GuardDuty seen once more, twice in all"
    assert second.count("seen once more") == 2


def test_what_people_say_stands_by_itself(bot, clock):
    id_ = take(bot, clock, 2)
    relay.move(bot, id_, lambda alert: life.note(alert, "UANALYST", "I am on it", clock()))
    take(bot, clock, 3)

    assert [text.split()[0] for text in replies(bot)] == ["GuardDuty", "UANALYST"]


def test_the_lines_of_another_alert_are_its_own(bot, clock):
    take(bot, clock, 2)
    other = {"member_id": "f2", "resource": "another"}
    take(bot, clock, 1, **other)
    take(bot, clock, 2, **other)

    assert len(replies(bot)) == 2
