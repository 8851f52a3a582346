"""A card's row says nothing until it is sent: it is drawn then, and what people wait for is drawn first."""

import pytest
from structlog.testing import capture_logs

from bot import alerts as life
from bot import relay
from bot.store import lanes, outbox
from checks.model import Severity
from tests.alerting import NOW, Clock, a_signal, services


@pytest.fixture
def bot(tmp_path):
    return services(tmp_path, Clock(), routes=[{"channel": "#alerts"}])


def take(bot, number=1, **facts):
    signal = a_signal(**{"event_id": f"e{number}", "member_id": f"m{number}", "resource": f"r{number}", **facts})
    with bot.store.write() as tx:
        relay.take(bot, tx, signal)
        return relay.find(tx, signal.alert_id)


def rows(bot, kind="message"):
    with bot.store.read() as tx:
        return [row for row in tx.query("select * from outbox order by urgent desc, id") if row["kind"] == kind]


def posted(bot, key):
    with bot.store.write() as tx:
        lanes.sent(tx, lanes.due(tx, NOW)[0], NOW, outbox.Place("CALERTS01", "1.1"))
        assert outbox.place(tx, key)


def draw(bot, key, channel="#alerts"):
    with bot.store.read() as tx:
        return relay.draw(bot, tx, key, channel)


def test_a_card_is_drawn_as_its_alert_is_when_it_is_sent(bot):
    alert = take(bot)
    take(bot, title="A key of alice was used from Tor again", count=9, at=NOW.replace(hour=9, minute=5))

    assert [(row["text"], row["body_json"]) for row in rows(bot) if row["key"] == alert.key] == [("", "{}")]
    assert "again" in draw(bot, alert.key).text


def test_a_new_critical_goes_first_and_its_later_changes_do_not(bot):
    take(bot, 1)
    critical = take(bot, 2, severity=Severity.CRITICAL)
    assert next(row["key"] for row in rows(bot)) == critical.key
    posted(bot, critical.key)

    take(bot, 2, severity=Severity.CRITICAL, event_id="e3", count=9, at=NOW.replace(hour=9, minute=5))

    (edit,) = [row for row in rows(bot) if row["key"] == critical.key and not row["sent_at"]]
    assert not edit["urgent"]


def test_what_a_person_did_is_shown_before_what_else_waits(bot):
    alert = take(bot, 1)
    posted(bot, alert.key)
    take(bot, 2)

    relay.move(bot, alert.id, lambda it: life.acknowledge(it, "UANALYST", NOW))

    assert next(row["key"] for row in rows(bot) if not row["sent_at"]) == alert.key


def test_an_older_card_that_is_drawn_late_says_where_the_alert_went(bot):
    alert = take(bot)
    posted(bot, alert.key)
    relay.move(bot, alert.id, lambda it: life.resolve(it, "UANALYST", life.Resolution.FIXED, NOW))
    again = take(bot, event_id="e2", at=NOW.replace(hour=10))
    assert again.key != alert.key

    assert draw(bot, alert.key).text.startswith("Moved:")
    assert "#alerts" not in str(draw(bot, alert.key).blocks)
    assert "#alerts" in str(draw(bot, alert.key, "#other").blocks)


def test_a_card_that_cannot_be_drawn_is_told_plainly(bot, monkeypatch):
    alert = take(bot, title="<!channel> is used")
    monkeypatch.setattr(relay, "shown", lambda *_: 1 / 0)

    with capture_logs() as lines:
        said = draw(bot, alert.key)

    assert said.text.startswith("High: &lt;!channel&gt; is used. Picket failed")
    assert alert.id in said.text
    assert said.blocks == []
    assert lines[0]["alert"] == alert.id


def test_the_event_as_it_came_is_kept_compact_until_it_is_sent(bot):
    take(bot, raw={"name": "Ärger", "n": [1]})

    (file,) = rows(bot, "file")
    assert file["content"] == b'{"name": "\\u00c4rger", "n": [1]}'
