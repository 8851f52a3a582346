"""What came in and what was sent is let go of in time, and never what an open alert needs."""

import json
from datetime import timedelta

import pytest

from bot import alerts as life
from bot import relay, retention
from bot.intake.keep import keep
from bot.intake.parse import parse
from bot.store import alerts, outbox, slots
from bot.store import retention as stored
from tests.alerting import NOW, Clock, a_finding, eventbridge, services


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bot(tmp_path, clock):
    return services(tmp_path, clock, store={"path": tmp_path / "picket.db", "keep_days": 30})


def send_all(bot):
    with bot.store.write() as tx:
        tx.execute("update outbox set sent_at = ?", (bot.now().isoformat(),))


def rows(bot, table):
    with bot.store.read() as tx:
        return tx.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 - ours


def take(bot, name):
    """A finding that is told of and sent; the id of its alert."""
    event = json.dumps(eventbridge(a_finding(id=name, type=f"Recon:EC2/{name}"), id=name))
    (signal,) = parse(event, bot.now())
    with bot.store.write() as tx:
        keep(bot, tx, signal, event)
        (alert,) = alerts.select(tx, "type = ?", (signal.type,))
    send_all(bot)
    return alert.id


def resolve(bot, alert):
    relay.move(bot, alert, lambda it: life.resolve(it, "UANALYST", life.Resolution.FIXED, bot.now()))
    send_all(bot)


def test_what_is_old_is_let_go_of_and_what_is_newer_stays(bot, clock):
    resolve(bot, take(bot, "old"))
    clock.pass_(days=31)
    resolve(bot, take(bot, "new"))
    before = rows(bot, "outbox")

    retention.forget_due(bot)

    assert rows(bot, "events") == 1
    assert 0 < rows(bot, "outbox") < before


def test_an_alert_that_is_not_resolved_keeps_its_event_and_its_messages(bot, clock):
    alert = take(bot, "open")
    kept = rows(bot, "outbox")
    clock.pass_(days=400)

    retention.forget_due(bot)

    assert (rows(bot, "events"), rows(bot, "outbox")) == (1, kept)
    resolve(bot, alert)
    clock.pass_(days=31)
    retention.forget_due(bot)
    assert (rows(bot, "events"), rows(bot, "outbox")) == (0, 0)


def test_what_was_never_sent_stays_however_old(bot, clock):
    with bot.store.write() as tx:
        outbox.message(tx, "m", "C1", "waits", [], NOW)
    clock.pass_(days=400)

    retention.forget_due(bot)

    assert rows(bot, "outbox") == 1


def test_many_are_let_go_of_in_small_batches(bot, clock, monkeypatch):
    with bot.store.write() as tx:
        for number in range(1201):
            outbox.message(tx, f"m{number}", "C1", "sent", [], NOW)
    send_all(bot)
    clock.pass_(days=31)
    sizes, drop = [], stored.drop_messages
    monkeypatch.setattr(stored, "drop_messages", lambda tx, ids: (sizes.append(len(ids)), drop(tx, ids)))

    retention.forget_due(bot)

    assert sizes == [500, 500, 201]
    assert rows(bot, "outbox") == 0


def test_it_is_looked_at_once_a_day_and_again_after_a_crash(bot, clock, monkeypatch):
    with bot.store.write() as tx:
        outbox.message(tx, "m", "C1", "sent", [], NOW)
    send_all(bot)
    clock.pass_(days=31)
    with monkeypatch.context() as patch:
        patch.setattr(stored, "drop_messages", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            retention.forget_due(bot)

    retention.forget_due(bot)
    assert rows(bot, "outbox") == 0
    with bot.store.read() as tx:
        assert slots.known(tx, "retention")
    looked = []
    monkeypatch.setattr(stored, "old_messages", lambda *_: looked.append(1) or [])
    clock.pass_(hours=1)
    retention.forget_due(bot)
    assert not looked
    clock.now += timedelta(days=1)
    retention.forget_due(bot)
    assert looked
