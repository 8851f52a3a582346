"""A real Bolt app hears what people do, and people see what it answers."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import ANA, GONE, GUEST, OTTO, PRIYA, Workspace

ALERTS = "CALERTS01"
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def modal(title: str = "Snooze", **more: Any) -> Json:
    why = {
        "type": "input",
        "block_id": "why",
        "label": plain("Why"),
        "element": {"type": "plain_text_input", "action_id": "text", "min_length": 3},
    }
    until = {
        "type": "input",
        "block_id": "until",
        "optional": True,
        "label": plain("Until"),
        "element": {
            "type": "static_select",
            "action_id": "pick",
            "options": [{"text": plain("1 h"), "value": "1h"}, {"text": plain("1 day"), "value": "1d"}],
            "initial_option": {"text": plain("1 h"), "value": "1h"},
        },
    }
    return {
        "type": "modal",
        "callback_id": "snooze",
        "title": plain(title),
        "submit": plain("Save"),
        "blocks": [why, until],
        **more,
    }


def buttons(*action_ids: str) -> list[Json]:
    elements = [{"type": "button", "action_id": a, "text": plain(a), "value": f"{a}-7"} for a in action_ids]
    return [{"type": "actions", "block_id": "do", "elements": elements}]


def open_modal(ws: Workspace, app: App, *views: Json) -> Json:
    """Runs a command to which the app answers with a modal; each further command opens the next of `views`."""
    left = list(views) or [modal()]

    @app.command("/aws-audit")
    def run(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=left.pop(0))

    assert ws.command(ANA.id, ALERTS, "/aws-audit modal").ok
    return ws.wait_for(lambda: ws.views(ANA.id))[-1]


def test_a_command_reaches_the_app_as_slack_writes_it(ws: Workspace, app: App) -> None:
    heard: list[Json] = []

    @app.command("/aws-audit")
    def run(ack: Any, body: Json) -> None:
        heard.append(body)
        ack("on it")

    answer = ws.command(ANA.id, ALERTS, "/aws-audit iam severity>=high @priya #random @nobody")
    assert answer.ok
    assert heard[0]["text"] == "iam severity&gt;=high <@UPRIYA001|priya> <#CRANDOM01|random> @nobody"
    assert (heard[0]["user_id"], heard[0]["channel_id"], heard[0]["channel_name"]) == (
        ANA.id,
        ALERTS,
        "security-alerts",
    )
    assert [message["text"] for message in ws.messages(ALERTS, ANA.id)] == ["on it"]
    assert ws.messages(ALERTS, PRIYA.id) == []


def test_an_answer_in_channel_is_for_all(ws: Workspace, app: App) -> None:
    @app.command("/aws-audit")
    def run(ack: Any) -> None:
        ack(text="for all", response_type="in_channel")

    ws.command(ANA.id, ALERTS, "/aws-audit")
    assert [message["text"] for message in ws.messages(ALERTS)] == ["for all"]


def test_an_answer_that_slack_refuses_is_shown_as_a_failed_command(ws: Workspace, app: App) -> None:
    @app.command("/aws-audit")
    def run(ack: Any) -> None:
        ack(text="x", blocks=[{"type": "marquee"}])

    answer = ws.command(ANA.id, ALERTS, "/aws-audit")
    assert (answer.ok, answer.code) == (False, "invalid_blocks")


def test_without_a_socket_a_command_fails_to_be_dispatched(ws: Workspace) -> None:
    answer = ws.command(ANA.id, ALERTS, "/aws-audit iam")
    assert answer.error == '/aws-audit failed with the error "dispatch_failed"'
    assert ws.notices[-1]["text"] == answer.error
    assert ws.notices[-1]["user"] == ANA.id


def test_a_command_that_is_not_acknowledged_in_time_times_out(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(ack_seconds=0.8)
    connect(ws)  # an app without a listener never acknowledges with success
    ws.faults.drop_acks(1)
    answer = ws.command(ANA.id, ALERTS, "/aws-audit iam")
    assert answer.error == '/aws-audit failed with the error "operation_timeout"'


@pytest.mark.parametrize(
    ("user", "channel", "text", "words"),
    [
        (ANA.id, ALERTS, "/deploy now", "not a valid command"),
        (GONE.id, ALERTS, "/aws-audit", "not in #security-alerts"),
        (OTTO.id, "CINCIDENT", "/aws-audit", "no such channel"),
        (OTTO.id, "CDIGEST01", "/aws-audit", "not in #security-digest"),
        (GUEST.id, ALERTS, "/aws-audit", "no such channel"),
        (ANA.id, "COLDAUDIT", "/aws-audit", "archived"),
    ],
)
def test_slacks_client_lets_nobody_run_a_command_where_they_may_not(
    ws: Workspace, user: str, channel: str, text: str, words: str
) -> None:
    answer = ws.command(user, channel, text)
    assert not answer.ok
    assert words in answer.error


def test_a_click_carries_the_message_and_the_button_as_they_are(ws: Workspace, app: App, client: WebClient) -> None:
    heard: list[Json] = []

    @app.action("ack")
    def click(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    posted = client.chat_postMessage(
        channel=ALERTS,
        text="a & b",
        blocks=buttons("ack", "snooze"),
        metadata={"event_type": "alert", "event_payload": {"id": "a1"}},
    )
    assert ws.click(ANA.id, ALERTS, posted["ts"], "ack").ok
    (body,) = heard
    assert body["actions"][0]["value"] == "ack-7"
    assert body["actions"][0]["block_id"] == "do"
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": ALERTS,
        "is_ephemeral": False,
    }
    assert body["message"]["text"] == "a &amp; b"
    assert body["user"]["id"] == ANA.id
    assert body["channel"] == {"id": ALERTS, "name": "security-alerts"}


def test_an_acknowledgement_that_comes_late_is_counted_and_changes_nothing(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(ack_seconds=0.2)
    app, hold = connect(ws), threading.Event()

    @app.command("/aws-audit")
    def run(ack: Any) -> None:
        hold.wait(10)
        ack("too late")

    assert ws.command(ANA.id, ALERTS, "/aws-audit").code == "operation_timeout"
    hold.set()
    ws.wait_for(lambda: ws.late_acks)
    assert ws.messages(ALERTS, ANA.id) == []


def test_a_menu_sends_the_whole_option_and_refuses_one_that_is_not_offered(
    ws: Workspace, app: App, client: WebClient
) -> None:
    heard: list[Json] = []

    @app.action("pick")
    def picked(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    menu = {
        "type": "static_select",
        "action_id": "pick",
        "options": [{"text": plain("1 h"), "value": "1h"}, {"text": plain("1 day"), "value": "1d"}],
    }
    ts = client.chat_postMessage(channel=ALERTS, text="x", blocks=[{"type": "actions", "elements": [menu]}])["ts"]
    assert ws.click(ANA.id, ALERTS, ts, "pick", "1d").ok
    assert heard[0]["actions"][0]["selected_option"] == {"text": plain("1 day"), "value": "1d"}
    (values,) = heard[0]["state"]["values"].values()
    assert values["pick"]["selected_option"]["value"] == "1d"
    assert "not one of the choices" in ws.click(ANA.id, ALERTS, ts, "pick", "1y").error


def test_a_stale_client_sends_a_button_that_is_gone_and_a_fresh_one_cannot(
    ws: Workspace, app: App, client: WebClient
) -> None:
    heard: list[Json] = []

    @app.action("ack")
    def click(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    ts = client.chat_postMessage(channel=ALERTS, text="open", blocks=buttons("ack"))["ts"]
    old = ws.messages(ALERTS)[0]
    client.chat_update(channel=ALERTS, ts=ts, text="done", blocks=buttons("reopen"))

    assert "no element ack" in ws.click(ANA.id, ALERTS, ts, "ack").error
    assert ws.click(ANA.id, ALERTS, ts, "ack", message=old).ok
    assert heard[0]["message"]["text"] == "open"


def test_any_payload_can_be_forged(ws: Workspace, app: App) -> None:
    heard: list[Json] = []

    @app.action("approve")
    def click(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    forged = {
        "type": "block_actions",
        "user": {"id": OTTO.id},
        "team": {"id": "TACME0001"},
        "actions": [{"type": "button", "action_id": "approve", "block_id": "x", "value": "someone else's"}],
    }
    assert ws.forge_action(forged).ok
    assert heard[0]["actions"][0]["value"] == "someone else's"


def test_a_response_url_answers_one_person_replaces_and_deletes_and_wears_out(
    ws: Workspace, app: App, client: WebClient, clock: Any
) -> None:
    answers: list[Any] = []

    @app.action("ack")
    def click(ack: Any, respond: Any) -> None:
        ack()
        answers.append(respond)

    ts = client.chat_postMessage(channel=ALERTS, text="open", blocks=buttons("ack"))["ts"]
    ws.click(ANA.id, ALERTS, ts, "ack")
    respond = ws.wait_for(lambda: answers)[0]

    assert respond("only you").status_code == 200
    assert ws.messages(ALERTS, ANA.id)[-1]["ephemeral_to"] == ANA.id
    respond("acknowledged", replace_original=True)
    assert ws.messages(ALERTS)[0]["text"] == "acknowledged"
    respond("all of you", response_type="in_channel", replace_original=False)
    assert ws.messages(ALERTS)[-1]["text"] == "all of you"
    refused = respond(blocks=[{"type": "marquee"}], text="x")
    assert refused.status_code == 400
    respond(delete_original=True)
    assert ts not in {message["ts"] for message in ws.messages(ALERTS)}
    respond("the fifth")
    worn = respond("the sixth")
    assert (worn.status_code, "used_url" in worn.body) == (404, True)
    clock.ahead += 1801
    assert "expired_url" in respond("too late").body


def test_an_ephemeral_message_can_be_clicked_by_its_reader_alone(ws: Workspace, app: App, client: WebClient) -> None:
    heard: list[Json] = []

    @app.action("more")
    def click(ack: Any, body: Json, respond: Any) -> None:
        ack()
        heard.append(body)
        respond("page 2", replace_original=True)

    ts = client.chat_postEphemeral(channel=ALERTS, user=ANA.id, text="page 1", blocks=buttons("more"))["message_ts"]
    assert "gone" in ws.click(PRIYA.id, ALERTS, ts, "more").error
    assert ws.click(ANA.id, ALERTS, ts, "more").ok
    assert "message" not in heard[0]
    assert heard[0]["container"]["is_ephemeral"]
    ws.wait_for(lambda: [message["text"] for message in ws.messages(ALERTS, ANA.id)] == ["page 2"])


def test_a_click_that_is_not_acknowledged_is_never_sent_again(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(ack_seconds=0.8)
    app, heard = connect(ws), []

    @app.action("ack")
    def click(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    client = WebClient(token=ws.bot_token, base_url=ws.api_url)
    ts = client.chat_postMessage(channel=ALERTS, text="x", blocks=buttons("ack"))["ts"]
    ws.faults.drop_frames(1)
    answer = ws.click(ANA.id, ALERTS, ts, "ack")
    assert (answer.ok, answer.code, heard) == (False, "operation_timeout", [])
    assert "did not answer that click" in ws.notices[-1]["text"]
    assert ws.click(ANA.id, ALERTS, ts, "ack").ok
    assert len(heard) == 1


def test_a_modal_is_filled_in_and_sent_as_slack_sends_it(ws: Workspace, app: App) -> None:
    heard: list[Json] = []

    @app.view("snooze")
    def save(ack: Any, view: Json) -> None:
        ack()
        heard.append(view)

    view = open_modal(ws, app, modal(private_metadata="a1"))
    assert ws.submit(ANA.id, view["id"], {"why": {"text": "known & fine"}}).ok
    values = heard[0]["state"]["values"]
    assert values["why"]["text"] == {"type": "plain_text_input", "value": "known & fine"}
    assert values["until"]["pick"]["selected_option"]["value"] == "1h"
    assert heard[0]["private_metadata"] == "a1"
    assert ws.views(ANA.id) == []


def test_slacks_client_holds_back_a_modal_that_is_not_complete(ws: Workspace, app: App) -> None:
    view = open_modal(ws, app)
    assert ws.submit(ANA.id, view["id"]).errors == {"why": "Please complete this required field."}
    assert "at least 3" in ws.submit(ANA.id, view["id"], {"why": {"text": "no"}}).errors["why"]
    assert ws.views(ANA.id)[0]["state"]["values"]["why"]["text"]["value"] == "no"


def test_errors_from_the_app_keep_the_modal_open_with_what_was_typed(ws: Workspace, app: App) -> None:
    @app.view("snooze")
    def save(ack: Any) -> None:
        ack(response_action="errors", errors={"until": "That is in the past."})

    view = open_modal(ws, app)
    answer = ws.submit(ANA.id, view["id"], {"why": {"text": "because"}, "until": {"pick": "1d"}})
    assert answer.errors == {"until": "That is in the past."}
    (still,) = ws.views(ANA.id)
    assert still["state"]["values"]["until"]["pick"]["selected_option"]["value"] == "1d"


def test_errors_for_a_field_that_is_not_there_are_the_apps_mistake(ws: Workspace, app: App) -> None:
    @app.view("snooze")
    def save(ack: Any) -> None:
        ack(response_action="errors", errors={"nosuch": "?"})

    view = open_modal(ws, app)
    assert ws.submit(ANA.id, view["id"], {"why": {"text": "because"}}).code == "invalid_response"
    assert len(ws.views(ANA.id)) == 1


def test_a_submission_may_be_answered_with_another_view_on_top_or_instead_or_by_clearing(
    ws: Workspace, app: App
) -> None:
    answers = [
        {"response_action": "push", "view": modal("Second")},
        {"response_action": "update", "view": modal("Third")},
        {"response_action": "clear"},
    ]

    @app.view("snooze")
    def save(ack: Any) -> None:
        ack(**answers.pop(0))

    def titles() -> list[str]:
        return [view["title"]["text"] for view in ws.views(ANA.id)]

    view = open_modal(ws, app, modal("First"))
    ws.submit(ANA.id, view["id"], {"why": {"text": "because"}})
    assert titles() == ["First", "Second"]
    ws.submit(ANA.id, ws.views(ANA.id)[-1]["id"], {"why": {"text": "because"}})
    assert titles() == ["First", "Third"]
    assert "not open" in ws.submit(ANA.id, view["id"]).error
    ws.submit(ANA.id, ws.views(ANA.id)[-1]["id"], {"why": {"text": "because"}})
    assert titles() == []


def test_a_submission_nobody_acknowledges_leaves_the_modal_with_words(
    open_workspace: Callable[..., Workspace], connect: Callable[[Workspace], App]
) -> None:
    ws = open_workspace(ack_seconds=0.8)
    view = open_modal(ws, connect(ws))
    ws.faults.drop_frames(1)
    answer = ws.submit(ANA.id, view["id"], {"why": {"text": "because"}})
    assert answer.error == "We had some trouble connecting. Try again?"
    assert len(ws.views(ANA.id)) == 1


def test_closing_a_modal_tells_the_app_only_if_it_asked(ws: Workspace, app: App) -> None:
    closed: list[Json] = []

    @app.view_closed("snooze")
    def gone(ack: Any, body: Json) -> None:
        ack()
        closed.append(body)

    ws.close(ANA.id, open_modal(ws, app, modal(), modal(notify_on_close=True))["id"])
    ws.command(ANA.id, ALERTS, "/aws-audit modal")
    view = ws.wait_for(lambda: ws.views(ANA.id))[-1]
    ws.close(ANA.id, view["id"])
    ws.wait_for(lambda: closed)
    assert [body["view"]["id"] for body in closed] == [view["id"]]
    assert ws.views(ANA.id) == []


def test_an_input_that_dispatches_its_action_is_heard_before_the_modal_is_sent(ws: Workspace, app: App) -> None:
    heard: list[Json] = []

    @app.action("pick")
    def picked(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    view = open_modal(ws, app)
    assert ws.click_view(ANA.id, view["id"], "pick", "1d").ok
    assert heard[0]["view"]["state"]["values"]["until"]["pick"]["selected_option"]["value"] == "1d"
    assert heard[0]["container"] == {"type": "view", "view_id": view["id"]}


def test_home_is_published_when_it_is_opened_and_its_buttons_work(ws: Workspace, app: App) -> None:
    clicked: list[Json] = []

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": buttons("refresh")})

    @app.action("refresh")
    def refresh(ack: Any, body: Json) -> None:
        ack()
        clicked.append(body)

    ws.open_home(ANA.id)
    home = ws.wait_for(lambda: ws.home(ANA.id))
    assert ws.home(PRIYA.id) is None
    assert ws.click_view(ANA.id, home["id"], "refresh").ok
    assert clicked[0]["view"]["type"] == "home"
    assert "closed" in ws.click_view(PRIYA.id, home["id"], "refresh").error


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        act()
    return str(caught.value.response["error"])


def test_a_trigger_opens_one_view_within_three_seconds(ws: Workspace, app: App, client: WebClient, clock: Any) -> None:
    triggers: list[str] = []

    @app.command("/aws-audit")
    def run(ack: Any, body: Json) -> None:
        ack()
        triggers.append(body["trigger_id"])

    ws.command(ANA.id, ALERTS, "/aws-audit")
    ws.command(ANA.id, ALERTS, "/aws-audit")
    first, second = triggers
    client.views_open(trigger_id=first, view=modal())
    assert refusal(lambda: client.views_open(trigger_id=first, view=modal())) == "exchanged_trigger_id"
    clock.ahead += 3.1
    assert refusal(lambda: client.views_open(trigger_id=second, view=modal())) == "expired_trigger_id"
    assert refusal(lambda: client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


def test_views_stack_three_high(ws: Workspace, app: App, client: WebClient) -> None:
    triggers: list[str] = []

    @app.action("pick")
    def picked(ack: Any, body: Json) -> None:
        ack()
        triggers.append(body["trigger_id"])

    def trigger() -> str:
        ws.click_view(ANA.id, ws.views(ANA.id)[-1]["id"], "pick", "1d")
        return triggers[-1]

    open_modal(ws, app)
    client.views_push(trigger_id=trigger(), view=modal("Second"))
    client.views_push(trigger_id=trigger(), view=modal("Third"))
    assert refusal(lambda: client.views_push(trigger_id=trigger(), view=modal("Fourth"))) == "push_limit_reached"
    stack = ws.views(ANA.id)
    assert stack[2]["previous_view_id"] == stack[1]["id"]
    assert {view["root_view_id"] for view in stack} == {stack[0]["id"]}


def test_an_update_needs_an_open_view_the_right_hash_and_a_small_payload(
    ws: Workspace, app: App, client: WebClient
) -> None:
    view = open_modal(ws, app)
    ws.wait_for(lambda: ws.views(ANA.id))
    updated = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Full"))["view"]
    assert updated["hash"] != view["hash"]

    def update(**more: Any) -> Any:
        return client.views_update(**{"view_id": view["id"], "view": modal("Late"), **more})

    assert refusal(lambda: update(hash=view["hash"])) == "hash_conflict"
    assert refusal(lambda: update(view_id="V00000000")) == "not_found"
    huge = [{"type": "section", "text": plain("x" * 3000)}] * 90
    assert refusal(lambda: update(view=modal(blocks=huge))) == "view_too_large"
    assert refusal(lambda: update(view=modal("x" * 25))) == "invalid_arguments"
    ws.close(ANA.id, view["id"])
    assert refusal(update) == "not_found"


def test_an_external_id_names_one_view(ws: Workspace, app: App, client: WebClient) -> None:
    open_modal(ws, app, modal(external_id="alert-1"))
    client.views_update(external_id="alert-1", view=modal("Renamed", external_id="alert-1"))
    assert ws.views(ANA.id)[0]["title"]["text"] == "Renamed"
    heard: list[str] = []

    @app.action("pick")
    def picked(ack: Any, body: Json) -> None:
        ack()
        heard.append(body["trigger_id"])

    ws.click_view(ANA.id, ws.views(ANA.id)[0]["id"], "pick", "1d")
    again = modal(external_id="alert-1")
    assert refusal(lambda: client.views_push(trigger_id=heard[0], view=again)) == "duplicate_external_id"


def test_people_and_the_app_talk_in_a_direct_message(ws: Workspace, app: App) -> None:
    @app.event("message")
    def said(event: Json, say: Any) -> None:
        say(f"you said {event['text']}")

    ws.say(ANA.id, ws.dm(ANA.id), "hello <there> @priya")
    ws.wait_for(lambda: len(ws.messages(ws.dm(ANA.id))) == 2)
    assert ws.messages(ws.dm(ANA.id))[1]["text"] == f"you said hello &lt;there&gt; <@{PRIYA.id}>"


def test_a_mention_is_heard_and_other_talk_in_a_channel_is_not(ws: Workspace, app: App) -> None:
    heard: list[Json] = []

    @app.event("app_mention")
    def mentioned(event: Json) -> None:
        heard.append(event)

    ws.say(ANA.id, ALERTS, "good morning")
    ws.say(ANA.id, ALERTS, "@picket status")
    ws.wait_for(lambda: heard)
    assert [event["text"] for event in heard] == [f"<@{ws.bot_user}> status"]
