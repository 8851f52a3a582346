"""Reading the file and the environment; every fault is named at once, with its key."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.config.settings import Offline, Settings, Slack
from bot.errors import SettingsError

S = TypeVar("S", bound=Offline)


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the file at `path` and of `environment`.

    Raises SettingsError that names every fault with its key.
    """
    table, faults = _read(path)
    slack = {"bot_token": environment.get("SLACK_BOT_TOKEN"), "app_token": environment.get("SLACK_APP_TOKEN")}
    if url := environment.get("SLACK_API_URL"):
        slack["api_url"] = url if url.endswith("/") else url + "/"
    table["slack"] = {key: value for key, value in slack.items() if value}
    return _validated(Settings, table, faults, path)


def load_offline(path: Path | None, *, executor: str | None = None) -> Offline:
    """The settings of the same file, or the defaults where there is none, for what works without Slack.

    Looks at no token, and needs no route. `executor` stands in for audits.executor. Raises SettingsError that names
    every fault with its key.
    """
    table, faults = _read(path) if path else ({}, [])
    if executor is not None and isinstance(audits := table.setdefault("audits", {}), dict):
        audits["executor"] = executor
    return _validated(Offline, table, faults, path or Path("the command line"))


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The file's table without what does not belong in it, and the faults of that."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"it cannot be read: {error.strerror}"], str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"it is not TOML: {error}"], str(path)) from error
    given = table.pop("slack", {})
    keys = list(given) if isinstance(given, dict) else ["bot_token", "app_token"]
    faults = [
        f"slack.{key}: it does not belong in the file; set SLACK_{key.upper()} in the environment" for key in keys
    ]
    return table, faults


def _validated(model: type[S], table: dict[str, Any], faults: list[str], path: Path) -> S:
    try:
        settings = model.model_validate(table)
    except ValidationError as error:
        places = [fault["loc"] for fault in error.errors()]
        faults += [
            _words(fault)
            for fault in error.errors()
            if not (fault["type"] == "too_short" and _has_within(fault["loc"], places))  # a list of refused items
        ]
        raise SettingsError(faults, str(path)) from error
    if faults:
        raise SettingsError(faults, str(path))
    return settings


def _has_within(place: tuple[Any, ...], places: Iterable[tuple[Any, ...]]) -> bool:
    return any(one[: len(place)] == place != one for one in places)


_VARIABLES = {f"slack.{name}": f"SLACK_{name.upper()}" for name in Slack.model_fields}
_ADVICE: dict[str, str] = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such setting",
    "too_short": "at least one is needed",
}


def _words(fault: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if key in _VARIABLES and fault["type"] == "missing":
        return f"{_VARIABLES[key]}: it is not set in the environment"
    key = _VARIABLES.get(key, key)
    words = _ADVICE.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
    return f"{key}: {words}" if key else words
