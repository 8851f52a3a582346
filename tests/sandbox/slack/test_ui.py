"""What the page is told and what it may do: the snapshot, the live feed and the POSTs."""

import asyncio
import json
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack import ANA, GONE, PRIYA, Workspace

ALERTS = "CALERTS01"
Json = dict[str, Any]
Http = Callable[..., tuple[int, Any]]


class Feed:
    """The page's websocket, read as it comes."""

    def __init__(self, url: str) -> None:
        self._events: queue.Queue[Json] = queue.Queue()
        self._done = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._read(f"{url}/ui"),))
        self._thread.start()
        self.snapshot = self.next("snapshot")

    async def _read(self, url: str) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            pump = asyncio.create_task(self._pump(socket))
            await self._done.wait()
            pump.cancel()

    async def _pump(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            self._events.put(json.loads(frame.data))

    def next(self, kind: str) -> Json:
        """The next event of a kind; others are passed over."""
        while True:
            event = self._events.get(timeout=5)
            if event["type"] == kind:
                return event

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def open_feed(ws: Workspace) -> Iterator[Callable[[], Feed]]:
    feeds: list[Feed] = []

    def start() -> Feed:
        feeds.append(Feed(ws.url))
        return feeds[-1]

    yield start
    for feed in feeds:
        feed.close()


def button(text: str = "Go") -> Json:
    return {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": text}, "value": "7"}


def test_a_page_that_opens_is_told_everything(ws: Workspace, client: WebClient, open_feed: Callable[[], Feed]) -> None:
    client.chat_postMessage(channel=ALERTS, text="hello")
    client.views_publish(user_id=ANA.id, view={"type": "home", "blocks": [{"type": "divider"}]})
    ws.story(1, 5, "A key leaks", "Watch #security-alerts.")
    told = open_feed().snapshot

    assert told["team"] == {"id": "TACME0001", "name": "Acme"}
    assert {user["name"] for user in told["users"]} >= {"ana", "priya", "otto", "picket"}
    assert all("email" not in user for user in told["users"])
    assert {channel["name"] for channel in told["channels"]} >= {"security-alerts", "incident-room"}
    assert [message["text"] for message in told["messages"][ALERTS]] == ["hello"]
    assert told["homes"][ANA.id]["type"] == "home"
    assert told["commands"][0]["command"] == "/aws-audit"
    assert told["connections"] == 0
    assert told["story"]["title"] == "A key leaks"


def test_what_happens_is_told_as_it_happens(ws: Workspace, client: WebClient, open_feed: Callable[[], Feed]) -> None:
    feed = open_feed()

    ts = client.chat_postMessage(channel=ALERTS, text="open")["ts"]
    assert feed.next("message")["message"]["text"] == "open"
    client.chat_update(channel=ALERTS, ts=ts, text="closed")
    assert feed.next("message")["message"]["text"] == "closed"
    client.chat_delete(channel=ALERTS, ts=ts)
    assert feed.next("message_deleted") == {"type": "message_deleted", "channel": ALERTS, "ts": ts}
    client.conversations_open(users=ANA.id)
    channel = feed.next("channel")["channel"]
    assert (channel["is_im"], channel["user"]) == (True, ANA.id)
    ws.faults.archive(ALERTS)
    assert feed.next("channel")["channel"]["is_archived"]
    ws.command(ANA.id, "CGENERAL1", "/aws-audit")
    assert "dispatch_failed" in feed.next("notice")["text"]
    ws.story(2, 5, "Approve", "", "waiting")
    assert feed.next("story")["state"] == "waiting"


def test_a_page_is_told_where_an_uploaded_image_is(
    ws: Workspace, client: WebClient, open_feed: Callable[[], Feed], http: Http
) -> None:
    feed = open_feed()
    file_id = client.files_upload_v2(filename="trend.png", content=b"png")["file"]["id"]
    image = {"type": "image", "alt_text": "trend", "slack_file": {"id": file_id}}
    client.chat_postMessage(channel=ALERTS, text="digest", blocks=[image])
    address = feed.next("message")["message"]["blocks"][0]["image_url"]
    assert http(address) == (200, b"png")


def test_a_person_writes_runs_clicks_submits_and_closes_from_the_page(
    ws: Workspace, app: App, client: WebClient, http: Http, open_feed: Callable[[], Feed]
) -> None:
    heard: list[Json] = []

    @app.command("/aws-audit")
    def run(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        field = {"type": "plain_text_input", "action_id": "text"}
        label = {"type": "plain_text", "text": "Why"}
        modal = {
            "type": "modal",
            "callback_id": "m",
            "title": label,
            "submit": label,
            "blocks": [
                {"type": "input", "block_id": "why", "label": label, "element": field},
                {"type": "actions", "block_id": "do", "elements": [button()]},
            ],
        }
        client.views_open(trigger_id=body["trigger_id"], view=modal)

    @app.action("go")
    def go(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    @app.view("m")
    def save(ack: Any, view: Json) -> None:
        text = view["state"]["values"]["why"]["text"]["value"]
        ack(response_action="errors", errors={"why": "Say more."}) if text == "x" else ack()

    def act(name: str, **body: Any) -> Json:
        status, answer = http(f"{ws.url}/ui/{name}", body={"user": ANA.id, **body})
        assert status == 200
        return answer

    feed = open_feed()
    assert act("message", channel=ALERTS, text="hello")["ok"]
    ts = client.chat_postMessage(channel=ALERTS, text="x", blocks=[{"type": "actions", "elements": [button()]}])["ts"]
    block_id = ws.messages(ALERTS)[-1]["blocks"][0]["block_id"]
    place = {"type": "message", "channel": ALERTS, "message_ts": ts}
    assert act("action", container=place, block_id=block_id, action_id="go", value="7") == {"ok": True}
    assert heard[-1]["message"]["ts"] == ts

    assert act("command", channel=ALERTS, text="/aws-audit")["ok"]
    view = feed.next("views")["views"][-1]
    typed = {"why": {"text": "half a thou"}}
    place = {"type": "view", "view_id": view["id"]}
    assert act("action", container=place, block_id="do", action_id="go", value="7", values=typed)["ok"]
    assert heard[-1]["view"]["state"]["values"]["why"]["text"]["value"] == "half a thou"
    assert act("submit", view_id=view["id"], values={"why": {"text": "x"}})["errors"] == {"why": "Say more."}
    assert act("submit", view_id=view["id"], values={"why": {"text": "because"}})["ok"]
    assert ws.views(ANA.id) == []
    assert "not open" in act("close", view_id=view["id"])["error"]
    assert act("home")["ok"]


def test_the_page_cannot_act_for_the_departed_or_send_nonsense(ws: Workspace, http: Http) -> None:
    def post(body: Any, **more: Any) -> tuple[int, Any]:
        return http(f"{ws.url}/ui/message", body=body, **more)

    status, answer = post({"user": GONE.id, "channel": ALERTS, "text": "boo"})
    assert (status, answer["ok"]) == (200, False)
    assert post({"user": ANA.id})[0] == 400
    assert post("{")[0] == 400
    assert post([])[0] == 400
    assert post("x=1", headers={"Content-Type": "application/x-www-form-urlencoded"})[0] == 415


def test_the_story_is_told_what_the_page_wants(ws: Workspace, http: Http) -> None:
    def command(word: str) -> Json:
        answer: Json = http(f"{ws.url}/ui/story", body={"command": word})[1]
        return answer

    assert command("pause") == {"ok": False, "error": "No story is playing."}
    heard: list[str] = []
    ws.on_story(heard.append)
    assert command("pause")["ok"]
    assert command("next")["ok"]
    assert not command("explode")["ok"]
    assert heard == ["pause", "next"]


def test_a_slash_command_does_not_run_in_a_thread(ws: Workspace, http: Http) -> None:
    body = {"user": PRIYA.id, "channel": ALERTS, "text": "/aws-audit iam", "thread_ts": "1.2"}
    assert "not supported in threads" in http(f"{ws.url}/ui/command", body=body)[1]["error"]


def test_the_page_itself_is_served(ws: Workspace, http: Http) -> None:
    status, page = http(f"{ws.url}/")
    assert (status, page.startswith(b"<!doctype html>")) == (200, True)
    assert http(f"{ws.url}/static/app.js")[0] == 200
