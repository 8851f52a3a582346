"""Faults do what they say: they fail, hang, or take effect and then say that they did not."""

import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Workspace

ALERTS = "CALERTS01"


def post(client: WebClient) -> Any:
    return client.chat_postMessage(channel=ALERTS, text="x")


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ({"status": 500}, 500, "internal_error"),
        ({"status": 429, "retry_after": 7}, 429, "ratelimited"),
        ({"error": "fatal_error"}, 200, "fatal_error"),
    ],
)
def test_the_next_calls_fail_as_told_and_then_all_is_well(
    ws: Workspace, client: WebClient, fault: dict[str, Any], status: int, error: str
) -> None:
    ws.faults.fail_next("chat.postMessage", times=2, **fault)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            post(client)
        assert (caught.value.response.status_code, caught.value.response["error"]) == (status, error)
    if status == 429:
        assert caught.value.response.headers["Retry-After"] == "7"
    client.auth_test()
    post(client)
    assert len(ws.messages(ALERTS)) == 1


def test_a_call_may_take_effect_and_still_fail(ws: Workspace, client: WebClient) -> None:
    ws.faults.fail_next("chat.postMessage", status=500, after_commit=True)
    with pytest.raises(SlackApiError):
        post(client)
    assert len(ws.messages(ALERTS)) == 1


def test_a_call_may_take_effect_and_answer_after_the_client_has_given_up(ws: Workspace) -> None:
    impatient = WebClient(token=ws.bot_token, base_url=ws.api_url, timeout=1, retry_handlers=[])
    ws.faults.commit_then_hang("chat.postMessage", 30)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        post(impatient)
    assert time.monotonic() - started < 5
    assert len(ws.messages(ALERTS)) == 1


def test_a_star_meets_any_method(ws: Workspace, client: WebClient) -> None:
    ws.faults.fail_next("*", status=503)
    with pytest.raises(SlackApiError):
        client.auth_test()
    assert client.auth_test()["ok"]


def test_channels_close_and_the_app_is_thrown_out_and_messages_vanish(ws: Workspace, client: WebClient) -> None:
    ts = post(client)["ts"]
    ws.faults.forget_message(ALERTS, ts)
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_update(channel=ALERTS, ts=ts, text="y")
    ws.faults.archive(ALERTS)
    with pytest.raises(SlackApiError, match="is_archived"):
        post(client)
    ws.faults.archive(ALERTS, archived=False)
    ws.faults.kick(ALERTS)
    with pytest.raises(SlackApiError, match="not_in_channel"):
        post(client)
    ws.faults.invite(ALERTS)
    post(client)
