"""Who may call what: tokens, scopes, methods and the shapes of a request."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Workspace


def error_of(client: WebClient, method: str, **args: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, params=args)
    return caught.value.response


def test_the_bot_token_names_the_app(ws: Workspace, client: WebClient) -> None:
    me = client.auth_test()
    assert (me["user_id"], me["team"], me["user"]) == (ws.bot_user, "Acme", "picket")


def test_no_token_a_wrong_token_and_the_wrong_kind_of_token_are_three_errors(ws: Workspace) -> None:
    def with_token(token: str | None) -> WebClient:
        return WebClient(token=token, base_url=ws.api_url)

    assert error_of(with_token(None), "auth.test")["error"] == "not_authed"
    assert error_of(with_token("xoxb-wrong"), "auth.test")["error"] == "invalid_auth"
    assert error_of(with_token(ws.app_token), "auth.test")["error"] == "not_allowed_token_type"
    assert error_of(with_token(ws.bot_token), "apps.connections.open")["error"] == "not_allowed_token_type"


def test_a_method_without_its_scope_says_which_is_needed_and_which_were_given(
    open_workspace: Callable[..., Workspace],
) -> None:
    ws = open_workspace(scopes=("users:read",))
    client = WebClient(token=ws.bot_token, base_url=ws.api_url)
    answer = error_of(client, "chat.postMessage", channel="CALERTS01", text="x")
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "users:read")


def test_emails_are_shown_to_those_who_may_read_them(open_workspace: Callable[..., Workspace]) -> None:
    ws = open_workspace(scopes=("users:read",))
    client = WebClient(token=ws.bot_token, base_url=ws.api_url)
    assert "email" not in client.users_info(user="UANA00001")["user"]["profile"]
    assert error_of(client, "users.lookupByEmail", email="ana@acme.example")["error"] == "missing_scope"


def test_a_revoked_token_says_so(ws: Workspace, client: WebClient) -> None:
    ws.faults.revoke_tokens()
    assert error_of(client, "auth.test")["error"] == "token_revoked"


def test_an_unknown_method_is_named(client: WebClient) -> None:
    answer = error_of(client, "chat.shout")
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


def test_get_form_and_json_say_the_same_thing(ws: Workspace, http: Callable[..., tuple[int, Any]]) -> None:
    signed = {"Authorization": f"Bearer {ws.bot_token}"}
    url, token = f"{ws.api_url}users.info", ws.bot_token
    answers = [
        http(f"{url}?user=UANA00001", headers=signed),
        http(f"{url}?user=UANA00001&token={token}"),
        http(url, form={"user": "UANA00001", "token": token}),
        http(url, body={"user": "UANA00001"}, headers=signed),
    ]
    assert [answer["user"]["name"] for _, answer in answers] == ["ana"] * 4
    assert http(url, body="{", headers=signed)[1]["error"] == "invalid_json"


def test_a_page_of_another_site_cannot_act_in_the_workspace(
    ws: Workspace, http: Callable[..., tuple[int, Any]]
) -> None:
    body = {"user": "UANA00001", "channel": "CALERTS01", "text": "x"}
    assert http(f"{ws.url}/ui/message", body=body, headers={"Origin": "https://evil.example"})[0] == 403
    assert http(f"{ws.url}/ui/message", body=body, headers={"Host": "evil.example"})[0] == 403
    assert ws.messages("CALERTS01") == []


def test_every_call_is_logged_with_its_arguments_and_outcome(ws: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel="CALERTS01", text="x")
    error_of(client, "users.info", user="UNOBODY01")
    assert [(call.method, call.outcome) for call in ws.calls] == [
        ("chat.postMessage", "ok"),
        ("users.info", "user_not_found"),
    ]
    assert ws.calls[0].args["text"] == "x"
