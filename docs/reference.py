"""Writes the reference pages out of the code, through cog: `make docs`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from bot.config import Settings
from checks.catalog import CATALOG


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


def checks() -> str:
    """Every check, with why and how to fix it."""
    return "\n".join(
        f"\n## `{check.id}`\n\n**{check.title}** — {check.severity}; {', '.join(check.references)}\n\n"
        f"*Why.* {check.why}\n\n*Fix.* {check.fix}"
        for check in CATALOG.values()
    )
