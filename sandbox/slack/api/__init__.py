"""The methods of the Web API, one module a family; importing this package registers them all."""

from sandbox.slack.api import auth, blocks, chat, conversations, files, reactions, users, views
from sandbox.slack.api.method import METHODS, Call, Method

__all__ = [
    "METHODS",
    "Call",
    "Method",
    "auth",
    "blocks",
    "chat",
    "conversations",
    "files",
    "reactions",
    "users",
    "views",
]
