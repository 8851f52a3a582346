"""The graph of an alarm in its alert's thread: CloudWatch's own, or drawn from the numbers."""

import json
import struct
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import alarm_chart, attachments, graph, relay
from bot.alarm_chart import Panel
from bot.aws import alarm_graph
from bot.aws.alarm_graph import Series
from bot.aws.permissions import read_policy
from bot.errors import AwsDenied
from bot.intake.parse import parse
from bot.store import attachments as wanted
from tests.alerting import NOW, an_alarm_event, services

PNG = b"\x89PNG\r\n\x1a\n"
DENIED = AwsDenied("not allowed to draw it", permission="cloudwatch:GetMetricData", code="AccessDenied")
POINTS = tuple((NOW + timedelta(minutes=5 * n), float(n)) for n in range(12))


def signal(*args, **detail):
    (said,) = parse(json.dumps(an_alarm_event(*args, **detail)), NOW)
    return said


@pytest.fixture
def bot(tmp_path):
    made = services(tmp_path)
    with made.store.write() as tx:
        relay.take(made, tx, signal())
    return made


def waiting(bot):
    with bot.store.read() as tx:
        return wanted.pending(tx)


def files(bot):
    with bot.store.read() as tx:
        return list(tx.query("select * from outbox where kind = 'file' and key like '%:graph'"))


def deny(*_args, **_kwargs):
    raise DENIED


def test_an_alarm_that_goes_off_has_its_graph_in_the_thread_once(bot, monkeypatch):
    monkeypatch.setattr(alarm_graph, "image", lambda *_args: PNG)
    with bot.store.write() as tx:
        relay.take(bot, tx, signal("INSUFFICIENT_DATA", "ALARM", "08:40:00"))

    assert attachments.make_pending(bot, {graph.GRAPH: graph.graph_file}) == 1

    (file,) = files(bot)
    assert file["content"] == PNG
    assert "root-used" in file["body_json"]
    assert "alt_text" in file["body_json"]
    assert waiting(bot) == []


def test_where_cloudwatch_does_not_draw_it_picket_does(bot, monkeypatch):
    monkeypatch.setattr(alarm_graph, "image", deny)
    monkeypatch.setattr(alarm_graph, "series", lambda *_args: (Series("RootUsage", POINTS),))

    (one,) = waiting(bot)
    file = graph.graph_file(bot, one.parent)

    assert file.content.startswith(PNG)
    assert "RootUsage: 12 values, 0 to 11, the last 11. Threshold: 1." in file.alt_text


def test_where_neither_is_allowed_the_thread_says_why_once(bot, monkeypatch):
    monkeypatch.setattr(alarm_graph, "image", deny)
    monkeypatch.setattr(alarm_graph, "series", deny)

    for _ in range(5):
        attachments.make_pending(bot, {graph.GRAPH: graph.graph_file})

    with bot.store.read() as tx:
        said = [row["text"] for row in tx.query("select text from outbox where key like '%:graph:failed'")]
    assert said == ["A file for this thread could not be made: not allowed to draw it"]


RULE = {"configuration": {"alarmRule": "ALARM(web-5xx) AND (ALARM(web-slow) OR ALARM(other-composite))"}}


def an_alarm_of_metrics(name):
    return {"AlarmName": name, "Namespace": "AWS/ApplicationELB", "MetricName": name, "Statistic": "Sum", "Period": 60,
            "Dimensions": [{"Name": "LoadBalancer", "Value": "web"}], "Threshold": 5.0}  # fmt: skip


def test_a_composite_alarm_shows_what_the_alarms_of_its_rule_look_at(tmp_path, monkeypatch):
    bot, asked = services(tmp_path), []
    with bot.store.write() as tx:
        relay.take(bot, tx, signal(**RULE))
    known = [an_alarm_of_metrics(name) for name in ("web-5xx", "web-slow")]
    monkeypatch.setattr(alarm_graph, "described", lambda *given: asked.append(given[1:]) or known)
    monkeypatch.setattr(alarm_graph, "series", lambda *given: (Series(given[3][0]["MetricStat"]["Stat"], POINTS),))

    (one,) = waiting(bot)
    file = graph.graph_file(bot, one.parent)

    assert asked == [("111122223333", "us-west-2", ["web-5xx", "web-slow", "other-composite"])]
    assert file.content.startswith(PNG)
    assert struct.unpack(">II", file.content[16:24]) == (1200, 660)
    assert "web-5xx: Sum: 12 values, 0 to 11, the last 11. Threshold: 5. web-slow: Sum" in file.alt_text


def test_a_composite_alarm_of_composite_alarms_says_why_it_has_no_graph(tmp_path, monkeypatch):
    bot = services(tmp_path)
    with bot.store.write() as tx:
        relay.take(bot, tx, signal(**RULE))
    monkeypatch.setattr(alarm_graph, "described", lambda *_: [])

    for _ in range(5):
        attachments.make_pending(bot, {graph.GRAPH: graph.graph_file})

    with bot.store.read() as tx:
        (said,) = [row["text"] for row in tx.query("select text from outbox where key like '%:graph:failed'")]
    assert "none of the alarms that it looks at (web-5xx, web-slow, other-composite) has a metric" in said


def test_an_alarm_that_is_over_and_one_without_metrics_ask_for_none(tmp_path):
    bot = services(tmp_path)
    with bot.store.write() as tx:
        relay.take(bot, tx, signal("OK", "ALARM"))
        relay.take(bot, tx, replace(signal(configuration={"alarmRule": "TRUE"}), resource="arn:other"))

    assert waiting(bot) == []


@pytest.mark.parametrize("label", ["RootUsage", "$x_{1}$ <!channel>", "\u202e\x00", ""])
@pytest.mark.parametrize("points", [POINTS, ()], ids=["values", "none"])
def test_the_picture_is_drawn_whatever_the_names_and_numbers(label, points):
    png = alarm_chart.render((Panel("", (Series(label, points),), 1.0),), label)

    assert png.startswith(PNG)
    assert struct.unpack(">II", png[16:24]) == alarm_chart.SIZE


def test_the_role_may_draw_graphs_only_where_events_are_relayed():
    def actions(**given):
        return {a for one in read_policy((), **given)["Statement"] for a in one["Action"]}

    assert actions(relay=True) >= set(alarm_graph.ACTIONS)
    assert not actions() & set(alarm_graph.ACTIONS)
