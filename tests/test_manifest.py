"""The Slack app's manifest: of the documented form, and equal to what the code uses.

The limits are those of https://docs.slack.dev/reference/app-manifest.
"""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from slack_bolt import App

import handlers
from bot import hearing

PATH = Path(__file__).parent.parent / "manifest.yml"


def text(longest, shortest=1):
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def table(*required, **properties):
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


FORM = table(
    "display_information",
    "features",
    "oauth_config",
    "settings",
    _metadata=table(major_version={"const": 1}, minor_version={"type": "integer"}),
    display_information=table(
        "name",
        name=text(35),
        description=text(140),
        long_description=text(4000, 175),
        background_color={"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
    ),
    features=table(
        app_home=table(
            home_tab_enabled={"type": "boolean"},
            messages_tab_enabled={"type": "boolean"},
            messages_tab_read_only_enabled={"type": "boolean"},
        ),
        bot_user=table("display_name", display_name=text(80), always_online={"type": "boolean"}),
        slash_commands={
            "type": "array",
            "maxItems": 50,
            "items": table(
                "command",
                "description",
                command={"type": "string", "pattern": "^/[a-z0-9_-]{1,31}$"},
                description=text(2000),
                usage_hint=text(1000),
                should_escape={"type": "boolean"},
            ),
        },
    ),
    oauth_config=table(scopes=table(bot={"type": "array", "uniqueItems": True, "items": text(200)})),
    settings=table(
        event_subscriptions=table(bot_events={"type": "array", "items": text(200)}),
        interactivity=table("is_enabled", is_enabled={"type": "boolean"}),
        org_deploy_enabled={"type": "boolean"},
        socket_mode_enabled={"type": "boolean"},
        token_rotation_enabled={"type": "boolean"},
    ),
)


@pytest.fixture
def manifest():
    return yaml.safe_load(PATH.read_text())


def test_it_has_the_documented_form(manifest):
    jsonschema.validate(manifest, FORM)


def test_a_key_that_slack_does_not_know_is_refused(manifest):
    manifest["features"]["bot_users"] = {}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest, FORM)


def test_every_scope_and_every_event_says_what_it_is_for(manifest):
    explained = set(re.findall(r"^ +- ([\w:.]+) # \w", PATH.read_text(), re.MULTILINE))

    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert explained == {*manifest["oauth_config"]["scopes"]["bot"], *events}


def test_commands_and_events_are_those_that_have_a_listener(manifest):
    commands, events = [], []

    class Registered(App):
        def command(self, command, *args, **kwargs):
            commands.append(command)
            return super().command(command, *args, **kwargs)

        def event(self, event, *args, **kwargs):
            events.append(event)
            return super().event(event, *args, **kwargs)

    handlers.register(Registered(token="xoxb-t", signing_secret="s", token_verification_enabled=False))

    assert [command["command"] for command in manifest["features"]["slash_commands"]] == sorted(set(commands))
    events.append(hearing.EVENT)  # heard at the socket, before Bolt
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == sorted(set(events))


def test_it_uses_the_socket_so_that_no_public_address_is_needed(manifest):
    assert manifest["settings"]["socket_mode_enabled"] is True
