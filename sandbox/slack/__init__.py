"""A Slack workspace on this machine: Web API, Socket Mode, Slack's limits and faults, and the page that draws it."""

from sandbox.slack.asking import Answer
from sandbox.slack.backend import ApiCall
from sandbox.slack.errors import Refused
from sandbox.slack.faults import Faults
from sandbox.slack.people import (
    ACME,
    ANA,
    AWS_AUDIT,
    BOT_EVENTS,
    BOT_SCOPES,
    GONE,
    GUEST,
    OTTO,
    PICKET,
    PRIYA,
    Channel,
    Company,
    Person,
    SlashCommand,
    UserGroup,
)
from sandbox.slack.workspace import Workspace

__all__ = [
    "ACME",
    "ANA",
    "AWS_AUDIT",
    "BOT_EVENTS",
    "BOT_SCOPES",
    "GONE",
    "GUEST",
    "OTTO",
    "PICKET",
    "PRIYA",
    "Answer",
    "ApiCall",
    "Channel",
    "Company",
    "Faults",
    "Person",
    "Refused",
    "SlashCommand",
    "UserGroup",
    "Workspace",
]
