"""What the app learns of channels, of what was said in them, of people and of groups."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import ANA, BOT_SCOPES, GONE, PICKET, PRIYA, Workspace

ALERTS = "CALERTS01"


def error_of(act: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        act()
    return str(caught.value.response["error"])


def test_the_list_holds_public_channels_and_the_private_ones_the_app_is_in(ws: Workspace, client: WebClient) -> None:
    def names(**args: Any) -> set[str]:
        return {channel["name"] for channel in client.conversations_list(**args)["channels"]}

    assert names() == {
        "security-alerts",
        "security-critical",
        "security-digest",
        "general",
        "random",
        "audit-2019",
    }
    assert "audit-2019" not in names(exclude_archived=True)
    assert names(types="private_channel") == set()
    ws.faults.invite("CINCIDENT")
    assert names(types="private_channel") == {"incident-room"}


def test_pages_follow_one_another_by_cursor_until_all_is_read(client: WebClient) -> None:
    for number in range(5):
        client.chat_postMessage(channel=ALERTS, text=str(number))
    pages, cursor = [], ""
    while True:
        page = client.conversations_history(channel=ALERTS, limit=2, cursor=cursor)
        pages.append([message["text"] for message in page["messages"]])
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] == bool(cursor)
        if not cursor:
            break
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_a_wrong_cursor_and_a_wrong_limit_are_refused(client: WebClient) -> None:
    assert error_of(lambda: client.users_list(cursor="nonsense")) == "invalid_cursor"
    assert error_of(lambda: client.users_list(limit=1001)) == "invalid_limit"


def test_history_can_be_cut_by_time(client: WebClient) -> None:
    ts = [client.chat_postMessage(channel=ALERTS, text=str(number))["ts"] for number in range(3)]

    def texts(**args: Any) -> list[str]:
        return [message["text"] for message in client.conversations_history(channel=ALERTS, **args)["messages"]]

    assert texts(oldest=ts[0]) == ["2", "1"]
    assert texts(oldest=ts[1], latest=ts[1], inclusive=True) == ["1"]
    assert texts(latest=ts[1]) == ["0"]


def test_replies_come_with_their_head_first(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="head")["ts"]
    reply = client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=ts)["ts"]
    for named in (ts, reply):
        thread = client.conversations_replies(channel=ALERTS, ts=named)["messages"]
        assert [message["text"] for message in thread] == ["head", "reply"]
    assert error_of(lambda: client.conversations_replies(channel=ALERTS, ts="1.2")) == "thread_not_found"


def test_history_needs_membership_and_a_private_channel_does_not_exist_for_strangers(client: WebClient) -> None:
    assert error_of(lambda: client.conversations_history(channel="CRANDOM01")) == "not_in_channel"
    assert error_of(lambda: client.conversations_info(channel="CINCIDENT")) == "channel_not_found"


def test_a_channel_tells_its_members_and_whether_the_app_is_one(ws: Workspace, client: WebClient) -> None:
    assert ANA.id in client.conversations_members(channel=ALERTS)["members"]
    assert client.conversations_info(channel=ALERTS)["channel"]["is_member"]
    ws.faults.kick(ALERTS)
    assert not client.conversations_info(channel=ALERTS)["channel"]["is_member"]


def test_joining_needs_its_scope_and_works_with_it(open_workspace: Callable[..., Workspace]) -> None:
    strict = open_workspace()
    client = WebClient(token=strict.bot_token, base_url=strict.api_url)
    assert error_of(lambda: client.conversations_join(channel="CRANDOM01")) == "missing_scope"

    allowed = open_workspace(scopes=(*BOT_SCOPES, "channels:join"))
    client = WebClient(token=allowed.bot_token, base_url=allowed.api_url)
    client.conversations_join(channel="CRANDOM01")
    client.chat_postMessage(channel="CRANDOM01", text="hello")
    assert error_of(lambda: client.conversations_join(channel="COLDAUDIT")) == "is_archived"


def test_a_direct_message_opens_once_and_is_the_same_ever_after(client: WebClient) -> None:
    first = client.conversations_open(users=ANA.id)["channel"]["id"]
    assert client.conversations_open(users=[ANA.id])["channel"]["id"] == first
    assert client.conversations_info(channel=first)["channel"]["is_im"]


@pytest.mark.parametrize(
    ("user", "error"), [("UNOBODY01", "user_not_found"), (GONE.id, "user_disabled"), (PICKET.id, "cannot_dm_bot")]
)
def test_nobody_else_can_be_written_to(client: WebClient, user: str, error: str) -> None:
    assert error_of(lambda: client.conversations_open(users=user)) == error


def test_people_have_zones_and_addresses_and_the_departed_are_marked(client: WebClient) -> None:
    people = {person["id"]: person for person in client.users_list()["members"]}
    assert people[ANA.id]["tz"] == "Europe/Helsinki"
    assert people[PRIYA.id]["tz_offset"] in {-18_000, -14_400}
    assert people[GONE.id]["deleted"]
    assert people[PICKET.id]["is_bot"]
    assert client.users_lookupByEmail(email="PRIYA@acme.example")["user"]["id"] == PRIYA.id
    assert error_of(lambda: client.users_lookupByEmail(email=GONE.email)) == "users_not_found"


def test_groups_list_their_people(client: WebClient) -> None:
    groups = {group["handle"]: group for group in client.usergroups_list(include_users=True)["usergroups"]}
    assert groups["sec-approvers"]["users"] == [PRIYA.id]
    assert client.usergroups_users_list(usergroup=groups["sec-analysts"]["id"])["users"] == [ANA.id, PRIYA.id]
    assert error_of(lambda: client.usergroups_users_list(usergroup="SNOSUCH01")) == "no_such_subteam"


def test_a_reaction_is_added_once_and_can_be_taken_away(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    client.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")
    assert ws.messages(ALERTS)[0]["reactions"] == [{"name": "eyes", "users": [ws.bot_user], "count": 1}]
    assert error_of(lambda: client.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")) == "already_reacted"
    client.reactions_remove(channel=ALERTS, timestamp=ts, name="eyes")
    assert ws.messages(ALERTS)[0]["reactions"] == []
    assert error_of(lambda: client.reactions_remove(channel=ALERTS, timestamp=ts, name="eyes")) == "no_reaction"
