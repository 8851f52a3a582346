"""Starting and stopping a workspace, and waiting for what happens in it."""

import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from sandbox.slack import ACME, ANA, AWS_AUDIT, BOT_EVENTS, BOT_SCOPES, Company, Person, SlashCommand, Workspace


def test_a_workspace_starts_at_once_on_this_machine_only_and_is_gone_when_left() -> None:
    started = time.monotonic()
    with Workspace() as ws:
        assert time.monotonic() - started < 1
        assert ws.url.startswith("http://127.0.0.1:")
        assert ws.api_url == f"{ws.url}/api/"
        port = int(ws.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass
    with pytest.raises(RuntimeError, match="not running"):
        ws.messages("CALERTS01")


def test_a_taken_port_says_so_and_leaves_nothing_behind(ws: Workspace) -> None:
    with pytest.raises(OSError, match="address already in use"):
        Workspace(port=int(ws.url.rpartition(":")[2])).start()


def test_two_workspaces_share_nothing(open_workspace: Callable[..., Workspace]) -> None:
    one, two = open_workspace(), open_workspace()
    WebClient(token=one.bot_token, base_url=one.api_url).chat_postMessage(channel="CALERTS01", text="x")
    assert (len(one.messages("CALERTS01")), two.messages("CALERTS01")) == (1, [])


def test_a_workspace_is_founded_with_any_company(open_workspace: Callable[..., Workspace]) -> None:
    bot = Person("UGUARD001", "guard", "Guard", "", is_bot=True)
    company = Company("TOTHER001", "Other", "other", "AGUARD001", "BGUARD001", bot, (ANA,), ())
    ws = open_workspace(company=company, commands=(SlashCommand("/guard", "Guards"),))
    me = WebClient(token=ws.bot_token, base_url=ws.api_url).auth_test()
    assert (me["team"], me["user"]) == ("Other", "guard")
    assert "not a valid command" in ws.command(ANA.id, ws.dm(ANA.id), "/aws-audit").error


def test_what_is_seen_is_a_copy(ws: Workspace) -> None:
    ws.say(ANA.id, "CALERTS01", "hello")
    ws.messages("CALERTS01")[0]["text"] = "forged"
    assert ws.messages("CALERTS01")[0]["text"] == "hello"


def test_calling_the_workspace_from_its_own_thread_is_an_error_and_no_deadlock(
    ws: Workspace, http: Callable[..., tuple[int, Any]]
) -> None:
    raised: list[str] = []

    def hear(word: str) -> None:
        try:
            ws.messages("CALERTS01")
        except RuntimeError as error:
            raised.append(str(error))

    ws.on_story(hear)
    http(f"{ws.url}/ui/story", body={"command": "next"})
    assert "own thread" in raised[0]


def test_waiting_in_vain_ends_with_words(ws: Workspace) -> None:
    with pytest.raises(TimeoutError, match="still not so"):
        ws.wait_for(lambda: False, timeout=0.05)


def test_every_id_of_the_company_has_slacks_form() -> None:
    kinds = [
        *((person.id, "U") for person in (*ACME.people, ACME.bot)),
        *((channel.id, "C") for channel in ACME.channels),
        *((group.id, "S") for group in ACME.groups),
        (ACME.team_id, "T"),
        (ACME.app_id, "A"),
        (ACME.bot_id, "B"),
    ]
    for id_, letter in kinds:
        assert re.fullmatch(rf"{letter}[A-Z0-9]{{8,10}}", id_), id_


def test_the_app_of_the_workspace_is_the_one_that_the_manifest_describes() -> None:
    manifest = yaml.safe_load((Path(__file__).parents[3] / "manifest.yml").read_text())
    (command,) = manifest["features"]["slash_commands"]
    assert set(BOT_SCOPES) == set(manifest["oauth_config"]["scopes"]["bot"]), "change sandbox/slack/people.py too"
    assert set(BOT_EVENTS) == set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert command == {
        "command": AWS_AUDIT.command,
        "description": AWS_AUDIT.description,
        "usage_hint": AWS_AUDIT.usage_hint,
        "should_escape": AWS_AUDIT.should_escape,
    }
