"""Uploads as the real client makes them: announced, sent, completed, shared a moment later."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Workspace

ALERTS = "CALERTS01"
Http = Callable[..., tuple[int, Any]]


def shared(ws: Workspace) -> dict[str, Any]:
    def with_files() -> list[dict[str, Any]]:
        return [message for message in ws.messages(ALERTS) if "files" in message]

    return ws.wait_for(with_files)[0]


def test_an_uploaded_file_appears_in_the_thread_with_its_comment(ws: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="audit")["ts"]
    done = client.files_upload_v2(
        channel=ALERTS,
        thread_ts=ts,
        filename="audit.csv",
        content="a,b\n",
        title="The audit",
        alt_txt="all findings",
        initial_comment="the whole",
    )
    message = shared(ws)
    (file,) = message["files"]
    assert (message["thread_ts"], message["text"]) == (ts, "the whole")
    assert (file["name"], file["title"], file["alt_txt"], file["size"]) == (
        "audit.csv",
        "The audit",
        "all findings",
        4,
    )
    assert ws.file_bytes(done["file"]["id"]) == b"a,b\n"
    share = ws.wait_for(lambda: client.files_info(file=file["id"])["file"]["shares"].get("public"))
    assert share[ALERTS][0]["ts"] == message["ts"]


def test_a_file_is_served_and_runs_nothing(ws: Workspace, client: WebClient, http: Http) -> None:
    client.files_upload_v2(channel=ALERTS, filename="report.html", content="<script>alert(1)</script>")
    status, body = http(shared(ws)["files"][0]["url"])
    assert (status, body) == (200, b"<script>alert(1)</script>")


def test_bytes_that_are_not_as_many_as_announced_are_refused(ws: Workspace, client: WebClient, http: Http) -> None:
    place = client.files_getUploadURLExternal(filename="a.txt", length=3)
    assert http(place["upload_url"], body="xx", headers={"Content-Type": "text/plain"})[0] == 400
    with pytest.raises(SlackApiError, match="file_update_failed"):
        client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "a"}], channel_id=ALERTS)


def test_a_file_is_shared_only_where_the_app_is(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.files_upload_v2(channel="CRANDOM01", filename="a.txt", content="x")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.files_upload_v2(channel="CINCIDENT", filename="a.txt", content="x")


def test_a_block_may_show_an_uploaded_image_and_no_other(ws: Workspace, client: WebClient) -> None:
    def show(file_id: str) -> None:
        image = {"type": "image", "alt_text": "trend", "slack_file": {"id": file_id}}
        client.chat_postMessage(channel=ALERTS, text="digest", blocks=[image])

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        show("F00000000")
    show(client.files_upload_v2(filename="trend.png", content=b"png")["file"]["id"])
    assert ws.messages(ALERTS)[-1]["blocks"][0]["alt_text"] == "trend"
