"""What a method of the Web API is: a function of one call, with the scopes, tier and kind of token it needs."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sandbox.slack.backend import Backend
from sandbox.slack.errors import ApiError
from sandbox.slack.state import Conversation, Json, Team


@dataclass(frozen=True)
class Call:
    """One call: the workspace and the arguments, which come as strings from a form and as JSON from JSON."""

    backend: Backend
    args: Json

    @property
    def team(self) -> Team:
        """The workspace's memory."""
        return self.backend.team

    def text(self, name: str) -> str:
        """A text argument, empty when it is missing."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def needed(self, name: str) -> str:
        """A text argument that must be there; raises ApiError `invalid_arguments`."""
        if not (value := self.text(name)):
            messages = [f"[ERROR] missing required field: {name}"]
            raise ApiError("invalid_arguments", extra={"response_metadata": {"messages": messages}})
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument; forms write it as true, 1, false, 0."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """A whole number; raises ApiError `invalid_arguments`."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise ApiError("invalid_arguments") from None

    def structure(self, name: str, error: str) -> Any:
        """A JSON argument, given as itself or as a string of JSON; `None` when missing; raises ApiError `error`."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def need_scope(self, scope: str) -> None:
        """Raises ApiError `missing_scope` when the app does not hold it."""
        provided = self.backend.settings.scopes
        if scope not in provided:
            extra = {"needed": scope, "provided": ",".join(sorted(provided))}
            raise ApiError("missing_scope", extra=extra)

    def channel(self, name: str = "channel", *, by_name: bool = False) -> Conversation:
        """The conversation an argument names, if the app may know of it; raises ApiError `channel_not_found`."""
        given = self.text(name)
        found = self.team.channels.get(given)
        if found is None and by_name:
            wanted = given.removeprefix("#")
            found = next((ch for ch in self.team.channels.values() if ch.name == wanted and not ch.is_im), None)
        if found is None or (found.is_private and self.team.bot not in found.members):
            raise ApiError("channel_not_found")
        return found


@dataclass(frozen=True)
class Method:
    """A method by its name; `tier` `None` is not limited by method."""

    name: str
    run: Callable[[Call], Json]
    scopes: tuple[str, ...]
    tier: int | None
    caller: Literal["bot", "app"]


METHODS: Final[dict[str, Method]] = {}


def method(
    name: str, *scopes: str, tier: int | None = 3, caller: Literal["bot", "app"] = "bot"
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Registers the function below as the method `name`."""

    def register(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(name, run, scopes, tier, caller)
        return run

    return register


def page_of(call: Call, items: Sequence[Any], default: int, most: int = 1000) -> tuple[list[Any], Json]:
    """One page of the items by `limit` and `cursor`, and the answer's `response_metadata`.

    Raises ApiError `invalid_limit` or `invalid_cursor`.
    """
    limit = call.number("limit", default)
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    start = 0
    if cursor := call.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except (binascii.Error, ValueError):
            raise ApiError("invalid_cursor") from None
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": cursor}
