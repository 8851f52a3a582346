"""Writes the reference pages out of the code, through cog: `make docs`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from html import unescape
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.main import get_command

from bot.cli import cli
from bot.config import Settings
from bot.messages.help import selectors
from checks.catalog import CATALOG
from handlers.audit import SUBCOMMANDS


def configuration() -> str:
    """Every setting, a table for each part of the file."""
    return "\n".join(_part("", Settings, "Settings at the top of the file."))


def _part(prefix: str, model: type[BaseModel], about: str) -> Iterator[str]:
    if prefix:
        yield f"\n## `{prefix}`\n\n{about}\n"
        yield "| key | default | what it is |\n| --- | --- | --- |"
        for name, field in model.model_fields.items():
            default = "required" if field.default is PydanticUndefined else f"`{_toml(field.default)}`"
            yield f"| `{name}` | {default} | {_inline(field.annotation, field.description)} |"
        return
    for name, field in model.model_fields.items():
        many = get_origin(field.annotation) is tuple
        part = get_args(field.annotation)[0] if many else field.annotation
        if name != "slack" and isinstance(part, type) and issubclass(part, BaseModel):
            heading = f"[[{name}]]" if many else f"[{name}]"
            yield from _part(heading, part, " ".join(filter(None, (_doc(part), field.description))))


def _inline(annotation: Any, description: str | None) -> str:
    inner = [arg for arg in get_args(annotation) if isinstance(arg, type) and issubclass(arg, BaseModel)]
    keys = f" Each with {', '.join(f'`{key}`' for key in inner[0].model_fields)}." if inner else ""
    return f"{description or ''}{keys}".replace("|", "\\|").replace("\n", " ")


def _toml(value: object) -> str:
    if value is None or value == "":
        return '""' if value == "" else "none"
    if isinstance(value, Enum):
        return f'"{value}"'
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return "{}" if value == {} else f'"{value}"'


def _doc(part: type) -> str:
    return (part.__doc__ or "").strip()


def slack_commands() -> str:
    """What may follow /aws-audit."""
    words = "\n".join(f"- {unescape(line)}" for line in selectors(CATALOG))
    rows = {f"/aws-audit {each.usage}": each.does for each in SUBCOMMANDS.values()}
    return f"{_table(rows)}\n\nAnything else chooses what to audit:\n\n{words}"


def shell_commands() -> str:
    """The command line, a line each."""
    commands = getattr(get_command(cli), "commands", {})
    return _table({f"picket {name}": " ".join((each.help or "").split()) for name, each in commands.items()})


def _table(rows: Mapping[str, str]) -> str:
    lines = [f"| `{command}` | {does} |" for command, does in rows.items()]
    return "\n".join(["| command | what it does |", "| --- | --- |", *lines])


def checks() -> str:
    """Every check, with why and how to fix it."""
    return "\n".join(
        f"\n## `{check.id}`\n\n**{check.title}** — {check.severity}; {', '.join(check.references)}\n\n"
        f"*Why.* {check.why}\n\n*Fix.* {check.fix}"
        for check in CATALOG.values()
    )
