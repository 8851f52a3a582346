"""Writes the reference pages out of the code, through cog: `make docs`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from fnmatch import fnmatchcase
from html import unescape
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.main import get_command

from bot.aws.remedies import REMEDIES
from bot.cli import cli
from bot.config import Checks, Settings
from bot.messages.help import selectors
from bot.messages.parts import PARTS, Part
from bot.remedy import Remedy
from checks.catalog import CATALOG
from checks.guide import guide
from checks.model import Check
from checks.settings import CheckSettings
from handlers.audit import SUBCOMMANDS


def configuration() -> str:
    """Every setting, a table for each part of the file."""
    return "\n".join(_part("", Settings, "Settings at the top of the file."))


def _part(prefix: str, model: type[BaseModel], about: str) -> Iterator[str]:
    tables = {f.alias or name: (_table_of(f.annotation), f) for name, f in model.model_fields.items()}
    if prefix:
        yield f"\n## `{prefix}`\n\n{about}\n"
        yield "| key | default | what it is |\n| --- | --- | --- |"
        for name, (table, field) in tables.items():
            if table is None or table is Checks:
                default = "required" if field.default is PydanticUndefined else f"`{_toml(field.default)}`"
                yield f"| `{name}` | {default} | {_cell(field.description)} |"
    for name, (table, field) in tables.items():
        if table and name != "slack" and not (prefix and table is Checks):
            path = ".".join(filter(None, (prefix.strip("[]"), name)))
            heading = f"[[{path}]]" if get_origin(field.annotation) is tuple else f"[{path}]"
            yield from _part(heading, table, " ".join(filter(None, (_doc(table), field.description))))


def _table_of(annotation: Any) -> type[BaseModel] | None:
    """The table, or the table of which there may be many, that a setting is."""
    part = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return part if isinstance(part, type) and issubclass(part, BaseModel) else None


def _cell(description: str | None) -> str:
    return (description or "").replace("|", "\\|").replace("\n", " ")


def _toml(value: object) -> str:
    if value is None or value == "":
        return '""' if value == "" else "none"
    if isinstance(value, Enum):
        return f'"{value}"'
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return "{}" if value in ({}, Checks()) else f'"{value}"'


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
    bar = "\\|"  # in a table, a code span's own
    lines = [f"| `{command.replace('|', bar)}` | {does} |" for command, does in rows.items()]
    return "\n".join(["| command | what it does |", "| --- | --- |", *lines])


def templates() -> str:
    """Every template with its blocks, and what each is given."""
    return "\n".join(line for name, parts in PARTS.items() for line in _template(name, parts))


def _template(name: str, parts: Mapping[str, Part]) -> Iterator[str]:
    yield f"\n## `{name}.j2`"
    for block, part in parts.items():
        optional = " It may be empty." if part.optional else ""
        yield f"\n### `{block}`\n\n{part.about}{optional}\n\n| variable | what it is |\n| --- | --- |"
        yield from (f"| `{variable}` | {given.about} |" for variable, given in part.given.items())


def remedies() -> str:
    """Every remedy: what it does, what for, and what its roles need."""
    return "\n".join(line for remedy in REMEDIES.values() for line in _remedy(remedy))


def _remedy(remedy: Remedy) -> Iterator[str]:
    undo = "It can be undone." if remedy.undo else "It cannot be undone."
    yield f"\n## `{remedy.id}`\n\n**{remedy.title}** — {remedy.risk} risk. {undo}\n"
    facts = {
        "Fixes": _listed(id_ for id_ in CATALOG if any(fnmatchcase(id_, pattern) for pattern in remedy.fixes)),
        "Answers GuardDuty's": _listed(remedy.answers),
        "Takes back, when CloudTrail tells of it": _listed(remedy.takes_back),
        "Undoing does not bring back": ", ".join(remedy.assigned),
        "The role that reads needs": _listed(remedy.reads),
        "The role that fixes needs": _listed(remedy.writes),
    }
    yield from (f"- {name}: {value}" for name, value in facts.items() if value)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def checks() -> str:
    """Every check, with why, how it judges by the settings' defaults, and how to fix what it finds."""
    return "\n".join("\n".join(_check(check)) for check in CATALOG.values())


def _check(check: Check) -> Iterator[str]:
    told = guide(check.id)
    yield f"\n## `{check.id}`\n\n**{check.title}** — {check.severity}; {', '.join(check.references)}\n"
    yield f"*Why.* {check.why}\n"
    tuned = f" Settings: {', '.join(f'`checks.{name}`' for name in told.settings)}." if told.settings else ""
    yield f"*How it is judged.* {_words(told.judged(CheckSettings()))}{tuned}\n"
    yield f"*Fix.* {check.fix}\n"
    yield "<details><summary>In the console, with the AWS CLI, with Terraform</summary>\n"
    yield "\n".join(f"{number}. {_words(step)}" for number, step in enumerate(told.console, 1)) + "\n"
    for language, form in (("sh", told.cli), ("hcl", told.terraform)):
        if form.note:
            yield f"{_words(form.note)}\n"
        if form.code:
            yield f"```{language}\n{form.code}\n```\n"
    yield "</details>"


def _words(text: str) -> str:
    """Text without markup of its own, so that Markdown shows it as it is."""
    return re.sub(r"([\\*_|<\[\]`])", r"\\\1", text)


def measured_limit() -> str:
    """What one machine can do, as it was measured last."""
    page = (Path(__file__).parent / "performance.md").read_text(encoding="utf-8")
    growth = page.partition("\n## Growth\n")[2].partition("\n## ")[0]
    return "\n".join(line.removeprefix("- ") for line in growth.splitlines() if line.startswith("- "))
