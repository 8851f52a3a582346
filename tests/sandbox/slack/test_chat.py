"""What chat.* promises and refuses, asked by the real client."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.scenario import Stage
from sandbox.slack import ANA, GONE, OTTO, Workspace

ALERTS = "CALERTS01"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def refusal(act: Callable[[], Any]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        act()
    return caught.value.response


def test_a_post_is_answered_with_its_channel_and_ts_and_is_there_for_people_to_see(
    ws: Workspace, client: WebClient
) -> None:
    posted = client.chat_postMessage(channel=ALERTS, text="root login", blocks=[section("*root* login")])

    (message,) = ws.messages(ALERTS)
    assert (posted["channel"], posted["ts"]) == (ALERTS, message["ts"])
    assert message["text"] == "root login"
    assert message["blocks"][0]["text"]["text"] == "*root* login"
    assert message["user"] == ws.bot_user


def test_a_channel_may_be_named_with_or_without_its_hash(ws: Workspace, client: WebClient) -> None:
    assert client.chat_postMessage(channel="#security-alerts", text="a")["channel"] == ALERTS
    assert client.chat_postMessage(channel="security-alerts", text="b")["channel"] == ALERTS


def test_a_post_to_a_person_opens_the_direct_message_and_names_it(ws: Workspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=ANA.id, text="psst")

    assert posted["channel"] == ws.dm(ANA.id)
    assert posted["channel"].startswith("D")
    assert [message["text"] for message in ws.messages(ws.dm(ANA.id))] == ["psst"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("CNOSUCH001", "channel_not_found"),
        ("CINCIDENT", "channel_not_found"),
        ("CRANDOM01", "not_in_channel"),
        ("COLDAUDIT", "is_archived"),
        (GONE.id, "user_disabled"),
    ],
)
def test_a_post_where_the_app_may_not_write_says_why(client: WebClient, channel: str, error: str) -> None:
    assert refusal(lambda: client.chat_postMessage(channel=channel, text="hello"))["error"] == error


def test_a_post_without_words_is_no_text(client: WebClient) -> None:
    assert refusal(lambda: client.api_call("chat.postMessage", json={"channel": ALERTS}))["error"] == "no_text"


def test_text_of_forty_thousand_characters_passes_and_one_more_is_too_long(client: WebClient) -> None:
    client.chat_postMessage(channel=ALERTS, text="x" * 40_000)
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x" * 40_001))
    assert answer["error"] == "msg_too_long"


def test_blocks_that_hold_more_than_a_message_may_are_too_long_in_all(client: WebClient) -> None:
    client.chat_postMessage(channel=ALERTS, text="x", blocks=[section("x" * 2640)] * 5)
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", blocks=[section("x" * 2641)] * 5))
    assert answer["error"] == "msg_blocks_too_long"


def test_invalid_blocks_name_what_is_wrong_by_json_pointer(client: WebClient) -> None:
    answer = refusal(
        lambda: client.chat_postMessage(channel=ALERTS, text="x", blocks=[section("ok"), section("x" * 3001)])
    )
    assert answer["error"] == "invalid_blocks"
    assert (
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
        in answer["response_metadata"]["messages"]
    )


def test_blocks_that_are_no_json_are_a_wrong_format(client: WebClient) -> None:
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", blocks="[{"))
    assert answer["error"] == "invalid_blocks_format"


def test_control_characters_come_back_as_entities_and_mentions_stay(ws: Workspace, client: WebClient) -> None:
    said = "a & b < c > d <@UANA00001> <https://x.example|x> &amp; <!channel> <script>"
    client.chat_postMessage(channel=ALERTS, text=said, blocks=[section(said)])

    stored = "a &amp; b &lt; c &gt; d <@UANA00001> <https://x.example|x> &amp; <!channel> &lt;script&gt;"
    (message,) = ws.messages(ALERTS)
    assert message["text"] == stored
    assert message["blocks"][0]["text"]["text"] == stored


def test_an_update_replaces_the_message_in_place(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="open", blocks=[section("open")])["ts"]
    client.chat_update(channel=ALERTS, ts=ts, text="acknowledged", blocks=[section("acknowledged")])

    (message,) = ws.messages(ALERTS)
    assert (message["ts"], message["text"]) == (ts, "acknowledged")
    assert "edited" not in message


def test_an_update_with_text_alone_takes_the_blocks_away_and_shows_as_edited(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="open", blocks=[section("open")])["ts"]
    client.chat_update(channel=ALERTS, ts=ts, text="closed")

    (message,) = ws.messages(ALERTS)
    assert "blocks" not in message
    assert message["edited"]["user"] == ws.bot_user


def test_an_update_of_more_than_four_thousand_characters_is_too_long(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    answer = refusal(lambda: client.chat_update(channel=ALERTS, ts=ts, text="x" * 4001))
    assert answer["error"] == "msg_too_long"


def test_only_the_apps_own_messages_may_be_changed_or_deleted(ws: Workspace, client: WebClient) -> None:
    ts = ws.say(ANA.id, ALERTS, "mine")["ts"]
    assert refusal(lambda: client.chat_update(channel=ALERTS, ts=ts, text="x"))["error"] == "cant_update_message"
    assert refusal(lambda: client.chat_delete(channel=ALERTS, ts=ts))["error"] == "cant_delete_message"


def test_a_message_that_is_not_there_is_not_found(client: WebClient) -> None:
    for act in (
        lambda: client.chat_update(channel=ALERTS, ts="1.2", text="x"),
        lambda: client.chat_delete(channel=ALERTS, ts="1.2"),
        lambda: client.chat_getPermalink(channel=ALERTS, message_ts="1.2"),
    ):
        assert refusal(act)["error"] == "message_not_found"


def test_a_deleted_message_is_gone(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    client.chat_delete(channel=ALERTS, ts=ts)
    assert ws.messages(ALERTS) == []


def test_an_ephemeral_message_is_for_one_person_and_cannot_be_edited(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=ALERTS, user=ANA.id, text="for you")["message_ts"]

    assert [message["text"] for message in ws.messages(ALERTS, ANA.id)] == ["for you"]
    assert ws.messages(ALERTS, OTTO.id) == []
    assert client.conversations_history(channel=ALERTS)["messages"] == []
    assert refusal(lambda: client.chat_update(channel=ALERTS, ts=ts, text="x"))["error"] == "message_not_found"


def test_an_ephemeral_message_needs_a_member_of_the_channel(client: WebClient) -> None:
    answer = refusal(lambda: client.chat_postEphemeral(channel="CDIGEST01", user=OTTO.id, text="x"))
    assert answer["error"] == "user_not_in_channel"


def test_replies_stand_in_the_thread_and_are_counted_at_its_head(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="head")["ts"]
    reply = client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=ts)
    deeper = client.chat_postMessage(channel=ALERTS, text="deeper", thread_ts=reply["ts"])

    assert [message["text"] for message in ws.replies(ALERTS, ts)] == ["reply", "deeper"]
    assert deeper["message"]["thread_ts"] == ts
    head = client.conversations_history(channel=ALERTS)["messages"]
    assert [message["text"] for message in head] == ["head"]
    assert (head[0]["reply_count"], head[0]["latest_reply"]) == (2, deeper["ts"])


def test_a_reply_below_nothing_is_refused(client: WebClient) -> None:
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", thread_ts="1.2"))
    assert answer["error"] == "thread_not_found"


def test_metadata_is_kept_and_given_back_only_on_request(client: WebClient) -> None:
    metadata = {"event_type": "alert", "event_payload": {"id": "a1"}}
    client.chat_postMessage(channel=ALERTS, text="x", metadata=metadata)

    (plain,) = client.conversations_history(channel=ALERTS)["messages"]
    (full,) = client.conversations_history(channel=ALERTS, include_all_metadata=True)["messages"]
    assert "metadata" not in plain
    assert full["metadata"] == metadata


def test_metadata_without_an_event_type_is_refused(client: WebClient) -> None:
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", metadata={"event_payload": {}}))
    assert answer["error"] == "metadata_must_be_sent_with_event_type"


def test_a_permalink_points_to_the_message(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    link = client.chat_getPermalink(channel=ALERTS, message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/{ALERTS}/p{ts.replace('.', '')}")


def test_attachments_are_refused_aloud_rather_than_lost(client: WebClient) -> None:
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", attachments=[{"text": "old"}]))
    assert answer["error"] == "invalid_attachments"


def test_the_story_clicks_on_what_stands_in_the_channel_and_not_on_what_its_thread_says(
    ws: Workspace, client: WebClient
) -> None:
    card = client.chat_postMessage(channel=ALERTS, text="Alarm orders-api-latency")
    client.chat_postMessage(channel=ALERTS, text="Graph of orders-api-latency", thread_ts=card["ts"])

    assert Stage(ws, None, None).the(ALERTS, "orders-api-latency")["ts"] == card["ts"]  # type: ignore[arg-type]
