"""Templates for Slack's markup: what a template writes is markup, what it puts in is escaped, and it can do no harm.

Apart from `words`, which is imported where nothing is said: Jinja takes a while to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, Template, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.messages.style import Style
from bot.messages.text import Marked, code, date, escape, plain, severity

_OF_HTML = ("e", "escape", "forceescape", "safe", "striptags", "tojson", "urlize", "xmlattr")
"""Jinja's filters that know HTML's markup, which is not Slack's."""


class _SlackEnvironment(ImmutableSandboxedEnvironment):
    """Sandboxed: an operator's template reaches nothing but what it is given, and changes none of that."""

    @staticmethod
    def concat(pieces: Iterable[str]) -> Marked:
        """What a block or a macro wrote; its values were escaped one by one."""
        return Marked("".join(pieces))


def shipped(style: Style, name: str) -> Template:
    """Picket's own template of that name."""
    template = _load(style, name, own=False)
    assert template is not None, f"there is no template {name}"
    return template


def replaced(style: Style, name: str) -> Template | None:
    """The operator's template of that name; None where there is none. Raises TemplateError for a broken one."""
    return _load(style, name, own=True) if style.templates else None


def rendered(template: Template, part: str, values: Mapping[str, Any]) -> str:
    """The block `part` of a template, without empty lines at its ends."""
    return "".join(template.blocks[part](template.new_context(dict(values)))).strip()


@lru_cache(maxsize=256)
def _load(style: Style, name: str, *, own: bool) -> Template | None:
    try:
        return environment(style, own=own).get_template(f"{name}.j2")
    except TemplateNotFound:
        return None


@lru_cache(maxsize=16)
def environment(style: Style, *, own: bool) -> Environment:
    """Where templates of this style are loaded, once: the operator's own or Picket's."""
    loader: BaseLoader = PackageLoader("bot.messages", "templates")
    if own and style.templates:
        loader = FileSystemLoader(style.templates, encoding="utf-8-sig")
    made = _SlackEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=False,  # HTML's escaping is not Slack's: `finalize` does that
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # what was proofread is what is said
    )
    for name in _OF_HTML:
        del made.filters[name]
    for mark in (code, date, severity, plain):
        made.filters[mark.__name__] = _marking(mark)
    made.filters["join"] = _join
    made.globals["emoji"] = {name: Marked(style.before(name)) for name in style.emoji}
    made.globals["product"] = style.product
    return made


def _safe(value: Any) -> Any:
    return value if isinstance(value, Marked) or not isinstance(value, str) else Marked(escape(value))


def _marking(mark: Any) -> Any:
    return lambda value: Marked(mark(value))


def _join(values: Iterable[Any], between: str = "") -> Marked:
    """As Jinja's, but each value is escaped unless it is marked up."""
    return Marked(str(_safe(between)).join(str(_safe(value)) for value in values))
