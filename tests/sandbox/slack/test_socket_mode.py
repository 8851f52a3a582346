"""The sockets: hello, acknowledgements, retries, disconnects, ten at most, and what gets lost."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack import ANA, Workspace

ALERTS = "CALERTS01"
Json = dict[str, Any]


@pytest.fixture
def raw(ws: Workspace) -> Callable[[], Any]:
    """Opens a bare websocket by the address that apps.connections.open gives."""
    from slack_sdk.socket_mode.builtin.connection import Connection

    opened: list[Connection] = []

    def open_one() -> tuple[Connection, list[Json]]:
        frames: list[Json] = []
        url = WebClient(base_url=ws.api_url).apps_connections_open(app_token=ws.app_token)["url"]
        connection = Connection(
            url=url,
            logger=logging.getLogger("tests.raw"),
            receive_timeout=1,
            on_message_listener=lambda text: frames.append(json.loads(text)) if text.startswith("{") else None,
        )
        connection.connect()
        opened.append(connection)
        return connection, frames

    yield open_one
    for connection in opened:
        connection.disconnect()


def pump(connection: Any, frames: list[Json], count: int) -> None:
    """Reads until `count` frames have come."""
    from slack_sdk.socket_mode.builtin.connection import ConnectionState

    class Until(ConnectionState):
        @property
        def terminated(self) -> bool:
            return len(frames) >= count

        @terminated.setter
        def terminated(self, value: bool) -> None:
            pass

    connection.run_until_completion(Until())


def test_hello_says_how_many_connections_there_are(ws: Workspace, raw: Callable[[], Any]) -> None:
    for number in (1, 2):
        connection, frames = raw()
        pump(connection, frames, 1)
        assert frames[0]["type"] == "hello"
        assert frames[0]["num_connections"] == number
        assert frames[0]["debug_info"]["approximate_connection_time"] > 0
        assert frames[0]["connection_info"]["app_id"] == "APICKET01"
    assert ws.connections == 2


def test_an_eleventh_connection_is_one_too_many_and_ghosts_count(ws: Workspace, raw: Callable[[], Any]) -> None:
    ws.faults.ghost_sockets(9)
    connection, frames = raw()
    pump(connection, frames, 1)
    assert frames[0]["num_connections"] == 10
    connection, frames = raw()
    pump(connection, frames, 1)
    assert (frames[0]["type"], frames[0]["reason"]) == ("disconnect", "too_many_websockets")


def test_an_address_opens_one_connection_only(ws: Workspace, http: Callable[..., tuple[int, Any]]) -> None:
    assert http(f"{ws.url}/link/?ticket=made-up")[0] == 401


def test_any_connection_may_get_an_envelope(ws: Workspace, connect: Callable[[Workspace], App]) -> None:
    heard: list[str] = []

    def listen(app: App, name: str) -> None:
        @app.command("/aws-audit")
        def run(ack: Any) -> None:
            ack()
            heard.append(name)

    for name in ("one", "two"):
        listen(connect(ws), name)
    for _ in range(4):
        assert ws.command(ANA.id, ALERTS, "/aws-audit").ok
    assert sorted(heard) == ["one", "one", "two", "two"]


def test_ghosts_swallow_their_share_of_what_is_sent(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(ack_seconds=0.8)
    app = connect(ws)

    @app.command("/aws-audit")
    def run(ack: Any) -> None:
        ack()

    ws.faults.ghost_sockets(1)
    assert sorted(ws.command(ANA.id, ALERTS, "/aws-audit").ok for _ in range(2)) == [False, True]
    ws.faults.ghost_sockets(0)
    assert all(ws.command(ANA.id, ALERTS, "/aws-audit").ok for _ in range(2))


def test_a_connection_that_has_grown_old_is_replaced_before_it_ends(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(connection_seconds=0.6)
    app = connect(ws)

    @app.command("/aws-audit")
    def run(ack: Any) -> None:
        ack()

    ws.wait_for(lambda: sum(call.method == "apps.connections.open" for call in ws.calls) > 1)
    assert ws.wait_for(lambda: ws.command(ANA.id, ALERTS, "/aws-audit").ok, timeout=30)


def test_an_event_is_sent_again_until_it_is_acknowledged_and_says_so(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(ack_seconds=0.8, retry_seconds=(0.0, 0.1, 0.2))
    app, heard = connect(ws), []

    @app.event("app_home_opened")
    def opened(body: Json, request: Any) -> None:
        heard.append((body["event_id"], request.headers.get("x-slack-retry-num", [None])[0]))

    ws.faults.drop_acks(2)
    ws.open_home(ANA.id)
    ws.wait_for(lambda: len(heard) == 3)
    assert len({event_id for event_id, _ in heard}) == 1
    assert [retry for _, retry in heard][1:] == ["1", "2"]


def test_an_event_waits_for_an_app_that_is_away(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(retry_seconds=(0.0, 0.5, 0.5, 2.0, 4.0))
    ws.open_home(ANA.id)
    app, heard = connect(ws), []

    @app.event("app_home_opened")
    def opened(event: Json) -> None:
        heard.append(event["user"])

    assert ws.wait_for(lambda: heard) == [ANA.id]


def test_an_event_nobody_subscribed_to_or_may_read_is_not_sent(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(events=("message.channels", "app_home_opened"), scopes=("chat:write",))
    app, heard = connect(ws), []

    @app.event("message")
    def said(event: Json) -> None:
        heard.append(event)

    @app.event("app_home_opened")
    def opened(event: Json) -> None:
        heard.append(event)

    ws.say(ANA.id, ALERTS, "hello")
    ws.open_home(ANA.id)
    ws.wait_for(lambda: heard)
    assert [event["type"] for event in heard] == ["app_home_opened"]


def test_the_app_hears_its_own_reaction(ws: Workspace, connect: Callable[..., App], client: WebClient) -> None:
    app, heard = connect(ws, ignoring_self_events_enabled=False), []

    @app.event("reaction_added")
    def reacted(event: Json) -> None:
        heard.append(event)

    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    client.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")
    ws.wait_for(lambda: heard)
    assert heard[0]["item"] == {"type": "message", "channel": ALERTS, "ts": ts}
    assert heard[0]["user"] == ws.bot_user


@pytest.mark.parametrize("fault", ["disconnect", "drop_socket", "close_sockets"])
def test_the_real_client_comes_back_however_its_connection_ends(ws: Workspace, app: App, fault: str) -> None:
    @app.command("/aws-audit")
    def run(ack: Any) -> None:
        ack()

    opened = sum(call.method == "apps.connections.open" for call in ws.calls)
    getattr(ws.faults, fault)()
    ws.wait_for(lambda: sum(c.method == "apps.connections.open" for c in ws.calls) > opened, timeout=30)
    assert ws.wait_for(lambda: ws.command(ANA.id, ALERTS, "/aws-audit").ok, timeout=30)


def test_one_connection_may_be_told_to_go_and_the_other_goes_on(ws: Workspace, raw: Callable[[], Any]) -> None:
    (first, first_frames), (second, second_frames) = raw(), raw()
    pump(first, first_frames, 1)
    pump(second, second_frames, 1)
    ws.faults.disconnect("refresh_requested", count=1)

    pump(first, first_frames, 2)
    assert first_frames[-1]["reason"] == "refresh_requested"
    assert ws.connections == 1
    assert len(second_frames) == 1


def test_a_frozen_connection_stays_counted_when_its_app_has_gone(ws: Workspace, raw: Callable[[], Any]) -> None:
    connection, frames = raw()
    pump(connection, frames, 1)
    ws.faults.freeze_sockets(1)
    connection.disconnect()

    _, again = raw()
    ws.wait_for(lambda: ws.connections == 2)
    assert again == []
    ws.faults.ghost_sockets(0)
    assert ws.connections == 1
