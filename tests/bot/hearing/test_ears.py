"""The watch on a workspace's sockets: whatever makes the app deaf is noticed, mended, and said in the channel."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from slack_sdk import WebClient

from bot import config, relay
from bot.app import build_app
from bot.delivery.outbox import Outbox
from bot.delivery.slack import Slack
from bot.errors import PicketError
from bot.hearing.ears import Ears, Pace
from bot.hearing.judge import Limits
from bot.rights import Rights
from bot.services import Services
from bot.store import Store, hearing, lanes, outbox
from sandbox.slack import ANA, Workspace

ALERTS = "CALERTS01"
PACE = {"tick": 0.02, "ping": 0.5, "hello": 3, "apart": 0, "drain": 0.3, "first_wait": 0.05, "longest_wait": 0.3}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    for name in ("slack_bolt", "slack_sdk"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)


@pytest.fixture
def workspace():
    with Workspace(rate_scale=None, ack_seconds=0.5, retry_seconds=(0.0, 0.2)) as workspace:
        yield workspace


@pytest.fixture
def services(tmp_path, workspace):
    return a_bot(tmp_path, workspace)


def a_bot(folder, workspace, **slack):
    slack = {
        "bot_token": workspace.bot_token,
        "app_token": workspace.app_token,
        "api_url": workspace.api_url,
        **slack,
    }
    settings = config.Settings(slack=config.Slack(**slack), routes=(config.Route(channel="#security-alerts"),))
    return Services(
        settings=settings,
        store=Store(folder / "picket.db"),
        rights=Rights(settings.rights, lambda _: frozenset()),
        slack=WebClient(token=slack["bot_token"], base_url=slack["api_url"], timeout=2, retry_handlers=[]),
        aws=None,
        now=lambda: datetime.now(UTC),
        new_id=lambda: "id",
    )


@pytest.fixture
def watch(services, workspace):
    """Open the ears and have them and the outbox run until the test ends; limits that are not named never count."""
    stop, threads = threading.Event(), []

    def start(pace=PACE, connections=2, **limits):
        limits = Limits(**{"silence": 600, "haunted": 600, "quiet": 600, "echo": 600, **limits})
        ears = Ears(services, partial(build_app, services), limits, Pace(**pace))
        ears.open(stop)
        for run in (ears.run, Outbox(services, Slack(services.slack), relay.draw).run):
            threads.append(threading.Thread(target=run, args=(stop,)))
            threads[-1].start()
        workspace.wait_for(lambda: workspace.connections == connections, 5)

    yield start
    stop.set()
    services.store.wake()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()


@pytest.fixture
def said(services, workspace):
    """A message of the app's stands in the channel: what an echo is asked for below."""
    now = services.now()
    ts = services.slack.chat_postMessage(channel=ALERTS, text="An alert")["ts"]
    with services.store.write() as tx:
        outbox.message(tx, "alert:1", "CALERTS01", "An alert", [], now)
        row = lanes.begin(tx, 1, now)
        lanes.sent(tx, row, now, outbox.Place(ALERTS, ts))
    return ts


def told(workspace):
    """What the channel says of deafness, as it stands now."""
    return [message["text"] for message in workspace.messages(ALERTS) if " Slack " in message["text"]]


def over(workspace):
    return [text for text in told(workspace) if text.startswith("I did not hear Slack from")]


def calls(workspace, method):
    return [call for call in workspace.calls if call.method == method]


def answered(workspace):
    return workspace.command(ANA.id, ALERTS, "/aws-audit help").ok


def test_two_connections_are_held_and_both_answer(watch, workspace):
    watch()

    assert [answered(workspace) for _ in range(4)] == [True] * 4
    assert told(workspace) == []


def test_a_ghost_that_a_cut_connection_leaves_is_noticed_by_the_hello_of_the_next(watch, workspace, said):
    watch(haunted=0.4)
    workspace.faults.ghost_sockets(1)
    workspace.faults.drop_socket()

    (lasting,) = workspace.wait_for(lambda: told(workspace), 5)
    assert "Slack counts 1 more of my connections than I have" in lasting


def test_a_ghost_is_noticed_by_its_count_and_said_until_it_is_gone(watch, workspace, said):
    workspace.faults.ghost_sockets(1)
    watch(haunted=0.4, connections=3)

    (lasting,) = workspace.wait_for(lambda: told(workspace), 5)
    assert lasting.startswith("I may not have heard Slack since")
    assert "Slack counts 1 more of my connections than I have" in lasting
    workspace.faults.ghost_sockets(0)
    workspace.wait_for(lambda: over(workspace), 5)
    assert len(told(workspace)) == 1
    assert answered(workspace)


@pytest.mark.parametrize("lost", [1, 100])
def test_an_echo_that_is_lost_or_must_be_repeated_is_deafness(watch, workspace, said, lost):
    watch(quiet=0.2, echo=1.5)
    workspace.wait_for(lambda: calls(workspace, "reactions.remove"), 5)  # one that was heard
    assert told(workspace) == []

    workspace.faults.drop_frames(lost)
    workspace.wait_for(lambda: told(workspace), 5)
    workspace.faults.drop_frames(0)

    (text,) = workspace.wait_for(lambda: over(workspace), 8)
    assert ("came only when it was repeated" if lost == 1 else "did not come back") in text
    assert "please repeat those that had no effect" in text


def test_the_reaction_is_there_for_a_moment_only(watch, workspace, said):
    watch(quiet=0.2)
    workspace.wait_for(lambda: len(calls(workspace, "reactions.remove")) > 1, 5)

    assert {call.outcome for call in workspace.calls if call.method.startswith("reactions")} == {"ok"}
    assert len(calls(workspace, "reactions.add")) - len(calls(workspace, "reactions.remove")) in (0, 1)


def test_a_reaction_that_a_killed_picket_left_is_no_hindrance(watch, services, workspace, said):
    services.slack.reactions_add(channel=ALERTS, timestamp=said, name="ear")
    watch(quiet=0.2)

    workspace.wait_for(lambda: len(calls(workspace, "reactions.remove")) > 1, 5)
    assert told(workspace) == []


def test_where_the_newest_message_is_gone_an_older_one_is_taken(watch, services, workspace, said):
    with services.store.write() as tx:
        outbox.message(tx, "alert:2", ALERTS, "Deleted", [], services.now())
        row = lanes.begin(tx, 2, services.now())
        lanes.sent(tx, row, services.now(), outbox.Place(ALERTS, "1.000001"))
    watch(quiet=0.2)

    workspace.wait_for(lambda: calls(workspace, "reactions.remove"), 5)
    assert [call.outcome for call in calls(workspace, "reactions.add")][:2] == ["message_not_found", "ok"]


def test_a_connection_that_brings_nothing_any_more_is_replaced_and_its_ghost_is_told_of(watch, workspace, said):
    watch(silence=1.2)
    workspace.faults.freeze_sockets(1)

    (lasting,) = workspace.wait_for(lambda: told(workspace), 5)
    assert "a connection brought nothing for 1.2 s" in lasting
    time.sleep(0.5)
    assert over(workspace) == []  # Slack still counts the frozen one and sends to it
    workspace.faults.ghost_sockets(0)
    workspace.wait_for(lambda: over(workspace), 5)
    assert answered(workspace)


def test_sockets_that_are_cut_are_replaced_by_new_ones_without_a_word(watch, workspace):
    watch()
    workspace.faults.drop_socket()

    workspace.wait_for(lambda: workspace.connections == 0, 2)
    workspace.wait_for(lambda: workspace.connections == 2, 5)
    assert [answered(workspace) for _ in range(3)] == [True] * 3
    assert told(workspace) == []


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
def test_a_command_is_answered_while_one_connection_is_replaced(watch, workspace, reason):
    watch()
    before = len(calls(workspace, "apps.connections.open"))
    workspace.faults.disconnect(reason, count=1)

    assert [answered(workspace) for _ in range(3)] == [True] * 3
    workspace.wait_for(lambda: len(calls(workspace, "apps.connections.open")) == before + 1, 5)
    workspace.wait_for(lambda: workspace.connections == 2, 5)
    assert [answered(workspace) for _ in range(3)] == [True] * 3
    assert told(workspace) == []


def test_when_all_are_to_be_replaced_at_once_the_first_new_one_answers_at_once(watch, workspace):
    watch()
    workspace.faults.disconnect("refresh_requested")

    workspace.wait_for(lambda: workspace.connections, 5)
    assert answered(workspace)
    workspace.wait_for(lambda: workspace.connections == 2, 5)


def test_an_outage_is_told_with_its_window_when_slack_is_back(watch, workspace, services, said):
    watch(silence=0.8)
    workspace.faults.fail_next("apps.connections.open", status=500, times=5)
    workspace.faults.close_sockets()
    ends = time.monotonic() + 10
    while not deaf(services):  # the waits between its attempts are chance
        assert time.monotonic() < ends
        workspace.faults.fail_next("apps.connections.open", status=500)
        time.sleep(0.05)

    (text,) = workspace.wait_for(lambda: over(workspace), 10)
    assert "brought nothing for 0.8 s" in text
    assert len(told(workspace)) == 1


def deaf(services):
    with services.store.read() as tx:
        return hearing.lasting(tx) is not None


def test_slack_that_asks_to_wait_is_left_alone_for_that_long(watch, workspace):
    watch()
    workspace.faults.fail_next("apps.connections.open", status=429, retry_after=1)
    before = len(calls(workspace, "apps.connections.open"))
    workspace.faults.drop_socket()

    workspace.wait_for(lambda: workspace.connections == 0, 2)
    workspace.wait_for(lambda: workspace.connections == 2, 5)
    refused, first, *_ = [call.at for call in calls(workspace, "apps.connections.open")[before:]]
    assert first - refused >= 1


def test_a_window_that_a_restart_falls_into_is_ended_by_the_next_picket(watch, services, workspace, said):
    since = services.now() - timedelta(minutes=3)
    with services.store.write() as tx:
        hearing.begin(tx, since, "a reaction of mine did not come back in 20 s")
    watch()

    (text,) = workspace.wait_for(lambda: over(workspace), 5)
    assert f"from {since:%Y-%m-%d %H:%M:%S} UTC" in text
    with services.store.read() as tx:
        assert hearing.lasting(tx) is None


def test_without_the_scope_for_reactions_the_other_signs_still_hold(tmp_path):
    scopes = ("chat:write", "commands", "channels:read", "channels:history")
    with Workspace(rate_scale=None, scopes=scopes) as workspace:
        services = a_bot(tmp_path, workspace)
        with services.store.write() as tx:
            outbox.message(tx, "alert:1", ALERTS, "An alert", [], services.now())
            lanes.sent(tx, lanes.begin(tx, 1, services.now()), services.now(), outbox.Place(ALERTS, "1.000001"))
            hearing.begin(tx, services.now(), "a connection brought nothing for 30 s")
        stop = threading.Event()
        ears = Ears(services, partial(build_app, services), pace=Pace(**PACE))
        ears.open(stop)
        thread = threading.Thread(target=ears.run, args=(stop,))
        thread.start()

        def ended():
            with services.store.read() as tx:
                return hearing.lasting(tx) is None

        workspace.wait_for(ended, 5)
        stop.set()
        thread.join(timeout=5)
        assert not thread.is_alive()
        assert [call.outcome for call in calls(workspace, "reactions.add")] == ["missing_scope"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"bot_token": "xoxb-wrong"}, "invalid_auth. Check SLACK_BOT_TOKEN"),
        ({"app_token": "xapp-wrong"}, "invalid_auth. Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "Check the network, and SLACK_API_URL"),
    ],
)
def test_a_start_without_slack_fails_with_words(tmp_path, workspace, settings, words):
    services = a_bot(tmp_path, workspace, **settings)

    with pytest.raises(PicketError, match=words):
        Ears(services, partial(build_app, services)).open(threading.Event())


def test_a_start_among_too_many_connections_says_so(services, workspace):
    workspace.faults.ghost_sockets(10)
    ears = Ears(services, partial(build_app, services))

    with pytest.raises(PicketError, match=r"ended: too_many_websockets.*no other Picket uses the same tokens"):
        ears.open(threading.Event())


def test_a_start_waits_as_long_as_slack_asks_to(services, workspace):
    workspace.faults.fail_next("apps.connections.open", status=429, retry_after=1)
    stop = threading.Event()
    ears = Ears(services, partial(build_app, services), pace=Pace(**PACE))
    ears.open(stop)

    assert workspace.connections == 1
    stop.set()
    ears.run(stop)
    workspace.wait_for(lambda: workspace.connections == 0, 5)
