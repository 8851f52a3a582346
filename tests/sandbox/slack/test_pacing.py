"""Slack's rates: bursts pass, what comes too fast is told when to come again."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Workspace
from sandbox.slack.errors import ApiError
from sandbox.slack.pacing import TIERS, Pacer


def test_posts_to_one_channel_may_burst_and_then_wait_while_others_go_on(
    open_workspace: Callable[..., Workspace], clock: Any
) -> None:
    ws = open_workspace(rate_scale=1.0)
    client = WebClient(token=ws.bot_token, base_url=ws.api_url)
    for _ in range(4):
        client.chat_postMessage(channel="CALERTS01", text="x")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="CALERTS01", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    client.chat_postMessage(channel="CCRITICAL", text="x")
    clock.ahead += 1
    client.chat_postMessage(channel="CALERTS01", text="x")


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_a_tier_lets_its_burst_through_and_then_its_rate(tier: int) -> None:
    now = [0.0]
    pacer, rate = Pacer(lambda: now[0]), TIERS[tier]
    for _ in range(int(rate.burst)):
        pacer.method("a", tier)
    with pytest.raises(ApiError) as caught:
        pacer.method("a", tier)
    pacer.method("another", tier)
    now[0] += int(caught.value.headers["Retry-After"])
    pacer.method("a", tier)


def test_waiting_as_told_is_enough_and_rates_scale() -> None:
    now = [0.0]
    pacer = Pacer(lambda: now[0], scale=10)
    posted = 0
    while now[0] < 60:
        try:
            pacer.post("C1")
            posted += 1
        except ApiError as refused:
            now[0] += int(refused.headers["Retry-After"]) / 10
    assert 590 <= posted <= 610
    unlimited = Pacer(lambda: 0.0, scale=None)
    for _ in range(1000):
        unlimited.post("C1")
