"""How each check judges and how a person fixes what it finds: by the console, the AWS CLI and Terraform.

The texts stand in `checks/guides/*.toml`, a table for each check. A table whose name has a `*` is for all checks of
that pattern which have no table of their own; `@word@` in it is the check's own word of `[values.<check>]`. A
`<placeholder>` in a command is for the reader to fill in; a `{setting}` in `judged` is the setting's present value.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from checks.settings import CheckSettings

_SETTING = re.compile(r"\{(\w+)\}")
_VALUE = re.compile(r"@(\w+)@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to fix it: the code, and what is to be known of it; where it is no way there is only the reason."""

    code: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """Both, the note first."""
        return "\n".join(filter(None, (self.note, self.code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """How one check judges, and how what it finds is fixed."""

    judging: str
    """With the names of settings in braces."""
    console: tuple[str, ...]
    """Steps."""
    cli: Form
    terraform: Form

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings that tune the check."""
        return tuple(dict.fromkeys(_SETTING.findall(self.judging)))

    def judged(self, settings: CheckSettings) -> str:
        """How the check judges, with the values of `settings`."""
        return _SETTING.sub(lambda found: in_words(getattr(settings, found[1])), self.judging)


def in_words(value: object) -> str:
    """A setting's value for a person: `80, 443`, `none`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_words(each)}" for key, each in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value != "" else "none"


def guide(check: str) -> Guide:
    """The guide of the check with this id; KeyError where there is none."""
    tables, values = _read()
    table = tables.get(check) or next(
        (found for name, found in tables.items() if "*" in name and fnmatchcase(check, name)), None
    )
    if table is None:
        raise KeyError(f"no file of checks/guides tells of {check}")
    own = values.get(check, {})

    def text(key: str) -> str:
        return _VALUE.sub(lambda found: own[found[1]], table.get(key, "")).strip()

    return Guide(
        judging=text("judged"),
        console=tuple(_VALUE.sub(lambda found: own[found[1]], step) for step in table["console"]),
        cli=Form(code=text("cli"), note=text("cli_note")),
        terraform=Form(code=text("terraform"), note=text("terraform_note")),
    )


def told() -> Iterator[str]:
    """The names of all tables: ids of checks and patterns of them, and the ids that have values."""
    tables, values = _read()
    yield from (*tables, *values)


@cache
def _read() -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, str]]]:
    tables: dict[str, Any] = {}
    values: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("checks").joinpath("guides").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            found = tomllib.loads(file.read_text(encoding="utf-8"))
            values |= found.pop("values", {})
            if twice := tables.keys() & found.keys():
                raise ValueError(f"checks/guides tells of {', '.join(sorted(twice))} twice; the second is {file.name}")
            tables |= found
    return tables, values
