"""What is written to the outbox appears in Slack once, in order, whatever fails between."""

from datetime import timedelta

from bot.delivery.pacing import Pace
from bot.store import lanes, outbox

ALERTS = "CALERTS01"


def texts(workspace, channel=ALERTS):
    return [message["text"] for message in workspace.messages(channel)]


def test_a_message_appears_in_the_channel_that_its_name_names(deliver, say, idle, workspace):
    say("a", "one")
    deliver()
    idle()

    assert texts(workspace) == ["one"]


def test_the_same_key_again_edits_in_place(deliver, say, idle, workspace):
    deliver()
    say("a", "open")
    idle()
    say("a", "acknowledged")
    idle()

    assert texts(workspace) == ["acknowledged"]


def test_changes_before_the_first_post_are_one_post(deliver, say, idle, workspace):
    for text in ("one", "two", "three"):
        say("a", text)
    deliver()
    idle()

    assert texts(workspace) == ["three"]
    assert [call.method for call in workspace.calls].count("chat.postMessage") == 1
    assert "chat.update" not in [call.method for call in workspace.calls]


def test_replies_and_files_stand_in_the_thread_in_order(deliver, say, idle, services, workspace):
    say("a", "card")
    say("a:1", "first", channel="", parent="a")
    with services.store.write() as tx:
        outbox.file(tx, "a:2", "a", "raw.json", "The finding", b"{}", services.now(), alt_text="JSON")
    say("a:3", "last", channel="", parent="a")
    deliver()
    idle()

    card = workspace.messages(ALERTS)[0]
    thread = workspace.replies(ALERTS, card["ts"])
    assert [reply["text"] for reply in thread if not reply.get("files")][-2:] == ["first", "last"]
    (file,) = [file for reply in thread for file in reply.get("files", ())]
    assert file["name"] == "raw.json"
    assert workspace.file_bytes(file["id"]) == b"{}"


def test_a_direct_message_goes_to_the_person(deliver, say, idle, workspace):
    say("a", "for you", channel="UANA00001")
    deliver()
    idle()

    assert texts(workspace, workspace.dm("UANA00001")) == ["for you"]


def test_a_post_that_slack_made_before_it_hung_is_not_made_again(deliver, say, idle, workspace):
    workspace.faults.commit_then_hang("chat.postMessage", 4)
    say("a", "once")
    deliver()
    idle(20)

    assert texts(workspace) == ["once"]
    say("a", "edited")
    idle()
    assert texts(workspace) == ["edited"]


def test_a_post_in_a_direct_message_that_hung_is_not_made_again(deliver, say, idle, workspace):
    workspace.faults.commit_then_hang("chat.postMessage", 4)
    say("a", "once", channel="UANA00001")
    deliver()
    idle(20)

    assert texts(workspace, workspace.dm("UANA00001")) == ["once"]


def test_a_server_error_after_the_commit_does_not_double(deliver, say, idle, workspace):
    workspace.faults.fail_next("chat.postMessage", status=500, after_commit=True)
    say("a", "once")
    deliver()
    idle(20)

    assert texts(workspace) == ["once"]


def test_an_upload_that_was_completed_before_an_error_is_not_doubled(deliver, say, idle, services, workspace):
    workspace.faults.fail_next("files.completeUploadExternal", status=500, after_commit=True)
    say("a", "card")
    with services.store.write() as tx:
        outbox.file(tx, "a:1", "a", "raw.json", "The finding", b"{}", services.now())
    deliver()
    idle(20)

    card = workspace.messages(ALERTS)[0]
    files = [file for reply in workspace.replies(ALERTS, card["ts"]) for file in reply.get("files", ())]
    assert len(files) == 1


def test_a_crash_between_the_post_and_its_note_does_not_double(deliver, say, idle, services, workspace):
    say("a", "once")
    with services.store.write() as tx:
        lanes.begin(tx, 1, services.now())
    services.slack.chat_postMessage(
        channel=ALERTS,
        text="once",
        metadata={"event_type": "picket_message", "event_payload": {"key": "a"}},
    )
    deliver()
    idle()

    assert texts(workspace) == ["once"]


def test_rate_limits_are_waited_for_and_nothing_is_lost_or_reordered(deliver, say, idle, workspace):
    workspace.faults.fail_next("chat.postMessage", status=429, retry_after=1, times=2)
    for number in range(3):
        say(f"m{number}", f"message {number}")
    deliver()
    idle(20)

    assert texts(workspace) == ["message 0", "message 1", "message 2"]


def test_a_message_that_slack_refuses_is_a_dead_letter_and_holds_nothing_up(deliver, say, idle, services, workspace):
    workspace.faults.fail_next("chat.postMessage", error="restricted_action")
    say("a", "bad")
    say("b", "good")
    deliver()
    idle()

    assert texts(workspace) == ["good"]
    with services.store.read() as tx:
        (dead,) = tx.query("select key, error from outbox where failed_at is not null")
    assert dead == {"key": "a", "error": "restricted_action"}


def test_a_channel_that_fails_does_not_hold_up_another(deliver, say, workspace):
    workspace.faults.archive(ALERTS)
    say("a", "waits")
    say("b", "goes", channel="#general")
    deliver()

    workspace.wait_for(lambda: texts(workspace, "CGENERAL1") == ["goes"])
    assert texts(workspace) == []


def test_a_home_is_published_and_an_ephemeral_is_seen_by_one(deliver, idle, services, workspace):
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    with services.store.write() as tx:
        outbox.home(tx, "UANA00001", view, services.now())
        outbox.ephemeral(tx, "e", ALERTS, "UANA00001", "psst", [], services.now())
    deliver()
    idle()

    assert workspace.home("UANA00001")["blocks"][0]["type"] == "divider"
    assert [m["text"] for m in workspace.messages(ALERTS, "UANA00001")] == ["psst"]
    assert workspace.messages(ALERTS, "UOTTO0001") == []


def test_posts_edits_and_files_of_a_channel_share_its_pace(services, say, deliver, idle, workspace):
    deliver(Pace(0.5, 3))
    say("a", "card")
    idle()
    say("a", "changed")
    with services.store.write() as tx:
        outbox.file(tx, "a:1", "a", "raw.json", "The finding", b"{}", services.now())
    say("b", "next")
    idle()

    at = {call.method: call.at for call in workspace.calls}
    assert at["chat.postMessage"] - at["files.completeUploadExternal"] >= 1
    assert all(call.outcome == "ok" for call in workspace.calls)


def test_posts_keep_to_a_second_each(say, deliver, workspace):
    for number in range(6):
        say(f"m{number}", f"message {number}")
    deliver()
    workspace.wait_for(lambda: len(texts(workspace)) == 6, 15)

    posts = [call.at for call in workspace.calls if call.method == "chat.postMessage"]
    assert posts[-1] - posts[0] >= 2.5
    assert all(call.outcome == "ok" for call in workspace.calls if call.method == "chat.postMessage")


def card(services, key, *, urgent=False, channel=ALERTS):
    with services.store.write() as tx:
        outbox.card(tx, key, channel, services.now(), urgent=urgent)


def test_a_thousand_changes_of_a_card_are_drawn_and_posted_once(deliver, idle, services, drawn, workspace):
    with services.store.write() as tx:
        for _ in range(1000):
            outbox.card(tx, "a", ALERTS, services.now())
    deliver()
    idle()

    assert drawn == ["a"]
    assert texts(workspace) == ["a, drawing 1"]


def test_a_card_that_changes_while_it_is_sent_is_sent_again(deliver, idle, services, drawn, workspace):
    card(services, "a")
    with services.store.write() as tx:
        lanes.begin(tx, 1, services.now())
    card(services, "a")
    deliver()
    idle()

    assert drawn == ["a", "a"]
    assert texts(workspace) == ["a, drawing 2"]


def test_what_is_urgent_overtakes_and_what_follows_it_stands_under_it(deliver, say, idle, services, workspace):
    for number in range(3):
        say(f"m{number}", f"message {number}", channel=ALERTS)
    card(services, "a", urgent=True)
    say("a:1", "reply", channel="", parent="a")
    deliver()
    idle()

    assert texts(workspace) == ["a, drawing 1", "message 0", "message 1", "message 2", "reply"]
    head = workspace.messages(ALERTS)[0]
    assert [reply["text"] for reply in workspace.replies(ALERTS, head["ts"])] == ["reply"]


def test_an_urgent_change_does_not_overtake_what_was_said_of_the_same_card(deliver, say, idle, services, workspace):
    say("m", "message", channel=ALERTS)
    say("a", "as it was", channel=ALERTS)
    with services.store.write() as tx:
        lanes.begin(tx, 2, services.now())
    card(services, "a", urgent=True)
    deliver()
    idle()

    calls = [call.method for call in workspace.calls if call.method in {"chat.postMessage", "chat.update"}]
    assert calls == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert texts(workspace) == ["a, drawing 1", "message"]


def test_an_urgent_card_has_calls_of_the_channel_to_itself(deliver, say, services, workspace):
    deliver(Pace(0.01, 3, reserve=2))
    for number in range(3):
        say(f"m{number}", f"message {number}", channel=ALERTS)
    workspace.wait_for(lambda: texts(workspace) == ["message 0"])
    card(services, "a", urgent=True)

    workspace.wait_for(lambda: texts(workspace) == ["message 0", "a, drawing 1"], 3)


def test_what_is_urgent_waits_too_when_slack_asks_the_channel_to_wait(deliver, say, idle, services, workspace):
    workspace.faults.fail_next("chat.postMessage", status=429, retry_after=2)
    deliver()
    say("m", "message", channel=ALERTS)
    workspace.wait_for(lambda: [call for call in workspace.calls if call.outcome == "ratelimited"])
    card(services, "a", urgent=True)
    idle()

    assert [call.outcome for call in workspace.calls if call.method == "chat.postMessage"].count("ratelimited") == 1
    assert texts(workspace) == ["a, drawing 1", "message"]


def test_a_message_that_is_older_than_an_outage_is_not_given_up_at_its_first_failure(
    deliver, idle, services, workspace
):
    workspace.faults.fail_next("chat.postMessage", status=500)
    with services.store.write() as tx:
        outbox.message(tx, "a", ALERTS, "late", [], services.now() - timedelta(days=3))
    deliver()
    idle()

    assert texts(workspace) == ["late"]


def test_json_is_laid_out_when_it_is_sent(deliver, say, idle, services, workspace):
    say("a", "card")
    with services.store.write() as tx:
        outbox.json_file(tx, "a:1", "a", "raw.json", "The finding", {"name": "Ärger \ud800", "n": [1]}, services.now())
    deliver()
    idle()

    (file,) = [file for reply in workspace.replies(ALERTS, workspace.messages(ALERTS)[0]["ts"])
               for file in reply.get("files", ())]  # fmt: skip
    content = workspace.file_bytes(file["id"]).decode()
    assert content == '{\n  "name": "Ärger ?",\n  "n": [\n    1\n  ]\n}'


def test_a_card_that_somebody_deleted_is_posted_anew_when_it_changes_and_what_follows_stands_under_it(
    deliver, say, idle, workspace
):
    say("a", "open")
    deliver()
    idle()
    workspace.faults.forget_message(ALERTS, workspace.messages(ALERTS)[0]["ts"])

    say("a", "acknowledged")
    say("a:1", "who did it", channel="", parent="a")
    idle()
    say("a", "resolved")
    idle()

    assert texts(workspace) == ["resolved", "who did it"]
    assert [reply["text"] for reply in workspace.replies(ALERTS, workspace.messages(ALERTS)[0]["ts"])] == ["who did it"]


def test_a_deleted_card_is_posted_anew_once_although_the_answer_got_lost(deliver, say, idle, workspace):
    say("a", "open")
    deliver()
    idle()
    workspace.faults.forget_message(ALERTS, workspace.messages(ALERTS)[0]["ts"])

    workspace.faults.fail_next("chat.postMessage", status=500, after_commit=True)
    say("a", "acknowledged")
    idle(20)

    assert texts(workspace) == ["acknowledged"]


def test_what_belongs_in_a_deleted_thread_is_said_in_the_channel_once(deliver, say, idle, workspace):
    say("a", "card")
    deliver()
    idle()
    workspace.faults.forget_message(ALERTS, workspace.messages(ALERTS)[0]["ts"])

    workspace.faults.fail_next("chat.postMessage", status=500, after_commit=True, times=2)
    say("b", "preview", channel="", parent="a")
    idle(20)

    assert texts(workspace) == ["preview"]


def test_a_message_whose_blocks_slack_refuses_is_said_as_text_and_edited_as_soon_as_they_are_right(
    deliver, idle, say, services, workspace
):
    too_long = [{"type": "header", "text": {"type": "plain_text", "text": "h" * 151}}]
    deliver()
    with services.store.write() as tx:
        outbox.message(tx, "a", "#security-alerts", "Critical: root was used &amp; more", too_long, services.now())
    idle()

    (card,) = workspace.messages(ALERTS)
    assert card["blocks"][0]["text"]["text"] == "Critical: root was used &amp; more"

    say("a", "mended")
    idle()
    assert [block["text"]["text"] for block in workspace.messages(ALERTS)[0]["blocks"]] == ["mended"]

    with services.store.write() as tx:
        outbox.message(tx, "a", "#security-alerts", "broken again", too_long, services.now())
        outbox.ephemeral(tx, "e", ALERTS, "UANA00001", "psst", too_long, services.now())
    idle()
    (card,) = workspace.messages(ALERTS)
    assert card["blocks"][0]["text"]["text"] == "broken again"
    assert "psst" in texts_seen(workspace, "UANA00001")


def texts_seen(workspace, user):
    return [message["text"] for message in workspace.messages(ALERTS, user)]


def test_an_answer_to_one_person_does_not_wait_behind_a_flood_of_cards(deliver, say, services, workspace):
    for number in range(30):
        say(f"m{number}", f"message {number}", channel=ALERTS)
    with services.store.write() as tx:
        outbox.ephemeral(tx, "e", ALERTS, "UANA00001", "you may not", [], services.now())
    deliver()

    workspace.wait_for(lambda: "you may not" in texts_seen(workspace, "UANA00001"), 3)
